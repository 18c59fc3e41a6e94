/** Chooses the camera or the microphone, and shows what that one hears. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId } from "preact/hooks";
import { t } from "../language/language.ts";
import { chosenDevices, devicesOf, type DeviceLine } from "./devices.ts";
import { LevelMeter } from "./LevelMeter.tsx";
import type { OwnMedia } from "./own_media.ts";
import "../styles/forms.css";

interface DeviceSelectProps {
  readonly own: OwnMedia;
  readonly line: DeviceLine;
}

export function DeviceSelect({ own, line }: DeviceSelectProps): VNode {
  const id = useId();
  const found = useSignal<readonly MediaDeviceInfo[]>([]);
  const track = own.tracks.value[line];
  const chosen = chosenDevices.value[line];
  useEffect(() => {
    let isGone = false;
    const look = async (): Promise<void> => {
      const devices = await devicesOf(line);
      if (!isGone) found.value = devices;
    };
    void look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => {
      isGone = true;
      navigator.mediaDevices?.removeEventListener("devicechange", look);
    };
    // A browser names its devices only once one of them is in use.
  }, [line, track]);
  const isThere = found.value.some(({ deviceId }) => deviceId === chosen);
  return (
    <div class="field">
      <label for={id}>{t(`media.device.${line}`)}</label>
      <select
        id={id}
        value={isThere ? chosen : ""}
        onChange={(event) => void own.choose(line, event.currentTarget.value)}
      >
        <option value="">{t("media.device.default")}</option>
        {found.value.map(({ deviceId, label }, n) => (
          <option key={deviceId} value={deviceId}>
            {label || `${t(`media.device.${line}`)} ${n + 1}`}
          </option>
        ))}
      </select>
      {line === "audio" && track !== null && <LevelMeter own={own} />}
    </div>
  );
}
