import { expect, test } from "vitest";
import { layoutOf } from "../../../../src/history/film/picture/layout.ts";

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("names %s, faces %s: what lies in a picture fills it, and nothing lies on anything else", (hasNames, hasFaces) => {
  const { board, names, faces } = layoutOf(1_280, 720, { hasNames, hasFaces });
  expect([names.h > 0, faces.length]).toEqual([hasNames, hasFaces ? 4 : 0]);
  expect([board.w + (faces[0]?.w ?? 0), board.h + names.h]).toEqual([1_280, 720]);
  for (const [n, face] of faces.entries()) {
    expect(face.x).toBe(board.w);
    expect(face.y).toBeGreaterThanOrEqual(n === 0 ? 0 : faces[n - 1]!.y + faces[n - 1]!.h);
  }
  const last = faces.at(-1);
  if (last) expect(last.y + last.h).toBeLessThanOrEqual(board.h);
});
