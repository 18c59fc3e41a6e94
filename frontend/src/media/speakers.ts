/** Who speaks: of levels that are heard now and then, those who are in the middle of something. */

/** What is quieter is taken for the room, in amplitude from 0 to 1. */
const SPEAKING = 0.02;
/** Between two syllables nobody has stopped speaking. */
const BREATH_MS = 500;

/**
 * When levels are to be taken again, in ms. A level is that of one instant: looked at every
 * 200 ms, a short sound of every half second was missed for a minute, so there is no beat.
 *
 * @param chance from 0 to 1.
 */
export const untilNextLook = (chance: number): number => 90 + 80 * chance;

export class Speakers {
  readonly #loudAt = new Map<number, number>();

  /** @param level of a person's voice at this instant, in amplitude from 0 to 1. */
  hear(userId: number, level: number, nowMs: number): void {
    if (level > SPEAKING) this.#loudAt.set(userId, nowMs);
  }

  /** Ids of those who speak. Whoever is muted is so at once, whatever of their voice is still on its way. */
  now(isOn: (userId: number) => boolean, nowMs: number): ReadonlySet<number> {
    for (const [userId, loudAt] of this.#loudAt) {
      if (!isOn(userId) || nowMs - loudAt > BREATH_MS) this.#loudAt.delete(userId);
    }
    return new Set(this.#loudAt.keys());
  }
}
