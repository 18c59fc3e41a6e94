/** Copying, cutting and pasting on the board, as the browser tells of it. */

import type { Desk } from "../desk.ts";
import { filesIn } from "./image_files.ts";
import { isElsewhere } from "./keys.ts";

const COPYING = ["copy", "cut", "beforecopy", "beforecut"] as const;

/** What is written or chosen elsewhere is copied from there, and pasted there. Returns how to stop. */
export function watchClipboard(desk: Desk): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  document.addEventListener(
    "paste",
    (event) => {
      if (event.defaultPrevented || isElsewhere(event.target)) return;
      const { clipboardData: data } = event;
      const given = {
        files: filesIn(data),
        html: data?.getData("text/html") ?? "",
        plain: data?.getData("text/plain") ?? "",
      };
      desk.aids.arrange(({ paste }) => void paste(desk, given));
    },
    { signal },
  );
  const copy = (event: Event): void => {
    const isOthers = isElsewhere(event.target) || document.getSelection()?.isCollapsed === false;
    if (event.defaultPrevented || isOthers || desk.selection.peek().size === 0) return;
    // Without a word of the page a browser copies nothing where no text is chosen.
    if (event.type.startsWith("before")) event.preventDefault();
    else if (take(desk, event as ClipboardEvent)) event.preventDefault();
  };
  for (const type of COPYING) document.addEventListener(type, copy, { signal });
  return () => stop.abort();
}

function take(desk: Desk, { type, clipboardData }: ClipboardEvent): boolean {
  const { arranging } = desk.aids;
  if (arranging === null) return false;
  return type === "cut" ? arranging.cut(desk, clipboardData) : arranging.copy(desk, clipboardData);
}
