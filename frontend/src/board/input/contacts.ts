/** What touches the board, each in a slot of its own: pens, fingers, the palm, the mouse. */

/** `works`: with the tool. `moves`: the board, alone or with another finger. `rests`: nothing, until it is lifted. */
export type Role = "works" | "moves" | "rests";

export interface Contact {
  readonly id: number;
  readonly kind: string;
  /** When it came down, in ms. */
  readonly since: number;
  readonly role: Role;
}

/** A contact that another one has put out of its work. */
export interface Stopped extends Contact {
  /** What it did until now was not meant, and is to be as if it had not been. */
  readonly isWithdrawn: boolean;
}

/** What is as young as this was the beginning of something else: a palm, the first of two fingers. */
export const YOUNG_MS = 500;
/** Once a pen has been away for so long, fingers draw again. Until then they move the board. */
export const PEN_AWAY_MS = 5_000;

export class Contacts {
  readonly #down = new Map<number, Contact>();
  #penSeenAt = -Infinity;

  /** A pen is near: it touches, or hovers. */
  penSeen(now: number): void {
    this.#penSeenAt = now;
  }

  get(id: number): Contact | undefined {
    return this.#down.get(id);
  }

  /** Takes in a contact; returns those that have to stop for it. */
  down(id: number, kind: string, now: number): readonly Stopped[] {
    if (kind === "pen") this.penSeen(now);
    const stopped = kind === "touch" ? this.#touched(id, now) : this.#taken(id, kind, now);
    return stopped.map((contact) => {
      const isYoung = now - contact.since < YOUNG_MS;
      // Whatever lies on the glass when a pen comes is the hand that holds it.
      return { ...contact, isWithdrawn: isYoung || (kind === "pen" && contact.role === "works") };
    });
  }

  /** It is lifted, or nothing is known of it any more. */
  up(id: number): Contact | undefined {
    const contact = this.#down.get(id);
    this.#down.delete(id);
    return contact;
  }

  /** All that is down, and now forgotten. */
  clear(): readonly Contact[] {
    const all = [...this.#down.values()];
    this.#down.clear();
    return all;
  }

  #fingers(): Contact[] {
    return [...this.#down.values()].filter(({ kind }) => kind === "touch");
  }

  /** A pen or the mouse takes over from any finger. */
  #taken(id: number, kind: string, now: number): Contact[] {
    const stopped = this.#fingers().filter(({ role }) => role !== "rests");
    for (const finger of stopped) this.#down.set(finger.id, { ...finger, role: "rests" });
    this.#down.set(id, { id, kind, since: now, role: "works" });
    return stopped;
  }

  #touched(id: number, now: number): Contact[] {
    const isOccupied = [...this.#down.values()].some(({ kind }) => kind !== "touch");
    const others = this.#fingers().filter(({ role }) => role !== "rests");
    const isPenNear = now - this.#penSeenAt < PEN_AWAY_MS;
    const role = isOccupied ? "rests" : others.length > 0 || isPenNear ? "moves" : "works";
    this.#down.set(id, { id, kind: "touch", since: now, role });
    const stopped = role === "moves" ? others.filter((other) => other.role === "works") : [];
    for (const finger of stopped) this.#down.set(finger.id, { ...finger, role: "moves" });
    return stopped;
  }
}
