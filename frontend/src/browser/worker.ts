/** The service worker that opens the page without a network. */

import { ROOT } from "./root.ts";

const ADDRESS = `${ROOT}/service_worker.js`;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): {
    createScriptURL(address: string): string;
  };
}

/**
 * Has the browser keep the page's files, once the page itself has what it needs.
 *
 * Not in a frame: the page around it may be anybody's, and browsers keep such files apart for each.
 */
export function keepPageFiles(): void {
  if (!("serviceWorker" in navigator) || window.top !== window || import.meta.env.DEV) return;
  // Whoever counts bytes has not asked for the rest of the page.
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
  void navigator.serviceWorker.register(own(ADDRESS), { scope: `${ROOT}/`, updateViaCache: "none" }).catch(() => undefined);
}

/** The one policy that the page's own policy names: it lets one address of a script through. */
function own(address: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return address;
  const policy = trustedTypes.createPolicy("lessonroom-worker", {
    createScriptURL: (wanted) => {
      if (wanted !== ADDRESS) throw new TypeError(`not a script of this page: ${wanted}`);
      return wanted;
    },
  });
  return policy.createScriptURL(address);
}
