/** Whether others' cameras are left out, to save data; kept on this device. */

import { signal } from "@preact/signals";
import { deviceStorage } from "../../browser/browser_storage.ts";

const STORED_AS = "lessonroom.saves_data";

export const savesData = signal(deviceStorage.getItem(STORED_AS) === "yes");

export function saveData(isOn: boolean): void {
  savesData.value = isOn;
  deviceStorage.setItem(STORED_AS, isOn ? "yes" : "no");
}
