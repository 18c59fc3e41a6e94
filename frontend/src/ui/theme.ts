/** Light or dark: as the device has it, or as chosen. */

import { effect, signal } from "@preact/signals";
import { deviceStorage } from "../browser/browser_storage.ts";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED_AS = "lessonroom.theme";
const stored = deviceStorage.getItem(STORED_AS);

export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "auto");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  deviceStorage.setItem(STORED_AS, chosen);
}
