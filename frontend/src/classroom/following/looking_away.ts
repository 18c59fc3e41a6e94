/** Telling the others that nobody looks at this page (PE-7). */

import { effect, signal } from "@preact/signals";
import type { Classroom } from "../classroom.ts";

/** Whoever has the call in a window above all others sees the lesson. */
function isInWindow(): boolean {
  const { documentPictureInPicture: pictures } = globalThis as { documentPictureInPicture?: { window: Window | null } };
  return document.pictureInPictureElement !== null || (pictures?.window ?? null) !== null;
}

/** Returns what ends it. */
export function tellWhenAway({ lesson, media }: Classroom): () => void {
  const isHidden = signal(document.hidden && !isInWindow());
  const look = (): void => {
    isHidden.value = document.hidden && !isInWindow();
  };
  document.addEventListener("visibilitychange", look);
  // The server takes a page that it has not heard of for one that is seen.
  let told = false;
  const stop = effect(() => {
    // Whoever shows their screen looks at that.
    const isAway = isHidden.value && media.value?.own.tracks.value.screen == null;
    if (lesson.status.value.connection !== "live") told = false;
    else if (isAway !== told) {
      told = isAway;
      lesson.client.command("set_away", { is_away: isAway }).catch(() => undefined);
    }
  });
  return () => {
    stop();
    document.removeEventListener("visibilitychange", look);
  };
}
