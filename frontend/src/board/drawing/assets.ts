/** Pictures on the board: fetched with the token, shown from memory. */

import { signal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { outlineIn, type FormulaOutline } from "./formula_outline.ts";

/** Where elements get the addresses of their pictures from. */
export interface Pictures {
  url(asset: string): { readonly value: string | null };
  /** What a formula looks like; null until it is here, false where it is not to be had. */
  outline(asset: string): { readonly value: FormulaOutline | null | false };
}

export type FetchAsset = (asset: string) => Promise<Blob>;

export class Assets implements Pictures {
  readonly #fetch: FetchAsset;
  readonly #urls = new Map<string, Signal<string | null>>();
  readonly #outlines = new Map<string, Signal<FormulaOutline | null | false>>();

  constructor(fetch: FetchAsset) {
    this.#fetch = fetch;
  }

  /** An address to show; null until it is here. */
  url(asset: string): Signal<string | null> {
    let url = this.#urls.get(asset);
    if (url === undefined) {
      const made = signal<string | null>(null);
      this.#urls.set(asset, made);
      this.#fetch(asset).then(
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

  outline(asset: string): Signal<FormulaOutline | null | false> {
    let outline = this.#outlines.get(asset);
    if (outline === undefined) {
      const made = signal<FormulaOutline | null | false>(null);
      this.#outlines.set(asset, made);
      this.#fetch(asset)
        .then((blob) => blob.text())
        .then(
          (content) => {
            made.value = outlineIn(content) ?? false;
          },
          () => this.#outlines.delete(asset),
        );
      outline = made;
    }
    return outline;
  }

  dispose(): void {
    for (const url of this.#urls.values()) if (url.value !== null) URL.revokeObjectURL(url.value);
    this.#urls.clear();
  }
}

export const PicturesOf = createContext<Pictures | null>(null);
