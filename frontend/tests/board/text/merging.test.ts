import { expect, test } from "vitest";
import { merged } from "../../../src/board/text/merging.ts";

test.each([
  ["one changed it", "a b c", "a b c", "a x c", "a x c"],
  ["the other changed it", "a b c", "a x c", "a b c", "a x c"],
  ["both did the same", "a b c", "a x c", "a x c", "a x c"],
  ["one at the beginning, the other at the end", "one two three", "ONE two three", "one two THREE", "ONE two THREE"],
  ["the other way round", "one two three", "one two THREE", "ONE two three", "ONE two THREE"],
  ["one takes away, the other adds", "one two three", "two three", "one two three four", "two three four"],
  ["both write on", "one", "one two", "one three", "one two three"],
  ["both begin", "", "hello", "world", "hello\nworld"],
  ["both write on a line of their own", "a", "a\nb", "a\nc", "a\nb\nc"],
  ["both change the same word", "a cat", "a dog", "a cow", null],
  ["one takes away what the other changes", "a big cat", "a cat", "a huge cat", null],
])("%s", (_, base, theirs, mine, both) => {
  expect(merged(base, theirs, mine)).toBe(both);
});
