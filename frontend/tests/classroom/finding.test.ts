/** Words that are looked for on all pages. */

import { describe, expect, it } from "vitest";
import { find, FOUND_MOST } from "../../src/classroom/finding/finding.ts";
import { boardOf } from "../../src/client/replica/board.ts";
import type { BoardData } from "../../src/client/wire.ts";

const TEXT = "a".repeat(64);

function board(change: Partial<BoardData> = {}): ReturnType<typeof boardOf> {
  const elements = [
    { type: "text", id: "t", layer: "base", x: 0, y: 0, text: "Adding fractions,\nFRACTIONS again" },
    { type: "note", id: "n", layer: "two", x: 0, y: 0, w: 9, h: 9, text: "fraction" },
    { type: "table", id: "c", layer: "two", x: 0, y: 0, cols: [], rows: [], cells: { "r:c": "½ is a Fraction" } },
    { type: "formula", id: "f", layer: "two", x: 0, y: 0, w: 9, h: 9, tex: "\\frac{1}{2}", outline: TEXT },
    { type: "text", id: "hidden", layer: "off", x: 0, y: 0, text: "fraction" },
    { type: "rect", id: "r", layer: "two", x: 0, y: 0, w: 9, h: 9 },
  ];
  return boardOf({
    pages: [
      { id: "p1", title: "Fractions" },
      { id: "p2", background: { asset: TEXT, w: 1, h: 1, text: TEXT } },
    ],
    layers: [{ id: "base" }, { id: "two", page: "p2" }, { id: "off", page: "p2", visible: false }],
    elements: Object.fromEntries(elements.map((each) => [each.id, each])),
    ...change,
  } as unknown as BoardData);
}

describe("find", () => {
  it("looks in titles, texts, notes, cells and formulas, page by page, in whatever case", () => {
    const found = find(board(), new Map(), " FRACTION ");
    expect(found.map(({ page, element, words }) => [page.id, element, words])).toEqual([
      ["p1", null, "Fraction"],
      ["p1", "t", "fraction"],
      ["p2", "n", "fraction"],
      ["p2", "c", "Fraction"],
    ]);
    expect(find(board(), new Map(), "\\frac").map(({ element }) => element)).toEqual(["f"]);
    expect(found[1]).toMatchObject({ before: "Adding ", after: "s,\nFRACTIONS again" });
  });

  it("looks in what imported pages say, and past the ends of lines", () => {
    const words = new Map([[TEXT, "one\nhalf and one half, one half, one half, one half, one half, one half"]]);
    const found = find(board(), words, "one half");
    expect(found).toHaveLength(5);
    expect(found[0]).toMatchObject({ at: 1, element: null, before: "", words: "one\nhalf" });
  });

  it("keeps letters in their places that are longer in lower case, and words of every script", () => {
    const layers = [{ id: "base" }];
    const elements = { t: { type: "text", id: "t", layer: "base", x: 0, y: 0, text: "İİİ Дроби й ЇЖАК" } };
    const change = { pages: [{ id: "p1" }], layers, elements } as unknown as Partial<BoardData>;
    expect(find(board(change), new Map(), "дроби")[0]).toMatchObject({ before: "İİİ ", words: "Дроби" });
    expect(find(board(change), new Map(), "їжак")[0]?.words).toBe("ЇЖАК");
  });

  it("finds nothing for nothing, and so much at most", () => {
    expect(find(board(), new Map(), "  ")).toEqual([]);
    const pages = Array.from({ length: 500 }, (_, n) => ({ id: `p${n}`, title: "same" }));
    expect(find(board({ pages } as unknown as Partial<BoardData>), new Map(), "same")).toHaveLength(FOUND_MOST);
  });
});
