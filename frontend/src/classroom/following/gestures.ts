/** Gestures of the lesson, and telling the others that nobody looks at this page (PE-6, PE-7). */

import { effect, signal } from "@preact/signals";
import { Gestures } from "../../lesson/gestures.ts";
import type { Classroom } from "../classroom.ts";

/** Whoever has the call in a window above all others sees the lesson. */
function isInWindow(): boolean {
  const { documentPictureInPicture: pictures } = globalThis as { documentPictureInPicture?: { window: Window | null } };
  // Where the browser has no such window it has no such field.
  return document.pictureInPictureElement != null || (pictures?.window ?? null) !== null;
}

/** Follows what is in no log, and tells of oneself; returns what ends it. */
export function followGestures({ lesson, media }: Classroom): () => void {
  const gestures = new Gestures(lesson.client, lesson.told);
  lesson.gestures.value = gestures;

  const stop = tellWhenAway(lesson, media);
  return () => {
    stop();
    gestures.dispose();
    lesson.gestures.value = null;
  };
}

function tellWhenAway(lesson: Classroom["lesson"], media: Classroom["media"]): () => void {
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
