/** The queue of what is submitted: its order, and what of it may go out now (PROTOCOL BD-6). */

import { applyPending, type Board } from "./board.ts";
import { bytesOfOps, fits, packed } from "./packing.ts";
import { clientOf, pendingOf, type Entry, type Kept, type Pending, type Saying, type Standing } from "./pending.ts";
import { squashed } from "./squashing.ts";
import { placed, withoutPieces } from "./strokes.ts";
import type { ErrorData, Id, Limits, Operation } from "../wire.ts";

/** What becomes of submissions, told to whoever waits for them. */
export type Fate =
  /** Another one says it, too, and is acknowledged in its place; null where nothing is left of it. */
  | { readonly type: "absorbed"; readonly id: string; readonly by: string | null }
  /** It was too large for one message: these are it now, in this order. */
  | { readonly type: "cut"; readonly id: string; readonly into: readonly Pending[] }
  | { readonly type: "refused"; readonly pending: Pending; readonly error: ErrorData }
  /** The room counts other steps than were made here (BD-11). */
  | { readonly type: "regrouped" };

/** So many submissions may be unanswered at a time: a round trip of 300 ms takes 400 a second. */
const UNANSWERED = 128;
/** And so much of them, in terms of the largest message. */
const UNANSWERED_LARGEST = 4;

