/** The editor of the figure that is open: its code and its words come when one is first opened. */

import type { VNode } from "preact";
import { speakOfPages } from "../../language/language.ts";
import { Later } from "../../ui/Later.tsx";
import type { Desk } from "../desk.ts";

/** To stand beside the board: within it, the board would take its pointers. */
export function FigureInHand({ desk }: { readonly desk: Desk }): VNode | null {
  const figure = desk.figure.value;
  if (figure === null) return null;
  return <Later load={editor} props={{ desk, figure }} />;
}

async function editor(): Promise<typeof import("./FigureEditor.tsx").FigureEditor> {
  const [loaded] = await Promise.all([import("./FigureEditor.tsx"), speakOfPages()]);
  return loaded.FigureEditor;
}
