/** Functions as a school writes them: `2x`, `0,5x^2`, `sin x`, `tg x`, `|x|`, `√x`. */

import { Parser } from "expr-eval-fork";

export type Fn = (x: number) => number;

export const LONGEST_EXPRESSION = 200;

const parser = new Parser({
  operators: { assignment: false, fndef: false, concatenate: false, in: false, factorial: false, logical: false, comparison: false, conditional: false, ...{ array: false } },
});
/** What schools here call functions; each has its argument in brackets, or behind a space. */
const OWN: Readonly<Record<string, (value: number, base?: number) => number>> = {
  tg: Math.tan,
  ctg: (value) => 1 / Math.tan(value),
  cot: (value) => 1 / Math.tan(value),
  arcsin: Math.asin,
  arccos: Math.acos,
  arctg: Math.atan,
  arctan: Math.atan,
  arcctg: (value) => Math.PI / 2 - Math.atan(value),
  sh: Math.sinh,
  ch: Math.cosh,
  th: Math.tanh,
  lg: Math.log10,
  ln: Math.log,
  log: (value, base) => (base === undefined ? Math.log10(value) : Math.log(base) / Math.log(value)),
  root: (value, degree = 2) => (degree % 2 === 1 && value < 0 ? -((-value) ** (1 / degree)) : value ** (1 / degree)),
};
for (const name of ["random", "fac", "map", "fold", "filter", "indexOf", "join", "json", "hypot", "pyt", "gamma", "roundTo"]) {
  delete parser.functions[name];
}
Object.assign(parser.functions, OWN);
const UNARY = ["sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "cbrt", "abs", "exp", "sign", "floor", "ceil", "round"] as const;
for (const name of Object.keys(OWN)) delete parser.unaryOps[name];
for (const name of Object.keys(parser.unaryOps)) {
  if (!(UNARY as readonly string[]).includes(name) && /^[a-z]/i.test(name)) delete parser.unaryOps[name];
}
const FUNCTIONS: readonly string[] = [...Object.keys(OWN), ...UNARY, "min", "max"].sort((a, b) => b.length - a.length);
parser.consts = { pi: Math.PI, e: Math.E } as typeof parser.consts;

/** Thrown for what is no function of x; its message is the word that is not understood, or empty. */
export class NoFunction extends Error {}

/** What an expression says, as the library reads it. */
export function rewritten(written: string): string {
  let text = written.trim().toLowerCase().replace(/^(?:y|f\s*\(\s*x\s*\))\s*=/, "");
  // A decimal comma stands between digits; arguments are kept apart by a semicolon, or a comma and a space.
  text = text.replace(/(\d),(\d)/g, "$1.$2").replaceAll(";", ",");
  text = text.replace(/[−–]/g, "-").replace(/[·×∙]/g, "*").replace(/[÷:]/g, "/").replaceAll("π", " pi ").replaceAll("√", " sqrt ");
  text = text.replaceAll("**", "^").replaceAll("²", "^2").replaceAll("³", "^3");
  text = text.replace(/\|([^|]+)\|/g, "abs($1)");
  return joined(text);
}

/** Puts signs of multiplication where a school leaves them out, and brackets around `sin x`. */
function joined(text: string): string {
  const tokens = tokensOf(text);
  const out: string[] = [];
  tokens.forEach((token, n) => {
    const before = tokens[n - 1];
    if (before !== undefined && endsValue(before) && beginsValue(token)) out.push("*");
    out.push(token);
  });
  return bracketed(out).join(" ");
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-z]+|[^\s])/gy;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [, token = ""] = found;
    if (/^[a-z]/.test(token)) tokens.push(...wordsOf(token));
    else tokens.push(token);
  }
  return tokens;
}

/** `xsinx` is x · sin x: names are found from the left, the longest first. */
function wordsOf(letters: string): string[] {
  const words: string[] = [];
  let rest = letters;
  while (rest !== "") {
    const word = [...FUNCTIONS, "pi", "x", "e"].find((name) => rest.startsWith(name));
    if (word === undefined) throw new NoFunction(letters);
    words.push(word);
    rest = rest.slice(word.length);
  }
  return words;
}

const isName = (token: string): boolean => FUNCTIONS.includes(token);
const isOperand = (token: string): boolean => /^[\d.]/.test(token) || token === "x" || token === "pi" || token === "e";
const endsValue = (token: string): boolean => isOperand(token) || token === ")";
const beginsValue = (token: string): boolean => isOperand(token) || token === "(" || isName(token);

/** A function without brackets takes the product that follows: `sin 2x` is sin(2x), `sin x + 1` is not sin(x + 1). */
function bracketed(tokens: readonly string[]): string[] {
  const out: string[] = [];
  let open = 0;
  tokens.forEach((token, n) => {
    const isEnd = open > 0 && !endsValue(token) && !["*", "^", "("].includes(token) && !isName(tokens[n - 1] ?? "") && tokens[n - 1] !== "(";
    if (isEnd) {
      out.push(...Array.from({ length: open }, () => ")"));
      open = 0;
    }
    out.push(token);
    if (isName(token) && tokens[n + 1] !== "(") {
      if (tokens[n + 1] === undefined) throw new NoFunction(token);
      // `sin^2 x` is not understood by anything; it is written (sin x)^2.
      if (tokens[n + 1] === "^") throw new NoFunction(`${token}^`);
      out.push("(");
      open += 1;
    }
  });
  out.push(...Array.from({ length: open }, () => ")"));
  return out;
}

/** The function that an expression says; throws `NoFunction`. */
export function functionOf(written: string): Fn {
  if (written.length > LONGEST_EXPRESSION) throw new NoFunction("");
  const text = rewritten(written);
  if (text === "") throw new NoFunction("");
  try {
    const expression = parser.parse(text);
    const unknown = expression.variables().find((name) => name !== "x");
    if (unknown !== undefined) throw new NoFunction(unknown);
    expression.evaluate({ x: 1 });
    return (x) => {
      const y: unknown = expression.evaluate({ x });
      return typeof y === "number" ? y : NaN;
    };
  } catch (error) {
    if (error instanceof NoFunction) throw error;
    throw new NoFunction("");
  }
}
