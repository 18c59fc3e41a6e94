/**
 * The pictures of what was copied last, kept on this device: another lesson, in another tab, has its
 * own, and may not ask for those of the first.
 */

import { ROOT } from "../../browser/root.ts";

const DATABASE = `lessonroom-clipboard${ROOT}`;
const STORE = "pictures";

/** A browser that gives no storage pastes pictures within their own lesson alone. */
async function opened(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** Keeps these, by the hash of each, and nothing of before. */
export async function keepPictures(pictures: ReadonlyMap<string, Blob>): Promise<void> {
  const database = await opened();
  if (database === null) return;
  await new Promise<void>((resolve) => {
    const turn = database.transaction(STORE, "readwrite");
    const store = turn.objectStore(STORE);
    store.clear();
    for (const [asset, blob] of pictures) store.put(blob, asset);
    turn.oncomplete = () => resolve();
    turn.onabort = () => resolve();
  });
  database.close();
}

export async function keptPicture(asset: string): Promise<Blob | null> {
  const database = await opened();
  if (database === null) return null;
  const blob = await new Promise<unknown>((resolve) => {
    const request = database.transaction(STORE).objectStore(STORE).get(asset);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
  database.close();
  return blob instanceof Blob ? blob : null;
}
