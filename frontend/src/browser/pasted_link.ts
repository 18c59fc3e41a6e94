/** Reading an invitation, or a link to sign in, that somebody pasted. */

import { routeOf } from "./address.ts";
import { SERVER, withinRoot } from "./root.ts";

/** The path, behind the root, and the fragment of such a link to this server; null where it is none. */
export function pathOfInvitation(text: string): string | null {
  let address: URL;
  try {
    address = new URL(text.trim());
  } catch {
    return null;
  }
  const { page } = routeOf(address);
  if (address.origin !== new URL(SERVER).origin || (page !== "join" && page !== "signin")) return null;
  return `${withinRoot(address.pathname)}${address.hash}`;
}