export class Submissions {
  readonly #clientId: string;
  #maySquash = true;
  #n = 0;
  #entries: Entry[] = [];
  #limits: Limits | null = null;
  #isHeld = false;
  #isSquashed = false;
  readonly #fates: Fate[] = [];

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  /**
   * Takes up what earlier page loads left, before one's own: behind what of that is out already, as
   * one client's are answered before another's go.
   *
   * @param isAlone false where another page may have the same: then each is sent as it is.
   */
  adopt(kept: readonly Kept[], isAlone: boolean): void {
    this.#maySquash = isAlone;
    const earlier = kept.map(({ mayBeSent, ...pending }): Entry => {
      return { ...pending, standing: mayBeSent || !isAlone ? "again" : "unsent", isEcho: false };
    });
    const isUnsent = ({ standing }: Entry): boolean => standing === "unsent";
    const [sent, unsent] = [this.#entries.filter((one) => !isUnsent(one)), this.#entries.filter(isUnsent)];
    this.#entries = [...sent, ...earlier, ...unsent];
    this.#isSquashed = false;
  }

  /** All of them, in the order in which they go out. */
  get all(): readonly Entry[] {
    return this.#entries;
  }

  /** What has happened to them since this was last asked. */
  takeFates(): Fate[] {
    return this.#fates.splice(0);
  }

  find(id: string): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  add(ops: readonly Operation[], saying?: Saying): Pending {
    this.#n += 1;
    const pending: Pending = { id: `${this.#clientId}:${this.#n}`, ops, ...(saying && { saying }) };
    this.#entries.push(unsentEntry(pending));
    this.#isSquashed = false;
    return pending;
  }

  /** Puts acknowledged ones in front, to be sent again (BD-7). */
  echo(acknowledged: readonly Pending[]): void {
    const known = new Set(this.#entries.map((entry) => entry.id));
    const echoes = acknowledged
      .filter(({ id }) => !known.has(id))
      .map((pending): Entry => ({ ...pending, standing: "again", isEcho: true }));
    this.#entries = [...echoes, ...this.#entries];
  }

  remove(entry: Entry): void {
    this.#entries = this.#entries.filter(({ id }) => id !== entry.id);
  }

  /** The connection is gone, and with it every answer that it owed, and every wait. */
  closed(): void {
    this.#isHeld = false;
    this.#entries = this.#entries.map((entry) =>
      entry.standing === "unsent" ? entry : { ...entry, standing: "again" },
    );
  }

  /** After the wait that `refusedForNow` asked for. */
  release(): void {
    this.#isHeld = false;
  }

  /**
   * It was refused, and may be taken later. The connection refuses what is behind it, too, until it
   * comes again itself.
   *
   * @returns whether a wait begins.
   */
  refusedForNow(entry: Entry): boolean {
    const isFirst = entry.standing === "in_flight";
    this.#stand(entry, "again");
    if (!isFirst) return false;
    for (const one of this.#entries.slice(this.#indexOf(entry))) {
      if (one.standing === "in_flight") this.#stand(one, "behind");
    }
    const begins = !this.#isHeld;
    this.#isHeld = true;
    return begins;
  }

  /** What the room takes in one message: what was not sent yet and is larger is cut. */
  limitedTo(limits: Limits): void {
    this.#limits = limits;
    this.#isSquashed = false;
    const mayBeCut = ({ ops, standing }: Entry): boolean => standing === "unsent" && !fits(ops, limits);
    if (this.#entries.some(mayBeCut)) this.#cut(limits);
  }

  /** Gives parts their numbers: what follows, unsent as well, gets new ones. */
  #cut(limits: Limits): void {
    const isUnsent = ({ standing }: Entry): boolean => standing === "unsent";
    const [sent, unsent] = [this.#entries.filter((one) => !isUnsent(one)), this.#entries.filter(isUnsent)];
    this.#entries = sent;
    for (const { id, ops, saying } of unsent) {
      const parts = saying === undefined ? packed(ops, limits) : [ops];
      this.#fates.push({ type: "cut", id, into: parts.map((part) => this.add(part, saying)) });
    }
  }

  /**
   * Returns what goes out now, oldest first, and counts it as on its way.
   *
   * One client's numbers go out at a time: what an earlier page load left is answered before one's
   * own follows, which may build on it.
   *
   * @param base the board that the room has confirmed.
   */
  next(base: Board, author: number): Pending[] {
    const limits = this.#limits;
    if (this.#isHeld || limits === null) return [];
    const going: Pending[] = [];
    const mostBytes = UNANSWERED_LARGEST * limits.max_message_bytes;
    let [client, messages, bytes] = ["", 0, 0];
    for (let at = 0; messages < UNANSWERED && bytes < mostBytes; ) {
      if (this.#entries[at]?.standing === "unsent") this.#squash(base, author, limits);
      const entry = this.#entries[at];
      if (entry === undefined || entry.standing === "behind") break;
      if (client !== "" && clientOf(entry.id) !== client) break;
      if (!fits(entry.ops, limits)) {
        this.#refuseTooLarge(entry);
        continue;
      }
      client = clientOf(entry.id);
      messages += 1;
      bytes += bytesOfOps(entry.ops);
      if (entry.standing !== "in_flight") going.push(entry);
      this.#stand(entry, "in_flight");
      at += 1;
    }
    return going;
  }

  /** It can neither be cut nor go out: the room would close the connection (EN-3). */
  #refuseTooLarge(entry: Entry): void {
    this.remove(entry);
    const error: ErrorData = { code: "too_large", message: "this is larger than a message may be" };
    if (!entry.isEcho) this.#fates.push({ type: "refused", pending: pendingOf(entry), error });
  }

  #squash(base: Board, author: number, limits: Limits): void {
    if (this.#isSquashed || !this.#maySquash) return;
    this.#isSquashed = true;
    const from = this.#entries.findIndex(({ standing }) => standing === "unsent");
    const [sent, unsent] = [this.#entries.slice(0, from), this.#entries.slice(from)];
    if (unsent.length < 2) return;
    const below = sent.reduce(
      (board, { ops, isEcho }) => (isEcho ? board : applyPending(board, ops, author)),
      base,
    );
    const { kept, absorbed, isRegrouped } = squashed(unsent.map(pendingOf), below, author, limits);
    for (const one of absorbed) this.#fates.push({ type: "absorbed", ...one });
    if (isRegrouped) this.#fates.push({ type: "regrouped" });
    this.#entries = [...sent, ...kept.map(unsentEntry)];
  }

  /** Says where pieces go that were drawn before the board was known, or kept by an older page. */
  placePieces(base: Board, author: number): void {
    let board = base;
    this.#entries = this.#entries.map((entry) => {
      const ops = placed(entry.ops, () => board, author);
      if (!entry.isEcho) board = applyPending(board, ops, author);
      return ops === entry.ops ? entry : { ...entry, ops };
    });
  }

  /** Takes pieces of a stroke out of what was not sent, and returns what was nothing else. */
  withoutPieces(strokeId: Id): string[] {
    const emptied: string[] = [];
    this.#entries = this.#entries.flatMap((entry): Entry[] => {
      if (entry.standing !== "unsent") return [entry];
      const ops = withoutPieces(entry.ops, strokeId);
      if (ops.length > 0 || entry.ops.length === 0) return [{ ...entry, ops }];
      emptied.push(entry.id);
      return [];
    });
    return emptied;
  }

  #stand(entry: Entry, standing: Standing): void {
    const at = this.#indexOf(entry);
    if (at >= 0 && entry.standing !== standing) this.#entries[at] = { ...entry, standing };
  }

  #indexOf({ id }: Entry): number {
    return this.#entries.findIndex((entry) => entry.id === id);
  }
}

function unsentEntry(pending: Pending): Entry {
  return { ...pending, standing: "unsent", isEcho: false };
}
