/** Which requests are for the page itself, whose files may be kept: never for what people did. */

/** First parts of the addresses that get the document. */
const PAGES: ReadonlySet<string> = new Set(["", "join", "room", "history", "signin", "operator"]);

/** The path of an address below the server's root; null where it is none of this server's. */
export function pathBelow(scope: string, address: string): string | null {
  const [root, url] = [new URL(scope), new URL(address)];
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return null;
  return url.pathname.slice(root.pathname.length);
}

/** Whether an address is one of the page, and gets the document however deep it is. */
export function isPage(path: string): boolean {
  return PAGES.has(path.split("/", 1)[0]!) && !path.endsWith(".html");
}
