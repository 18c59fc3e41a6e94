/** Addresses of the page, and the secrets that belong to this tab and to this device. */

import { signal } from "@preact/signals";
import { deviceStorage, storedAs, tabStorage } from "./browser_storage.ts";
import { ROOT, SERVER, withinRoot } from "./root.ts";
import { SEEN } from "./seen.ts";

/** What of a history is shown first; without a version its end. */
export interface Moment {
  readonly version: number | null;
  readonly page: string;
  readonly element: string;
}

export type Route =
  | { readonly page: "home" }
  | { readonly page: "signin"; readonly code: string }
  | { readonly page: "join"; readonly sessionId: string; readonly code: string }
  | { readonly page: "room"; readonly sessionId: string; readonly token: string }
  | { readonly page: "history"; readonly sessionId: string; readonly moment: Moment }
  | { readonly page: "series"; readonly seriesId: string }
  | { readonly page: "operator"; readonly table: string; readonly sessionId: string }
  | { readonly page: "unknown" };

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export function routeOf({ pathname, hash }: { pathname: string; hash: string }): Route {
  const path = withinRoot(pathname);
  if (path === null) return { page: "unknown" };
  const [first = "", second = "", ...rest] = path.split("/").filter((part) => part !== "");
  const secrets = new URLSearchParams(hash.slice(1));
  if (first === "") return { page: "home" };
  if (first === "operator" && second === "") {
    const { table = "", session = "" } = Object.fromEntries(secrets);
    return { page: "operator", table, sessionId: ID.test(session) ? session : "" };
  }
  if (first === "signin" && second === "") {
    // The server prints `#<code>`; a platform may also name it.
    return { page: "signin", code: secrets.get("token") ?? decoded(hash.slice(1)) };
  }
  if (rest.length === 0 && ID.test(second)) {
    if (first === "join") return { page: "join", sessionId: second, code: secrets.get("code") ?? "" };
    if (first === "history") return { page: "history", sessionId: second, moment: momentIn(secrets) };
    if (first === "series") return { page: "series", seriesId: second };
    // A platform that embeds the room hands over the room token.
    if (first === "room") return { page: "room", sessionId: second, token: secrets.get("token") ?? "" };
  }
  return { page: "unknown" };
}

function momentIn(fragment: URLSearchParams): Moment {
  const version = Number(fragment.get("version"));
  const id = (name: string): string => {
    const value = fragment.get(name) ?? "";
    return ID.test(value) ? value : "";
  };
  return {
    version: Number.isSafeInteger(version) && version > 0 ? version : null,
    page: id("page"),
    element: id("element"),
  };
}

/** What is written in a fragment; a percent sign that begins nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = signal<Route>({ page: "home" });

/** Reads the address. A secret in its fragment leaves it, and the history, at once. */
export function readAddress(): void {
  const here = routeOf(location);
  if (here.page === "room" && here.token !== "") keepRoomToken(here.sessionId, here.token);
  if ((here.page === "signin" || here.page === "room") && location.hash !== "") {
    history.replaceState(null, "", location.pathname);
  }
  route.value = here;
}

/** @param path behind the root: `/room/…`. */
export function goTo(path: string): void {
  history.pushState(null, "", ROOT + path);
  readAddress();
}

const USER = "lessonroom.user";
const ROOM = "lessonroom.room.";
const OWN = "lessonroom.own";
const OWN_MOST = 100;

/**
 * The user token of whoever signed in. A sign-in by a link lasts on this device; a token that a
 * platform made is kept for this tab alone, which may be of a computer that many use.
 */
export const userToken = signal<string | null>(tabStorage.getItem(USER) ?? deviceStorage.getItem(USER));

export function signInWith(token: string | null): void {
  if (token === null) {
    tabStorage.removeItem(USER);
    deviceStorage.removeItem(USER);
  } else if (claimsIn(token).sid === undefined) {
    tabStorage.setItem(USER, token);
  } else {
    tabStorage.removeItem(USER);
    deviceStorage.setItem(USER, token);
  }
  userToken.value = token;
}

/** Takes up that another tab has signed in, renewed its token, or signed out. */
export function followOtherTabs(): void {
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key !== storedAs(USER) || tabStorage.getItem(USER) !== null || newValue === userToken.value) return;
    const isOut = newValue === null && userToken.value !== null;
    userToken.value = newValue;
    if (isOut) leaveEverything();
  });
}

/** Whoever signs out is gone from this tab: its lessons were theirs. */
export function leaveEverything(): void {
  for (const key of [OWN, SEEN]) deviceStorage.removeItem(key);
  for (const key of tabStorage.keys()) if (key.startsWith(ROOM)) tabStorage.removeItem(key);
  goTo("/");
}

interface Claims {
  readonly scope?: string;
  /** The sign-in by a link that the token belongs to. */
  readonly sid?: string;
  /** Seconds since the Unix epoch. */
  readonly iat?: number;
  readonly exp?: number;
  /** Of a room token: whose seat it opens. */
  readonly user_id?: number;
}

/** What a token says; the server is who checks it. */
export function claimsIn(token: string): Claims {
  try {
    const claims = token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(claims)) as Claims;
  } catch {
    return {};
  }
}

/** Whether a user token says that it is an operator's; the server decides. */
export function isOperator(token: string): boolean {
  return claimsIn(token).scope === "operator";
}

export function roomToken(sessionId: string): string | null {
  return tabStorage.getItem(ROOM + sessionId);
}

export function keepRoomToken(sessionId: string, token: string | null): void {
  if (token === null) {
    tabStorage.removeItem(ROOM + sessionId);
    return;
  }
  tabStorage.setItem(ROOM + sessionId, token);
  if (userToken.value === null) return;
  const own = `${sessionId}/${claimsIn(token).user_id}`;
  const others = ownSeats().filter((seat) => seat !== own);
  deviceStorage.setItem(OWN, [own, ...others].slice(0, OWN_MOST).join(" "));
}

/**
 * The seats, as `session_id/user_id`, that whoever is signed in has had on this device: what they
 * drew there waits for them, also where the server is not reached to say who they are.
 */
export function ownSeats(): readonly string[] {
  return deviceStorage.getItem(OWN)?.split(" ") ?? [];
}

/** The code travels in the fragment, which no server and no log ever sees. */
export function inviteLink(sessionId: string, code: string): string {
  return `${SERVER}/join/${sessionId}#code=${code}`;
}
