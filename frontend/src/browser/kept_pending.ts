/**
 * Keeps what is not acknowledged in IndexedDB, so that it survives a reload or a crash.
 *
 * What one page wrote another takes up only when the first is gone: two that squash the same would
 * send different things under one id (BD-6). A lock in the name of each client tells (Web Locks).
 * Where there are none, as on an address that browsers do not hold for secure, what is kept counts
 * as sent: several pages may then send it, and all say the same.
 */

import type { Loaded, PendingStore } from "../client/connection/keeping.ts";
import { clientOf, type Kept, type Saying } from "../client/replica/pending.ts";
import type { Operation } from "../client/wire.ts";
import { ROOT } from "./root.ts";

const DATABASE = `lessonroom${ROOT}`;
const STORE = "pending";

const KEPT_MS = 14 * 24 * 60 * 60 * 1_000;
/** A page that is reloaded may hold its lock a moment longer than it lives. */
const PATIENCE_MS = 500;

export interface Row {
  /** `session_id/user_id`: nobody sends what another drew on the same device. */
  readonly owner: string;
  readonly id: string;
  /** Thousandths of a millisecond since 1970: rises from one submission to the next. */
  readonly order: number;
  readonly ops: readonly Operation[];
  readonly saying?: Saying;
  /** Not there: it was kept by a page that did not tell, and counts as sent. */
  readonly mayBeSent?: boolean;
}

/** A browser that gives no storage (a private window, a full disk) only loses the survival. */
export class KeptPending implements PendingStore {
  readonly #owner: string;
  readonly #database: Promise<IDBDatabase | null>;
  readonly #locks: LockManager | undefined = (navigator as Partial<Navigator>).locks;
  readonly #releases: (() => void)[] = [];
  readonly #orders = new Map<string, number>();
  #isOwner: Promise<boolean> = Promise.resolve(true);
  #order = Date.now() * 1_000;

  constructor(owner: string) {
    this.#owner = owner;
    this.#database = opened().catch(() => null);
  }

  async load(clientId: string): Promise<Loaded> {
    this.#isOwner = this.#owns(clientId);
    const database = await this.#database;
    if (database === null) return { kept: [], isAlone: true };
    await this.#isOwner;
    const all = await settled<Row[]>(database.transaction(STORE).objectStore(STORE).getAll());
    this.#forgetOld(all);
    const rows = all.filter(({ owner }) => owner === this.#owner).sort((a, b) => a.order - b.order);
    const clients = [...new Set(rows.map(({ id }) => clientOf(id)))].filter((one) => one !== clientId);
    const owned = await Promise.all(clients.map((client) => this.#owns(client)));
    const gone = new Set(clients.filter((_, at) => owned[at]));
    const kept: Kept[] = [];
    for (const { id, order, ops, saying, mayBeSent = true } of rows) {
      if (!gone.has(clientOf(id))) continue;
      this.#orders.set(id, order);
      kept.push({ id, ops, ...(saying && { saying }), mayBeSent });
    }
    return { kept, isAlone: this.#locks !== undefined };
  }

  async write(changed: readonly Kept[], gone: readonly string[]): Promise<void> {
    for (const { id } of changed) {
      if (!this.#orders.has(id)) this.#orders.set(id, (this.#order += 1));
    }
    const rows = changed.map(({ id, ops, saying, mayBeSent }): Row => {
      const order = this.#orders.get(id) ?? this.#order;
      return { owner: this.#owner, id, order, ops, ...(saying && { saying }), mayBeSent };
    });
    for (const id of gone) this.#orders.delete(id);
    // Before its lock is held, another page might take these for what a page left that is gone.
    await this.#isOwner;
    await this.#change((store) => {
      for (const row of rows) store.put(row);
      for (const id of gone) store.delete([this.#owner, id]);
    });
  }

  close(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  /** Whether what is kept in a client's name is this page's: it then is until `close`. */
  #owns(client: string): Promise<boolean> {
    const locks = this.#locks;
    if (locks === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = new Promise<void>((release) => this.#releases.push(release));
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const hold = (): Promise<void> => {
        resolve(true);
        return held;
      };
      locks.request(`${DATABASE}/${this.#owner}/${client}`, { signal }, hold).catch(() => resolve(false));
    });
  }

  /** Drops what belongs to lessons that are long over, of anybody on this device. */
  #forgetOld(rows: readonly Row[]): void {
    const oldest = (Date.now() - KEPT_MS) * 1_000;
    const old = rows.filter(({ order }) => order < oldest);
    if (old.length === 0) return;
    void this.#change((store) => {
      for (const { owner, id } of old) store.delete([owner, id]);
    });
  }

  /** In one transaction; settles when it is through, or has failed. */
  async #change(change: (store: IDBObjectStore) => void): Promise<void> {
    const database = await this.#database;
    if (database === null) return;
    await new Promise<void>((resolve) => {
      const transaction = database.transaction(STORE, "readwrite");
      transaction.oncomplete = () => resolve();
      // The quota is used up: what is pending lives in memory alone, as without this.
      transaction.onabort = () => resolve();
      change(transaction.objectStore(STORE));
    });
  }
}

/** All that is kept on this device, of whomever; nothing where there is no storage. */
export async function allKept(): Promise<readonly Row[]> {
  const database = await opened().catch(() => null);
  if (database === null) return [];
  const rows = await settled<Row[]>(database.transaction(STORE).objectStore(STORE).getAll());
  database.close();
  return rows;
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
