/** Pictures on the board: fetched with the token, shown from memory. */

import { signal, type Signal } from "@preact/signals";
import { createContext } from "preact";

/** Where elements get the addresses of their pictures from. */
export interface Pictures {
  url(asset: string): { readonly value: string | null };
}

export type FetchAsset = (asset: string) => Promise<Blob>;

export class Assets implements Pictures {
  readonly #fetch: FetchAsset;
  readonly #blobs = new Map<string, Promise<Blob>>();
  readonly #urls = new Map<string, Signal<string | null>>();

  constructor(fetch: FetchAsset) {
    this.#fetch = fetch;
  }

  /** An address to show; null until it is here. */
  url(asset: string): Signal<string | null> {
    let url = this.#urls.get(asset);
    if (url === undefined) {
      const made = signal<string | null>(null);
      this.#urls.set(asset, made);
      this.#blob(asset).then(
        (blob) => {
          made.value = URL.createObjectURL(blob);
        },
        // The next look at the element tries again.
        () => this.#urls.delete(asset),
      );
      url = made;
    }
    return url;
  }

  /** The picture itself in an address, for a file that stands by itself. */
  async dataUrl(asset: string): Promise<string> {
    const blob = await this.#blob(asset);
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  dispose(): void {
    for (const url of this.#urls.values()) if (url.value !== null) URL.revokeObjectURL(url.value);
    this.#urls.clear();
  }

  #blob(asset: string): Promise<Blob> {
    let blob = this.#blobs.get(asset);
    if (blob === undefined) {
      blob = this.#fetch(asset);
      blob.catch(() => this.#blobs.delete(asset));
      this.#blobs.set(asset, blob);
    }
    return blob;
  }
}

export const PicturesOf = createContext<Pictures | null>(null);
