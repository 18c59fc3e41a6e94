/** A gesture whose code is still on its way: what the hand does meanwhile is done once it is here. */

import type { Gesture } from "./gesture.ts";

/** @param loading null where nothing can begin; where it fails, nothing happens. */
export function deferred(loading: Promise<Gesture | null>): Gesture {
  let gesture: Gesture | null = null;
  let waiting: ((gesture: Gesture) => void)[] | null = [];
  const tell = (act: (gesture: Gesture) => void): void => {
    if (waiting !== null) waiting.push(act);
    else if (gesture !== null) act(gesture);
  };
  const settle = (loaded: Gesture | null): void => {
    const acts = waiting ?? [];
    [gesture, waiting] = [loaded, null];
    if (loaded !== null) for (const act of acts) act(loaded);
  };
  loading.then(settle, () => settle(null));
  return {
    move: (samples, modifiers) => tell((loaded) => loaded.move(samples, modifiers)),
    end: () => tell((loaded) => loaded.end()),
    cancel: () => tell((loaded) => loaded.cancel()),
  };
}
