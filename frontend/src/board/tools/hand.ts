/** The tools that come behind the board: the first stroke does not wait for them. */

type Hand = typeof import("../hand/index.ts");

export function hand(): Promise<Hand> {
  return import("../hand/index.ts");
}
