import { computed, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { KeptDrafts } from "../../../src/board/text/kept_drafts.ts";
import { saving, Writing, type TextHolder } from "../../../src/board/text/writing.ts";
import type { Kept as KeptItems } from "../../../src/browser/browser_storage.ts";
import { applyOperations, EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import type { Edit, Operation } from "../../../src/client/wire.ts";

const TEXT: TextHolder = { id: "t", layer: "base", type: "text", x: 10, y: 20, text: "one two" };
const NEW: TextHolder = { ...TEXT, id: "n", text: "" };

class Device implements KeptItems {
  readonly items = new Map<string, string>();
  isFull = false;
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  removeItem = (key: string): void => void this.items.delete(key);
  keys = (): string[] => [...this.items.keys()];
  setItem(key: string, value: string): void {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
}

let device: Device;
let board = signal<Board>(EMPTY_BOARD);
let mayWrite = signal(true);

beforeEach(() => {
  device = new Device();
  board = signal(on(EMPTY_BOARD, { op: "put", element: TEXT }));
  mayWrite = signal(true);
});

function on(before: Board, ...ops: Edit[]): Board {
  return applyOperations(before, ops as Operation[], 1);
}

/** A page that has just been loaded. */
async function page(owner = "lesson/1"): Promise<Writing> {
  const writing = new Writing({
    board,
    isOpen: computed(() => mayWrite.value),
    mayWrite: () => mayWrite.value,
    edit: (ops) => (board.value = on(board.value, ...ops)),
    layer: () => "base",
  });
  await writing.takeUp(new KeptDrafts(owner, device, undefined));
  return writing;
}

function texts(): string[] {
  return [...board.value.elements.values()].map((element) => ("text" in element ? (element.text ?? "") : ""));
}

test("words outlive the page that they were written on, until they are on the board", async () => {
  const first = await page();
  first.open(NEW, true);
  first.typed("half a sen");
  const second = await page();
  expect(second.current.value).toMatchObject({ isNew: true, text: "half a sen" });
  second.typed("half a sentence");
  expect(second.finish()).toBe("n");
  expect(texts()).toEqual(["one two", "half a sentence"]);
  expect((await page()).current.value).toBeNull();
});

test("nobody is shown the words of another person, or of another lesson", async () => {
  const first = await page();
  first.open(NEW, true);
  first.typed("mine");
  for (const owner of ["lesson/2", "another/1"]) expect((await page(owner)).current.value).toBeNull();
  expect((await page()).current.value).not.toBeNull();
});

test("several texts are shown one after the other, and what cannot be read is forgotten", async () => {
  for (const id of ["a", "b"]) {
    const writing = await page(`other-${id}`);
    writing.open({ ...NEW, id }, true);
    writing.typed(id);
  }
  for (const [key, row] of [...device.items]) {
    device.items.set(key.replace(/other-./, "lesson/1"), row);
    device.items.delete(key);
  }
  device.items.set("lessonroom.draft.lesson/1/broken", "{");
  device.items.set("lessonroom.draft.lesson/1/other", "{\"at\":1}");
  const writing = await page();
  expect(writing.current.value?.text).toBe("a");
  writing.finish();
  board.value = { ...board.value };
  expect(writing.current.value?.text).toBe("b");
  writing.finish();
  expect(texts()).toEqual(["one two", "a", "b"]);
  expect(device.items.size).toBe(0);
});

test("a full device costs nothing but the survival", async () => {
  device.isFull = true;
  const writing = await page();
  writing.open(NEW, true);
  writing.typed("words");
  writing.finish();
  expect(texts()).toEqual(["one two", "words"]);
});

test("what may not be written is held, and goes on the board as soon as it may", async () => {
  const writing = await page();
  writing.open(TEXT, false);
  writing.typed("one two three");
  mayWrite.value = false;
  expect(writing.isHeld.value).toBe(true);
  expect(writing.finish()).toBeNull();
  expect(writing.current.value).not.toBeNull();
  expect(texts()).toEqual(["one two"]);
  mayWrite.value = true;
  expect(texts()).toEqual(["one two three"]);
  expect(writing.current.value).toBeNull();
});

test("who goes on writing meanwhile is not interrupted when it may be written again", async () => {
  const writing = await page();
  writing.open(TEXT, false);
  mayWrite.value = false;
  writing.typed("one two thr");
  mayWrite.value = true;
  expect(writing.current.value).not.toBeNull();
  expect(texts()).toEqual(["one two"]);
});

test("what was put aside comes back as soon as it may, also after a reload", async () => {
  const writing = await page();
  writing.open(NEW, true);
  writing.typed("aside");
  mayWrite.value = false;
  writing.putAside();
  expect(writing.current.value).toBeNull();
  const reloaded = await page();
  expect(reloaded.current.value).toBeNull();
  mayWrite.value = true;
  expect(writing.current.value?.text).toBe("aside");
  expect(reloaded.current.value?.text).toBe("aside");
});

test("[BD-3] words that the room refuses are shown again", async () => {
  for (const op of [
    { op: "put", element: { ...NEW, text: "refused" } },
    { op: "patch", id: "t", set: { text: "refused" } },
  ] satisfies Operation[]) {
    const writing = await page();
    writing.refused([op]);
    expect(writing.current.value?.text).toBe("refused");
    writing.finish();
    expect(texts()).toContain("refused");
  }
  const writing = await page();
  writing.refused([{ op: "patch", id: "t", set: { x: 1 } }, { op: "remove", ids: ["t"] }]);
  expect(writing.current.value).toBeNull();
});

test("two people in one text: both are kept", () => {
  const draft = { element: TEXT, isNew: false, text: "one two four" };
  const save = (text: string | null, mine = draft.text): Board => {
    const theirs = text === null ? on(board.value, { op: "remove", ids: ["t"] }) : on(board.value, { op: "patch", id: "t", set: { text } });
    return on(theirs, ...saving(theirs, { ...draft, text: mine }, "base"));
  };
  const words = (after: Board): string[] => [...after.elements.values()].map((element) => (element as TextHolder).text ?? "");
  expect(words(save("one two"))).toEqual(["one two four"]);
  expect(words(save("zero one two"))).toEqual(["zero one two four"]);
  expect(words(save("one two three"))).toEqual(["one two three four"]);
  expect(words(save("one 2"))).toEqual(["one 2 four"]);
  expect(words(save("one 2", "one five"))).toEqual(["one 2", "one five"]);
  expect(words(save(null))).toEqual(["one two four"]);
});

test("who has typed nothing yet goes on from what another writes", async () => {
  const writing = await page();
  writing.open(TEXT, false);
  const theirs = { ...TEXT, text: "one two three" };
  expect(writing.rebase(theirs)).toBe(true);
  expect(writing.current.value?.text).toBe("one two three");
  writing.typed("one two three four");
  expect(writing.rebase({ ...TEXT, text: "something else" })).toBe(false);
});

test("what is left empty is taken away, unless somebody else has written in it", () => {
  const emptied = { element: TEXT, isNew: false, text: "" };
  expect(saving(board.value, emptied, "base")).toEqual([{ op: "remove", ids: ["t"] }]);
  const theirs = on(board.value, { op: "patch", id: "t", set: { text: "one two three" } });
  expect(on(theirs, ...saving(theirs, emptied, "base")).elements.size).toBe(2 - 1);
  expect(saving(EMPTY_BOARD, { element: NEW, isNew: true, text: "" }, "base")).toEqual([]);
});

test("a text whose layer is gone goes on the one that is drawn on", () => {
  const draft = { element: { ...NEW, layer: "gone" }, isNew: true, text: "words" };
  expect(saving(board.value, draft, "base")).toMatchObject([{ op: "put", element: { layer: "base", text: "words" } }]);
});
