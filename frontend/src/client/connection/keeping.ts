/** Keeping what is not acknowledged, so that it survives a reload or a crash. */

import { pendingOf, type Entry, type Kept } from "../replica/pending.ts";

/** Where it is kept. */
export interface PendingStore {
  /**
   * Returns what earlier page loads left, in its order. The page may write before it has come.
   *
   * @param clientId in whose name this page writes.
   */
  load(clientId: string): Promise<Loaded>;
  /** Changes all or nothing of it; settles once that is on disk, or is known to fail. */
  write(changed: readonly Kept[], gone: readonly string[]): Promise<void>;
  /** The page writes no more: another may take up what is left. */
  close(): void;
}

export interface Loaded {
  readonly kept: readonly Kept[];
  /** No other page has the same: what was not sent may still be changed. */
  readonly isAlone: boolean;
}

/** A store that has not answered by then is not waited for again until it does. */
const PATIENCE_MS = 1_000;

/** Holds a store to what a replica has pending. */
export class Keeping {
  readonly #store: PendingStore;
  #isMute = false;
  readonly #written = new Map<string, Kept>();

  constructor(store: PendingStore) {
    this.#store = store;
  }

  /** What the store has from earlier page loads, and the replica from now. */
  takeUp(loaded: readonly Kept[]): void {
    for (const kept of loaded) this.#written.set(kept.id, kept);
  }

  /**
   * Writes what has changed.
   *
   * @returns when what is about to be sent may be sent; null: at once. What is on disk as never sent
   *   must first be there as it will be sent, or the next page load might change it (BD-6).
   */
  follow(entries: readonly Entry[]): Promise<void> | null {
    const changed: Kept[] = [];
    let mustWait = false;
    const gone = new Set(this.#written.keys());
    for (const entry of entries) {
      gone.delete(entry.id);
      const before = this.#written.get(entry.id);
      const mayBeSent = entry.standing !== "unsent";
      if (before?.mayBeSent === mayBeSent && before.ops === entry.ops) continue;
      mustWait ||= before !== undefined && mayBeSent;
      const kept = { ...pendingOf(entry), mayBeSent };
      changed.push(kept);
      this.#written.set(entry.id, kept);
    }
    for (const id of gone) this.#written.delete(id);
    if (changed.length === 0 && gone.size === 0) return null;
    const written = this.#patiently(this.#store.write(changed, [...gone]));
    return mustWait && !this.#isMute ? written : null;
  }

  /** Settles once it is written, has failed, or has taken too long: nothing optional stops a lesson. */
  #patiently(writing: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#isMute = true;
        resolve();
      }, PATIENCE_MS);
      const answered = (): void => {
        clearTimeout(timer);
        this.#isMute = false;
        resolve();
      };
      writing.then(answered, answered);
    });
  }
}
