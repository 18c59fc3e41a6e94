/** What helps a hand that arranges things: guides, what is snapped to, the menu, what is told. */

import { signal, type Signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";
import type { Point } from "../geometry/geometry.ts";
import type { Arranging } from "./arranging.ts";

/** A line that something has snapped to, from one end to the other. */
export interface Guide {
  readonly from: Point;
  readonly to: Point;
}

/** A menu of what can be done there. */
export interface OpenMenu {
  /** In pixels of the view. */
  readonly at: Point;
}

const TOLD_MS = 4_000;

export class Aids {
  /** What arranges a selection; null while it is not there yet. */
  arranging: Arranging | null = null;
  readonly guides = signal<readonly Guide[]>([]);
  readonly menu = signal<OpenMenu | null>(null);
  /** Told quietly: shown for a while, and read out. */
  readonly told = signal<{ readonly text: string; readonly isShown: boolean } | null>(null);
  readonly snapsToElements = kept("lessonroom.snaps_to_elements", true);
  readonly snapsToPaper = kept("lessonroom.snaps_to_paper", false);
  /** Asks what is to be kept of the board for other lessons; those who have no place for it have no such thing. */
  declare keep?: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #fetch: () => Promise<Arranging>;

  /** @param fetch what arranges a selection. */
  constructor(fetch: () => Promise<Arranging>) {
    this.#fetch = fetch;
  }

  /** What arranges a selection, once it is there; without a network whoever asks again has it then. */
  async fetched(): Promise<Arranging> {
    this.arranging ??= await this.#fetch();
    return this.arranging;
  }

  /** Does something with it: at once where it is there, so that what is pressed next finds it done. */
  arrange(act: (loaded: Arranging) => void): void {
    if (this.arranging !== null) act(this.arranging);
    else this.fetched().then(act, () => undefined);
  }

  /** @param isShown whether who sees the board needs to read it as well. */
  tell(text: string, isShown = false): void {
    clearTimeout(this.#timer);
    this.told.value = { text, isShown };
    this.#timer = setTimeout(() => {
      this.told.value = null;
    }, TOLD_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

/** A switch that this device remembers. */
export interface Switch {
  readonly isOn: Signal<boolean>;
  toggle(): void;
}

function kept(name: string, isOnAtFirst: boolean): Switch {
  const stored = deviceStorage.getItem(name);
  const isOn = signal(stored === null ? isOnAtFirst : stored === "on");
  return {
    isOn,
    toggle() {
      isOn.value = !isOn.value;
      deviceStorage.setItem(name, isOn.value ? "on" : "off");
    },
  };
}
