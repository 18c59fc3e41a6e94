/**
 * What is copied, as other programs and other lessons read it: plain text, and HTML that carries the
 * elements themselves in an attribute, which no program shows.
 */

import type { Element } from "../../client/wire.ts";
import { elementsIn } from "./elements.ts";

export interface Copied {
  readonly plain: string;
  readonly html: string;
}

export interface Pasted {
  /** The session and the page that they were copied from. */
  readonly session: string;
  readonly page: string;
  readonly elements: readonly Element[];
  /** How many more there were that no board of ours can hold. */
  readonly left: number;
}

const VERSION = 1;
const CARRIED = /data-lessonroom="([A-Za-z0-9+/=]+)"/;
/** What is longer was not copied from a board of ours. */
const MOST_CHARS = 64 * 2 ** 20;
/** As many bytes as `fromCharCode` takes arguments. */
const CHUNK = 8_192;

export function packed(session: string, page: string, elements: readonly Element[]): Copied {
  const own = elements.map(({ by: _, ...element }) => element);
  const carried = encoded(JSON.stringify({ version: VERSION, session, page, elements: own }));
  const texts = elements.flatMap(textOf);
  const shown = texts.map((text) => `<p>${escaped(text)}</p>`).join("");
  return {
    plain: texts.join("\n\n"),
    html: `<meta charset="utf-8"><div data-lessonroom="${carried}">${shown}</div>`,
  };
}

/** What HTML carries; null where it is not of ours. */
export function unpacked(html: string): Pasted | null {
  const carried = html.length > MOST_CHARS ? undefined : CARRIED.exec(html)?.[1];
  if (carried === undefined) return null;
  try {
    const { version, session, page, elements } = JSON.parse(decoded(carried)) as Readonly<Record<string, unknown>>;
    if (version !== VERSION || !Array.isArray(elements)) return null;
    const found = elementsIn(elements);
    return { session: String(session), page: String(page), elements: found, left: elements.length - found.length };
  } catch {
    return null;
  }
}

/** What a reader of plain text gets. */
function textOf(element: Element): string[] {
  if (element.type === "formula") return [element.tex];
  if (element.type === "image") return element.alt ? [element.alt] : [];
  return "text" in element && element.text ? [element.text] : [];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>");
}

function encoded(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

function decoded(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
}
