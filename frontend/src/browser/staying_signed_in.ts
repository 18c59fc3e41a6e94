/** A sign-in by a link lasts on this device as long as it is used now and then. */

import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import { claimsIn, followOtherTabs, signInWith, userToken } from "./address.ts";
import { SERVER } from "./root.ts";

const RENEWED_AFTER_MS = 24 * 60 * 60 * 1_000;
const LOOK_EVERY_MS = 60 * 60 * 1_000;

/** From now on: renews the sign-in once a day, and follows what other tabs do with it. */
export function staySignedIn(): void {
  followOtherTabs();
  void renewIfOld();
  setInterval(() => void renewIfOld(), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void renewIfOld();
  });
}

async function renewIfOld(): Promise<void> {
  const token = userToken.value;
  if (token === null) return;
  const { sid, iat = 0 } = claimsIn(token);
  if (sid === undefined || Date.now() - iat * 1_000 < RENEWED_AFTER_MS) return;
  try {
    const renewed = await new ClassroomApi(SERVER, token).renewSignIn();
    // Another tab was faster, or somebody has signed out meanwhile.
    if (userToken.value === token) signInWith(renewed.token);
  } catch (error) {
    // Without a connection it is tried again; where it is over, the page says so.
    if (error instanceof ApiRefusal && error.status === 401 && userToken.value === token) signInWith(null);
  }
}
