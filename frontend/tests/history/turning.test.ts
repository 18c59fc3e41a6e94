import { describe, expect, it } from "vitest";
import { boardOf } from "../../src/client/replica/board.ts";
import type { BoardData } from "../../src/client/wire.ts";
import { pageChanged } from "../../src/history/turning.ts";

const rect = (id: string, layer: string, x = 0) => ({ type: "rect", id, layer, x, y: 0, w: 1, h: 1, by: 1 });

function board(elements: readonly { readonly id: string }[], pages = ["a", "b"]) {
  return boardOf({
    pages: pages.map((id) => ({ id })),
    layers: pages.map((id) => ({ id, name: "Layer 1", page: id })),
    elements: Object.fromEntries(elements.map((each) => [each.id, each])),
  } as unknown as BoardData);
}

describe("the page that the course of a lesson turns to", () => {
  it("is the one on which something was put, changed or removed (PG-6)", () => {
    const [one, two] = [rect("1", "a"), rect("2", "b")];
    expect(pageChanged(board([one]), board([one, two]))).toBe("b");
    expect(pageChanged(board([one, two]), board([rect("1", "a", 5), two]))).toBe("a");
    expect(pageChanged(board([one, two]), board([one]))).toBe("b");
  });

  it("is a new page, also an empty one", () => {
    expect(pageChanged(board([]), board([], ["a", "c", "b"]))).toBe("c");
  });

  it("is none where nothing changed that can be seen, or the page is gone", () => {
    const one = rect("1", "a");
    expect(pageChanged(board([one]), board([{ ...one }]))).toBeNull();
    expect(pageChanged(board([rect("2", "b")]), board([], ["a"]))).toBeNull();
  });
});
