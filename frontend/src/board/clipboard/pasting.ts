/** What comes in from the clipboard: elements of ours, files, cells of a table, text. */

import type { Desk } from "../desk.ts";
import type { Element, TextElement } from "../../client/wire.ts";
import { plural, t } from "../../language/language.ts";
import { fontSizeOf } from "../editing/styling.ts";
import { textBox } from "../text/text_layout.ts";
import { tableFromCells } from "../figures/cells.ts";
import { lastCopied } from "./copying.ts";
import { unpacked, type Pasted } from "./format.ts";
import { addImages } from "../input/image_files.ts";
import { pixelsOf, placeOf, putAround } from "./placing.ts";
import { broughtAlong } from "./pictures.ts";
import { excalidrawIn } from "../importing/excalidraw.ts";

/** What an event or the browser gave, taken at once: an event forgets it. */
export interface Given {
  readonly files: readonly File[];
  readonly html: string;
  readonly plain: string;
}

/** How much of the view a text takes at most before it is broken. */
const SHARE = 0.6;

/** Puts it where the pointer is, or in the middle of what one sees. */
export async function paste(desk: Desk, given: Given): Promise<void> {
  const own = unpacked(given.html);
  const drawing = own === null ? excalidrawIn(given.plain) : null;
  // A table comes as a picture of itself as well.
  const isPicture = given.files.length > 0 && given.plain.trim() === "";
  if (!desk.mayUse("select")) desk.lesson.show({ code: "permission_denied", message: "" });
  else if (own !== null) await pasteElements(desk, own, given.html);
  else if (drawing !== null) await addImages(desk, [new File([given.plain], "clipboard.excalidraw")], pixelsOf(desk, placeOf(desk)));
  else if (isPicture) await addImages(desk, given.files, pixelsOf(desk, placeOf(desk)));
  else if (given.plain !== "") pasteText(desk, given);
  else if (given.html !== "" || given.files.length > 0) desk.aids.tell(t("paste.nothing"), true);
}

async function pasteElements(desk: Desk, pasted: Pasted, html: string): Promise<void> {
  const isSameLesson = pasted.session === desk.lesson.sessionId;
  const { elements, left } = isSameLesson ? { elements: pasted.elements, left: 0 } : await broughtAlong(desk, pasted.elements);
  const isSamePage = isSameLesson && pasted.page === desk.page.value.id;
  const active = desk.activeLayer.value?.id ?? "base";
  putAround(desk, isSamePage ? elements : elements.map((element) => ({ ...element, layer: active })), html);
  tellLeft(desk, pasted.left + left);
}

function tellLeft(desk: Desk, count: number): void {
  if (count > 0) desk.aids.tell(plural("paste.left", count), true);
}

function pasteText(desk: Desk, { html, plain }: Given): void {
  const text = plain.replace(/\r\n?/g, "\n").replaceAll("\0", "").trimEnd();
  const limits = desk.client.welcome?.limits;
  if (limits !== undefined && text.length > limits.text_chars) {
    desk.aids.tell(t("paste.tooLong", { most: limits.text_chars }), true);
    return;
  }
  if (text === "") return;
  const style = { color: desk.color.value, font_size: fontSizeOf(desk.width.value), ...desk.lettering.value };
  const write = (words: string): TextElement => ({
    id: "pasted",
    layer: desk.activeLayer.value?.id ?? "base",
    type: "text",
    x: 0,
    y: 0,
    text: words,
    style,
  });
  putAround(desk, [tableIn(text, html) ?? broken(desk, write(text))], text);
}

/** Cells of a spreadsheet, or of another program's table; what is larger than a table may be is text. */
function tableIn(text: string, html: string): Element | null {
  const hasCells = text.includes("\t") && (/<table[\s>]/i.test(html) || text.split("\n").every((line) => line.includes("\t")));
  const parts = hasCells ? tableFromCells(text, html) : null;
  return parts && ({ id: "pasted", layer: "base", type: "table", x: 0, y: 0, ...parts } as Element);
}

/** Lines that would be wider than what one sees are broken. */
function broken(desk: Desk, element: TextElement): TextElement {
  const most = (desk.viewSize.peek().width * SHARE) / desk.camera.value.zoom;
  return textBox(element).w > most ? { ...element, w: Math.round(most) } : element;
}

/** What the browser tells where one pastes from a menu; null where it does not. */
export async function givenByBrowser(): Promise<Given | null> {
  try {
    const items = await navigator.clipboard.read();
    const read = async (type: string): Promise<string> => {
      const item = items.find(({ types }) => types.includes(type));
      return item === undefined ? "" : (await item.getType(type)).text();
    };
    const [html, plain] = [await read("text/html"), await read("text/plain")];
    const picture = items.flatMap(({ types }) => types.filter((type) => type.startsWith("image/"))).at(0);
    const item = items.find(({ types }) => picture !== undefined && types.includes(picture));
    const files = item === undefined ? [] : [new File([await item.getType(picture!)], "picture", { type: picture! })];
    // Browsers take marks out of HTML that they do not know.
    const last = lastCopied();
    const isOwn = last !== null && last.plain === plain && unpacked(html) === null;
    return { files, html: isOwn ? last.html : html, plain };
  } catch {
    return null;
  }
}

