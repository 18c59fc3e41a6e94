/** Fetching a face: the files are those that exports bring along (`gateway/export/fonts`). */

import ranges from "../../../../gateway/export/fonts/letters.json";

const FILES = import.meta.glob<string>("../../../../gateway/export/fonts/*.woff2", {
  query: "?url",
  import: "default",
  eager: true,
});

interface FaceFile {
  readonly family: string;
  readonly url: string;
  readonly look: { readonly weight: string; readonly style: string; readonly unicodeRange: string };
}

/** @param name of its file: the font, and whether it is bold or italic. */
function fileOf(name: string): FaceFile {
  const url = FILES[`../../../../gateway/export/fonts/${name}.woff2`];
  if (url === undefined) throw new Error(`there is no face ${name}`);
  const [font = "", ...slopes] = name.split("-");
  const look = {
    weight: slopes.includes("bold") ? "700" : "400",
    style: slopes.includes("italic") ? "italic" : "normal",
    // What each face has itself is never taken from here.
    unicodeRange: font === "symbols" ? ranges.symbols.map(rangeOf).join() : "U+0-10FFFF",
  };
  return { family: `Lesson ${font[0]!.toUpperCase()}${font.slice(1)}`, url, look };
}

/** Loads a face and gives it to the document. */
export async function fetched(name: string): Promise<void> {
  const { family, url, look } = fileOf(name);
  document.fonts.add(await new FontFace(family, `url(${url})`, look).load());
}

/** A rule of a style sheet that holds a face, for a document that may load nothing. */
export async function ruleOf(name: string): Promise<string> {
  const { family, url, look } = fileOf(name);
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const source = `url(data:font/woff2;base64,${btoa(binary)})`;
  return `@font-face{font-family:"${family}";font-weight:${look.weight};font-style:${look.style};unicode-range:${look.unicodeRange};src:${source}}`;
}

function rangeOf(range: readonly number[]): string {
  return `U+${range.map((code) => code.toString(16)).join("-")}`;
}
