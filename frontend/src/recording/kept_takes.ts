/**
 * Keeps what is recorded until the server has it, in IndexedDB: a reload, a crash, or a closed page
 * loses nothing that had come (RC-11). Where there is no storage it lives as long as the page.
 */

import { deviceStorage } from "../browser/browser_storage.ts";
import { ROOT } from "../browser/root.ts";
import type { TakeKind } from "../client/rest/recording_api.ts";
import { KEPT } from "./kept_flag.ts";

const DATABASE = `lessonroom${ROOT}.takes`;
/** The server takes nothing later (RC-11); a take that it does not know is of no use. */
const KEPT_MS = 72 * 3_600_000;

/** A take as this device knows it. */
export interface KeptTake {
  /** This device's own name of it. */
  readonly id: string;
  readonly sessionId: string;
  readonly kind: TakeKind;
  readonly mediaType: string;
  /** When it began, in ms since the Unix epoch, by this device. */
  readonly begunAt: number;
  /** What the server calls it, and the key to it; null until it was asked. */
  readonly opened: { readonly take_id: string; readonly key: string } | null;
}

export interface KeptChunk {
  readonly take: string;
  readonly n: number;
  /** Room time of its end. */
  readonly at: number;
  readonly bytes: ArrayBuffer;
}

/** Where takes are kept. What fails is kept in memory instead. */
export interface TakeStore {
  takes(): Promise<readonly KeptTake[]>;
  putTake(take: KeptTake): Promise<void>;
  putChunk(chunk: KeptChunk): Promise<void>;
  chunk(take: string, n: number): Promise<KeptChunk | null>;
  /** The numbers and lengths of the chunks of a take that are here, ascending. */
  numbers(take: string): Promise<readonly { readonly n: number; readonly size: number }[]>;
  /** Deletes the chunks of a take before number `n`. */
  dropChunks(take: string, n: number): Promise<void>;
  dropTake(take: string): Promise<void>;
}

export class KeptTakes implements TakeStore {
  readonly #database = opened().catch(() => null);
  readonly #takes = new Map<string, KeptTake>();
  readonly #chunks = new Map<string, KeptChunk>();

  async takes(): Promise<readonly KeptTake[]> {
    const database = await this.#database;
    const kept = database === null ? [] : await settled<KeptTake[]>(database.transaction("takes").objectStore("takes").getAll());
    const oldest = Date.now() - KEPT_MS;
    for (const { id, begunAt } of kept) if (begunAt < oldest) await this.dropTake(id);
    const all = [...kept.filter(({ begunAt }) => begunAt >= oldest), ...this.#takes.values()];
    if (all.length === 0) deviceStorage.removeItem(KEPT);
    return all;
  }

  async putTake(take: KeptTake): Promise<void> {
    deviceStorage.setItem(KEPT, "1");
    const isKept = await this.#write(["takes"], (of) => of("takes").put(take));
    if (isKept) this.#takes.delete(take.id);
    else this.#takes.set(take.id, take);
  }

  async putChunk(chunk: KeptChunk): Promise<void> {
    if (!(await this.#write(["chunks"], (of) => of("chunks").put(chunk)))) this.#chunks.set(`${chunk.take}/${chunk.n}`, chunk);
  }

  async chunk(take: string, n: number): Promise<KeptChunk | null> {
    const database = await this.#database;
    const inMemory = this.#chunks.get(`${take}/${n}`);
    if (inMemory !== undefined || database === null) return inMemory ?? null;
    return (await settled<KeptChunk | undefined>(database.transaction("chunks").objectStore("chunks").get([take, n]))) ?? null;
  }

  async numbers(take: string): Promise<readonly { readonly n: number; readonly size: number }[]> {
    const database = await this.#database;
    const kept =
      database === null ? [] : await settled<KeptChunk[]>(database.transaction("chunks").objectStore("chunks").getAll(rangeOf(take)));
    const all = [...kept, ...[...this.#chunks.values()].filter((chunk) => chunk.take === take)];
    return all.map(({ n, bytes }) => ({ n, size: bytes.byteLength })).sort((a, b) => a.n - b.n);
  }

  async dropChunks(take: string, n: number): Promise<void> {
    for (const [key, chunk] of this.#chunks) if (chunk.take === take && chunk.n < n) this.#chunks.delete(key);
    await this.#write(["chunks"], (of) => of("chunks").delete(IDBKeyRange.bound([take], [take, n], false, true)));
  }

  async dropTake(take: string): Promise<void> {
    this.#takes.delete(take);
    for (const [key, chunk] of this.#chunks) if (chunk.take === take) this.#chunks.delete(key);
    await this.#write(["takes", "chunks"], (of) => {
      of("takes").delete(take);
      of("chunks").delete(rangeOf(take));
    });
  }

  /** In one transaction; whether it is through. */
  async #write(stores: readonly string[], change: (of: (name: string) => IDBObjectStore) => void): Promise<boolean> {
    const database = await this.#database;
    if (database === null) return false;
    return new Promise((resolve) => {
      const transaction = database.transaction(stores as string[], "readwrite");
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
      change((name) => transaction.objectStore(name));
    });
  }
}

function rangeOf(take: string): IDBKeyRange {
  return IDBKeyRange.bound([take], [take, []]);
}

/** Async: where storage is refused, naming `indexedDB` throws. */
async function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("takes", { keyPath: "id" });
    request.result.createObjectStore("chunks", { keyPath: ["take", "n"] });
  };
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
