/** Keeps what is not acknowledged in IndexedDB, so that it survives a reload or a crash. */

import type { Operation } from "../client/wire.ts";
import type { Pending, Saying } from "../client/replica.ts";
import type { PendingStore } from "../client/room_client.ts";

const DATABASE = "lessonroom";
const STORE = "pending";

const KEPT_MS = 14 * 24 * 60 * 60 * 1_000;

interface Row {
  /** `session_id/user_id`: nobody sends what another drew on the same device. */
  readonly owner: string;
  readonly id: string;
  /** Thousandths of a millisecond since 1970: rises from one submission to the next. */
  readonly order: number;
  readonly ops: readonly Operation[];
  readonly saying?: Saying;
}

/** A browser that gives no storage (a private window, a full disk) only loses the survival. */
export class KeptPending implements PendingStore {
  readonly #owner: string;
  readonly #database: Promise<IDBDatabase | null>;
  #order = Date.now() * 1_000;

  constructor(owner: string) {
    this.#owner = owner;
    this.#database = opened().catch(() => null);
  }

  async load(): Promise<readonly Pending[]> {
    const database = await this.#database;
    if (database === null) return [];
    const all = await settled<Row[]>(database.transaction(STORE).objectStore(STORE).getAll());
    this.#forgetOld(all);
    return all
      .filter(({ owner }) => owner === this.#owner)
      .sort((a, b) => a.order - b.order)
      .map(({ id, ops, saying }) => ({ id, ops, ...(saying && { saying }) }));
  }

  put({ id, ops, saying }: Pending): void {
    this.#order += 1;
    const row: Row = { owner: this.#owner, id, order: this.#order, ops, ...(saying && { saying }) };
    void this.#write((store) => store.put(row));
  }

  remove(id: string): void {
    void this.#write((store) => store.delete([this.#owner, id]));
  }

  /** Drops what belongs to lessons that are long over, of anybody on this device. */
  #forgetOld(rows: readonly Row[]): void {
    const oldest = (Date.now() - KEPT_MS) * 1_000;
    for (const { owner, id, order } of rows) {
      if (order < oldest) void this.#write((store) => store.delete([owner, id]));
    }
  }

  async #write(change: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const database = await this.#database;
    if (database === null) return;
    try {
      await settled(change(database.transaction(STORE, "readwrite").objectStore(STORE)));
    } catch {
      // The quota is used up: what is pending lives in memory alone, as without this.
    }
  }
}

/** Async: where storage is refused, naming `indexedDB` throws. */
async function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: ["owner", "id"] });
  };
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
