/**
 * What the browser keeps for a tab, and for this device.
 *
 * In a frame on another site's page a browser may refuse both, and throws where they are named:
 * then things are kept until the page is left, which costs no more than asking again.
 */

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

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
}

function allowed(storage: () => Storage): Kept {
  try {
    return storage();
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
