/** Numbers of pages as people write them: `1-3, 7`. */

/** Those that are meant, of a document with so many; null where it says something else. */
export function numbersIn(text: string, total: number): number[] | null {
  const numbers: number[] = [];
  for (const part of text.split(",").map((each) => each.trim()).filter(Boolean)) {
    const found = /^(\d{1,4})(?:\s*-\s*(\d{1,4}))?$/.exec(part);
    const [from, to] = [Number(found?.[1]), Number(found?.[2] ?? found?.[1])];
    if (found === null || from < 1 || to < from || to > total) return null;
    for (let number = from; number <= to; number += 1) numbers.push(number);
  }
  return numbers;
}

/** The shortest way to write them, in their order. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}
