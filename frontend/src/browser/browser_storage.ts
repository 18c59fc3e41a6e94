/**
 * What the browser keeps for a tab, and for this device.
 *
 * In a frame on another site's page a browser may refuse both, and throws where they are named:
 * then things are kept until the page is left, which costs no more than asking again.
 */

import { ROOT } from "./root.ts";

export interface Kept extends Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  keys(): string[];
}

class InMemory implements Kept {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  keys(): string[] {
    return [...this.#items.keys()];
  }
}

/** Below a path, the origin and its storage are shared with what else is there. */
class BelowRoot implements Kept {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  getItem(key: string): string | null {
    return this.#storage.getItem(ROOT + key);
  }

  setItem(key: string, value: string): void {
    this.#storage.setItem(ROOT + key, value);
  }

  removeItem(key: string): void {
    this.#storage.removeItem(ROOT + key);
  }

  keys(): string[] {
    const all = Array.from({ length: this.#storage.length }, (_, at) => this.#storage.key(at) ?? "");
    return all.filter((key) => key.startsWith(ROOT)).map((key) => key.slice(ROOT.length));
  }
}

/** The name that the browser itself knows an item by, as events of storage have it. */
export function storedAs(key: string): string {
  return ROOT + key;
}

function allowed(storage: () => Storage): Kept {
  try {
    return new BelowRoot(storage());
  } catch {
    return new InMemory();
  }
}

/** For this tab alone: secrets. */
export const tabStorage = allowed(() => sessionStorage);

/** For this device: what a person chose. */
export const deviceStorage = allowed(() => localStorage);

/** Whether what a tab keeps outlives a reload. */
export const outlivesReload = !(tabStorage instanceof InMemory);
