/** Where the server lies: at the root of its host, or below a path that it shares with others. */

/** What the server wrote into the document; `./` where nothing did, as while developing. */
const written = globalThis.document?.querySelector('meta[name="root"]')?.getAttribute("content") ?? "";

/** `/lessons`, or nothing. */
export const ROOT = written.startsWith("/") ? written.replace(/\/$/, "") : "";

/** What every address of the server begins with. */
export const SERVER = `${globalThis.location?.origin ?? ""}${ROOT}`;

/** The path behind the root; null where it is none of this server's. */
export function withinRoot(pathname: string): string | null {
  if (pathname !== ROOT && !pathname.startsWith(`${ROOT}/`)) return null;
  return pathname.slice(ROOT.length) || "/";
}
