/** Lines made items of a list, and back. */

const BULLET = "• ";
const BULLETED = /^(\s*)[-–—*•]\s+/u;

/** Whether each line with words is an item. */
export function isBulleted(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => BULLETED.test(line));
}

/** All lines with words as items, or, where they are, as they were before. */
export function bulleted(text: string, isOn: boolean): string {
  const lines = text.split("\n").map((line) => {
    if (line.trim() === "") return line;
    const plain = line.replace(BULLETED, "$1");
    return isOn ? plain.replace(/^\s*/u, (before) => before + BULLET) : plain;
  });
  return lines.join("\n");
}
