/** Reading an invitation that somebody pasted. */

import { routeOf } from "./address.ts";
import { SERVER, withinRoot } from "./root.ts";

/** The path, behind the root, and the fragment of an invitation to this server; null where it is none. */
export function pathOfInvitation(text: string): string | null {
  let address: URL;
  try {
    address = new URL(text.trim());
  } catch {
    return null;
  }
  if (address.origin !== new URL(SERVER).origin || routeOf(address).page !== "join") return null;
  return `${withinRoot(address.pathname)}${address.hash}`;
}
