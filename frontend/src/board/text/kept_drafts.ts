/**
 * Keeps words that are being written on the device, so that they survive a reload or a crash.
 *
 * What one page writes another takes up only when the first is gone; a lock in the name of each
 * text tells (Web Locks). Where there are none, as on an address that browsers do not hold for
 * secure, several pages may show the same words: they are put together again as they are saved.
 */

import { deviceStorage, type Kept as KeptItems } from "../../browser/browser_storage.ts";
import type { Note, TextElement } from "../../client/wire.ts";

/** Text that is being written. */
export interface Draft {
  /** As it was on the board when the writing began; where it is new, as it will be. */
  readonly element: TextElement | Note;
  readonly isNew: boolean;
  readonly text: string;
}

interface Row extends Draft {
  readonly at: number;
}

const PREFIX = "lessonroom.draft.";
const KEPT_MS = 14 * 24 * 60 * 60 * 1_000;
/** A page that is reloaded may hold its lock a moment longer than it lives. */
const PATIENCE_MS = 500;

export class KeptDrafts {
  readonly #prefix: string;
  readonly #storage: KeptItems;
  readonly #locks: LockManager | undefined;
  readonly #held = new Map<string, () => void>();

  /** @param owner `session_id/user_id`: nobody is shown what another wrote on the same device. */
  constructor(owner: string, storage: KeptItems = deviceStorage, locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks) {
    this.#prefix = `${PREFIX}${owner}/`;
    this.#storage = storage;
    this.#locks = locks;
  }

  keep(draft: Draft, now: number): void {
    const { id } = draft.element;
    void this.#hold(id);
    const row: Row = { ...draft, at: now };
    try {
      this.#storage.setItem(this.#prefix + id, JSON.stringify(row));
    } catch {
      // The device is full: the words live on the page alone.
    }
  }

  forget(id: string): void {
    this.#storage.removeItem(this.#prefix + id);
    this.#held.get(id)?.();
    this.#held.delete(id);
  }

  /** What earlier page loads left, oldest first. Of any lesson, what is weeks old is forgotten. */
  async left(now: number): Promise<readonly Draft[]> {
    const rows: Row[] = [];
    for (const key of this.#storage.keys().filter((one) => one.startsWith(PREFIX))) {
      const row = rowOf(this.#storage.getItem(key));
      if (row === null || now - row.at > KEPT_MS) this.#storage.removeItem(key);
      else if (key.startsWith(this.#prefix)) rows.push(row);
    }
    const free = await Promise.all(rows.map(({ element }) => this.#hold(element.id)));
    return rows.filter((_, at) => free[at]).sort((a, b) => a.at - b.at);
  }

  /** The page writes no more. */
  close(): void {
    for (const release of this.#held.values()) release();
    this.#held.clear();
  }

  /** Whether the words of a text are this page's. */
  #hold(id: string): Promise<boolean> {
    const locks = this.#locks;
    if (locks === undefined || this.#held.has(id)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = new Promise<void>((release) => this.#held.set(id, release));
      const hold = (): Promise<void> => {
        resolve(true);
        return held;
      };
      locks.request(this.#prefix + id, { signal: AbortSignal.timeout(PATIENCE_MS) }, hold).catch(() => {
        this.#held.delete(id);
        resolve(false);
      });
    });
  }
}

function rowOf(text: string | null): Row | null {
  try {
    const row = JSON.parse(text ?? "null") as Partial<Row> | null;
    const isWhole = typeof row?.text === "string" && typeof row.element?.id === "string" && typeof row.at === "number";
    return isWhole ? (row as Row) : null;
  } catch {
    return null;
  }
}
