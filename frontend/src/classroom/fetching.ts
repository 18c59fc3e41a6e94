import { speakOfPages } from "../language/language.ts";

/** The code of what a classroom opens on demand, once its words are there, too. */
export async function panels(): Promise<typeof import("./panels.ts")> {
  const [loaded] = await Promise.all([import("./panels.ts"), speakOfPages()]);
  return loaded;
}
