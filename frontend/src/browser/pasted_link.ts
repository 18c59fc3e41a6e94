/** Reading an invitation that somebody pasted. */

import { routeOf } from "./address.ts";

/** The path and fragment of an invitation to this server; null where it is none. */
export function pathOfInvitation(text: string, origin: string): string | null {
  let address: URL;
  try {
    address = new URL(text.trim());
  } catch {
    return null;
  }
  if (address.origin !== origin || routeOf(address).page !== "join") return null;
  return address.pathname + address.hash;
}
