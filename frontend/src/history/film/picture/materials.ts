/** What the elements of a page need to be painted whole: pictures, outlines of formulas, faces of letters. */

import type { Pictures } from "../../../board/drawing/assets.ts";
import { outlineIn, type FormulaOutline } from "../../../board/drawing/formula_outline.ts";
import { facesFor, letters } from "../../../board/text/face.ts";
import { isWritten } from "../../../board/geometry/geometry.ts";
import { ApiRefusal } from "../../../client/rest/http.ts";
import type { Element, Page } from "../../../client/wire.ts";

type Fetch = (asset: string) => Promise<Blob>;

/** Pictures of the page that is shown are kept, and no others. */
export class Materials implements Pictures {
  readonly #fetch: Fetch;
  readonly #pictures = new Map<string, ImageBitmap | null>();
  readonly #faces = new Set<string>();
  readonly #outlines = new Map<string, FormulaOutline | false>();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Has all come that a page needs; what the server has no longer is left out. */
  async bring(page: Page, elements: readonly Element[]): Promise<void> {
    const wanted = new Set(elements.flatMap((element) => (element.type === "image" ? [element.asset] : [])));
    if (page.background) wanted.add(page.background.asset);
    for (const [asset, picture] of this.#pictures) {
      if (wanted.has(asset)) continue;
      picture?.close();
      this.#pictures.delete(asset);
    }
    for (const asset of wanted) {
      if (!this.#pictures.has(asset)) this.#pictures.set(asset, await this.#had(asset, (blob) => createImageBitmap(blob)));
    }
    for (const element of elements) {
      if (element.type === "formula" && !this.#outlines.has(element.outline)) {
        this.#outlines.set(element.outline, (await this.#had(element.outline, async (blob) => outlineIn(await blob.text()))) ?? false);
      }
      for (const name of facesOf(element)) await this.#face(name);
    }
  }

  picture(asset: string): ImageBitmap | null {
    return this.#pictures.get(asset) ?? null;
  }

  /** Pictures are painted from memory, and have no address. */
  url(): { readonly value: null } {
    return { value: null };
  }

  outline(asset: string): { readonly value: FormulaOutline | false } {
    return { value: this.#outlines.get(asset) ?? false };
  }

  dispose(): void {
    for (const picture of this.#pictures.values()) picture?.close();
    this.#pictures.clear();
  }

  /** Letters are measured anew with each face that comes; without a network others stand for it. */
  async #face(name: string): Promise<void> {
    if (this.#faces.has(name)) return;
    this.#faces.add(name);
    const { fetched } = await import("../../../board/text/fetching_faces.ts");
    await fetched(name).then(
      () => {
        letters.value += 1;
      },
      () => undefined,
    );
  }

  async #had<Value>(asset: string, read: (blob: Blob) => Promise<Value>): Promise<Value | null> {
    let blob: Blob;
    try {
      blob = await this.#fetch(asset);
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 404) return null;
      throw caught;
    }
    // What is no picture is painted as none.
    return read(blob).catch(() => null);
  }
}

function facesOf(element: Element): readonly string[] {
  if (element.type === "graph") return facesFor(undefined, "");
  if (!isWritten(element)) return [];
  const text = element.type === "table" ? Object.values(element.cells ?? {}).join("") : "text" in element ? (element.text ?? "") : "";
  return facesFor(element.style, text);
}
