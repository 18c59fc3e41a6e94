/** Which eraser one holds: kept for this device. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";

/** How far it reaches from its middle, in pixels of the screen. */
export const ERASER_SIZES = [5, 10, 20, 40] as const;
const KEPT_AS = "lessonroom.eraser";

export interface EraserChoice {
  /** One of `ERASER_SIZES`. */
  readonly radius: number;
  /** It takes strokes whole, as it takes all else. */
  readonly isWhole: boolean;
}

export class Eraser {
  readonly #choice = signal<EraserChoice>(kept());

  get value(): EraserChoice {
    return this.#choice.value;
  }

  choose(choice: Partial<EraserChoice>): void {
    this.#choice.value = { ...this.#choice.value, ...choice };
    deviceStorage.setItem(KEPT_AS, JSON.stringify(this.#choice.value));
  }
}

function kept(): EraserChoice {
  const plain = { radius: ERASER_SIZES[1], isWhole: false };
  try {
    const { radius, isWhole } = JSON.parse(deviceStorage.getItem(KEPT_AS) ?? "{}") as Record<string, unknown>;
    const known = ERASER_SIZES.find((size) => size === radius);
    return { radius: known ?? plain.radius, isWhole: isWhole === true };
  } catch {
    return plain;
  }
}
