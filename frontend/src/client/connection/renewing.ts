/** The token of a seat, renewed well before it ends, however long the device sleeps or has no network. */

import { ApiRefusal } from "../rest/http.ts";

/** After this part of its life a token is renewed. */
const RENEWED_AFTER = 2 / 3;
/** A timer may stand still while a device sleeps: it is looked at again after so long at most. */
const LOOK_EVERY_MS = 60_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

interface Claims {
  /** Seconds since the Unix epoch. */
  readonly iat?: number;
  readonly exp?: number;
}

/** What a token says of its life; nothing where it is none. */
function lifeOf(token: string): { readonly from: number; readonly lastsMs: number } | null {
  try {
    const encoded = token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const { iat, exp } = JSON.parse(atob(encoded)) as Claims;
    if (iat === undefined || exp === undefined || exp <= iat) return null;
    return { from: iat * 1_000, lastsMs: (exp - iat) * 1_000 };
  } catch {
    return null;
  }
}

/** Whether the same may well work in a moment: the server was not reached, or is busy. */
export function isPassing(error: unknown): boolean {
  // `fetch` has no other word for a network that is gone.
  if (error instanceof TypeError) return true;
  return error instanceof ApiRefusal && (error.status >= 500 || error.status === 429 || error.status === 408);
}

export class Renewing {
  /** By the device's own clock, which may be wrong: counted from when a token came. */
  #dueAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #underWay: Promise<string> | null = null;
  #failures = 0;
  #isStopped = false;

  /**
   * @param renew gets another token.
   * @param took is told of one that came.
   */
  constructor(
    readonly renew: () => Promise<string>,
    readonly took: (token: string) => void,
  ) {}

  /** Plans when a token is renewed that was there before: its age is what the clocks say. */
  begin(token: string): void {
    const life = lifeOf(token);
    if (life !== null) this.#plan(life.lastsMs, Math.max(0, Date.now() - life.from));
  }

  /** The device woke up, or has a network again: what is due is done now. */
  look(): void {
    if (this.#dueAt === null || this.#isStopped) return;
    if (Date.now() >= this.#dueAt) void this.#tryToRenew();
    else this.#lookAfter(this.#dueAt - Date.now());
  }

  /** Gets another token now; who asks while one is on its way gets that one. */
  now(): Promise<string> {
    this.#underWay ??= this.#renewed().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #renewed(): Promise<string> {
    const token = await this.renew();
    this.#failures = 0;
    const life = lifeOf(token);
    this.#dueAt = null;
    if (life !== null && !this.#isStopped) this.#plan(life.lastsMs, 0);
    this.took(token);
    return token;
  }

  async #tryToRenew(): Promise<void> {
    try {
      await this.now();
    } catch (error) {
      // What is refused is asked for once more when the token has ended: then it is told.
      if (!isPassing(error)) this.#dueAt = null;
      else {
        this.#lookAfter(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures));
        this.#failures += 1;
      }
    }
  }

  #plan(lastsMs: number, ageMs: number): void {
    this.#dueAt = Date.now() + lastsMs * RENEWED_AFTER - ageMs;
    this.look();
  }

  #lookAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => this.look(), Math.min(delayMs, LOOK_EVERY_MS));
  }
}
