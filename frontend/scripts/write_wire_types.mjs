/**
 * Writes src/client/wire_types.ts from docs/protocol.schema.json; with --check only compares.
 *
 * The schema uses few words of JSON Schema; one that is not known here stops the script.
 */

import { readFileSync, writeFileSync } from "node:fs";

const SCHEMA = new URL("../../docs/protocol.schema.json", import.meta.url);
const TYPES = new URL("../src/client/wire_types.ts", import.meta.url);

const { $defs } = JSON.parse(readFileSync(SCHEMA, "utf8"));

function nameOf(definition) {
  return definition
    .split(/[._]/)
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");
}

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref.split("/").at(-1));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeOf).join(" | ");
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  switch (schema.type) {
    case undefined:
      return "unknown";
    case "null":
    case "boolean":
    case "string":
    case "number":
      return schema.type;
    case "integer":
      return "number";
    case "array":
      return arrayOf(schema);
    case "object":
      return objectOf(schema);
    default:
      throw new Error(`not known: ${JSON.stringify(schema)}`);
  }
}

function arrayOf({ items, prefixItems }) {
  if (prefixItems) return `readonly [${prefixItems.map(typeOf).join(", ")}]`;
  return `readonly (${typeOf(items)})[]`;
}

function objectOf({ properties, required = [], additionalProperties, propertyNames }) {
  if (!properties) {
    const value = typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
    const keys = propertyNames?.enum ? typeOf(propertyNames) : "string";
    const record = `Record<${keys}, ${value}>`;
    return `Readonly<${propertyNames?.enum ? `Partial<${record}>` : record}>`;
  }
  const fields = Object.entries(properties).map(([name, property]) => {
    const mark = required.includes(name) ? "" : "?";
    return `${comment(property.description, "  ")}  readonly ${name}${mark}: ${typeOf(property)};`;
  });
  return fields.length === 0 ? "Readonly<Record<string, never>>" : `{\n${fields.join("\n")}\n}`;
}

function comment(text, indent = "") {
  if (!text) return "";
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  const body = lines.map((line) => `${indent} *${line && ` ${line}`}`).join("\n");
  return `${indent}/**\n${body}\n${indent} */\n`;
}

const types = Object.entries($defs).map(
  ([name, schema]) => `${comment(schema.description)}export type ${nameOf(name)} = ${typeOf(schema)};`,
);
const lengths = Object.entries($defs).flatMap(([name, { properties = {} }]) =>
  Object.entries(properties)
    .filter(([, { maxLength }]) => maxLength !== undefined)
    .map(([field, { maxLength }]) => `  "${nameOf(name)}.${field}": ${maxLength},`),
);
const text = `/** Written by scripts/write_wire_types.mjs from docs/protocol.schema.json; do not edit. */

${types.join("\n\n")}

/** The longest texts that the protocol allows, in code points; others are in \`Welcome.limits\`. */
export const LONGEST = {
${[...new Set(lengths)].join("\n")}
} as const;
`;

if (process.argv.includes("--check")) {
  if (readFileSync(TYPES, "utf8") !== text) {
    console.error("src/client/wire_types.ts is not what the schema says; run: npm run types");
    process.exit(1);
  }
} else {
  writeFileSync(TYPES, text);
}
