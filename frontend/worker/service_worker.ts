/**
 * Opens the page where the network does not: from the files of this build, kept on the device.
 *
 * It keeps those alone, which are the same for everybody. What people wrote, their pictures and
 * their tokens pass by it: whoever signs out leaves nothing of theirs in here.
 *
 * A page that is open goes on with the files of its own build after the server has a newer one: the
 * new worker waits until no page of the old build is left, and only then drops what that one needed.
 */

import { isPage, pathBelow } from "./addresses.ts";

const worker = self as unknown as ServiceWorkerGlobalScope;
const SCOPE = worker.registration.scope;
/** Below a path, the origin and its caches are shared with what else is there. */
const OURS = `lessonroom ${new URL(SCOPE).pathname} `;
const CACHE = OURS + VERSION;
const KEPT: ReadonlySet<string> = new Set(FILES);
/** A network that is there and does not answer is none: the page then says so itself. */
const PATIENCE_MS = 4_000;
/** A school comes in through one address, whose requests are counted: few at a time. */
const AT_ONCE = 4;

worker.addEventListener("install", (event) => event.waitUntil(keep()));

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    dropOthers()
      // The page that brought it is served by it from now on; later ones wait for their turn.
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = pathBelow(SCOPE, request.url);
  if (path === null) return;
  if (request.mode === "navigate") {
    if (isPage(path)) event.respondWith(documentFor(request));
  } else if (path !== "" && KEPT.has(path)) {
    event.respondWith(file(request));
  }
});

async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const left = [...FILES];
  const some = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const address = new URL(path, SCOPE);
      // Files whose names tell their content may come out of the browser's own cache.
      const isNamedByContent = path.startsWith("assets/");
      await cache.add(new Request(address, { cache: isNamedByContent ? "default" : "reload" }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
  }
}

/** The server's document where there is one; else that of this build. */
async function documentFor(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(SCOPE);
  if (kept === undefined) return fetch(request);
  const stopping = new AbortController();
  const timer = setTimeout(() => stopping.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: stopping.signal });
    // A proxy whose server is being started says so to people who want to see their lesson.
    return answer.status >= 502 && answer.status <= 504 ? kept : answer;
  } catch {
    return kept;
  } finally {
    clearTimeout(timer);
  }
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request, { ignoreSearch: true })) ?? fetch(request);
}
