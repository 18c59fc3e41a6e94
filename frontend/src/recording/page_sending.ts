/** The one sender of this page: it goes on when the lesson is left, and asks before the page is. */

import { SERVER } from "../browser/root.ts";
import { RecordingApi } from "../client/rest/recording_api.ts";
import { KeptTakes } from "./kept_takes.ts";
import { Sending } from "./sending.ts";

/** A page that is loaded anew may hold its locks a moment longer than it lives. */
const PATIENCE_MS = 500;
/** What is under way all the time is no reason to ask; what has waited for so long is. */
const LONG_MS = 15_000;

let sending: Sending | null = null;

export function pageSending(): Sending {
  if (sending !== null) return sending;
  const made = new Sending({ store: new KeptTakes(), api: (token) => new RecordingApi(SERVER, token), own, wait });
  sending = made;
  window.addEventListener("beforeunload", (event) => {
    const { since } = made.waiting.value;
    if (since !== null && Date.now() - since > LONG_MS) event.preventDefault();
  });
  return made;
}

/** By a lock that is held for as long as the page is there. */
function own(take: string): Promise<boolean> {
  const locks: LockManager | undefined = (navigator as Partial<Navigator>).locks;
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const held = new Promise<void>(() => undefined);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const hold = (): Promise<void> => {
      resolve(true);
      return held;
    };
    locks.request(`lessonroom.take/${take}`, { signal }, hold).catch(() => resolve(false));
  });
}

/** Or until the device has a network again. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener("online", go);
  });
}
