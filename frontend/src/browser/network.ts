/** What the browser tells of the network, told on to a connection. */

interface Connected {
  reconnectNow(): void;
  networkLost(): void;
  check(): void;
}

/**
 * Tells it when the network goes or comes, and when the page is seen again: a phone that slept, and a
 * tab that was put away, may have lost their connection without a word.
 *
 * @returns how to stop.
 */
export function watchNetwork(connection: () => Connected | null): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const check = (): void => connection()?.check();
  window.addEventListener("online", () => connection()?.reconnectNow(), { signal });
  window.addEventListener("offline", () => connection()?.networkLost(), { signal });
  window.addEventListener("pageshow", check, { signal });
  document.addEventListener("resume", check, { signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "visible") check();
    },
    { signal },
  );
  return () => stopping.abort();
}
