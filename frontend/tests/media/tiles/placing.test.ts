import { expect, test } from "vitest";
import { placingIn, resized, settled, USUAL, WIDTHS, type Rect } from "../../../src/media/tiles/placing.ts";

const STAGE = { width: 1000, height: 600 };
const TOOLBAR: Rect = { left: 10, top: 100, width: 50, height: 300 };
const VIEW_BAR: Rect = { left: 400, top: 540, width: 200, height: 50 };
const TOOLS = [TOOLBAR, VIEW_BAR];
const at = (left: number, top: number, width = 200, height = 120): Rect => ({ left, top, width, height });

test.each<readonly [string, Rect, Rect]>([
  ["where there is room they lie where they are put", at(300, 200), at(300, 200)],
  ["they stay within the stage", at(-50, 900), at(0, 480)],
  ["beside the tools, the shortest way", at(30, 200), at(68, 200)],
  ["above the bar below", at(450, 500), at(450, 412)],
  ["in the corner between tools", at(0, 380), at(0, 408)],
])("%s", (_, wanted, rect) => {
  expect(settled(wanted, STAGE, TOOLS)).toEqual(rect);
});

test("wherever they are put they cover no tool", () => {
  for (let left = -100; left <= 1100; left += 37) {
    for (let top = -100; top <= 700; top += 29) {
      const rect = settled(at(left, top), STAGE, TOOLS);
      for (const tool of TOOLS) {
        const meets = rect.left < tool.left + tool.width && tool.left < rect.left + rect.width && rect.top < tool.top + tool.height && tool.top < rect.top + rect.height;
        expect(meets).toBe(false);
      }
      expect(rect.left >= 0 && rect.top >= 0 && rect.left <= 800 && rect.top <= 480).toBe(true);
    }
  }
});

test("what fits nowhere lies where it was wanted, within the stage", () => {
  expect(settled(at(500, 300, 990, 590), STAGE, TOOLS)).toEqual(at(10, 10, 990, 590));
});

test("what was kept is read, and nonsense is as usual", () => {
  const moved = { place: "over", x: 0.25, y: 0.5, width: 240, isHidden: true } as const;
  expect(placingIn(JSON.stringify(moved))).toEqual(moved);
  for (const nonsense of [null, "", "{", "[]", "7", '{"place":"under","x":"1","y":null,"width":9999,"isHidden":1}']) {
    expect(placingIn(nonsense)).toEqual(USUAL);
  }
  expect(placingIn('{"x":7,"y":-3}')).toEqual({ ...USUAL, x: 1, y: 0 });
});

test("they grow and shrink by steps, and end at the last", () => {
  expect(resized(192, 1)).toBe(240);
  expect(resized(192, -1)).toBe(160);
  expect([resized(WIDTHS[0], -1), resized(WIDTHS.at(-1)!, 1)]).toEqual([WIDTHS[0], WIDTHS.at(-1)]);
});
