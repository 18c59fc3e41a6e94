/** Chooses camera, microphone and loudspeaker, and shows what the microphone hears. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId } from "preact/hooks";
import { t } from "../language/language.ts";
import {
  chooseSpeaker,
  chosenDevices,
  chosenSpeaker,
  devicesOf,
  mayChooseSpeaker,
  type DeviceLine,
} from "./devices.ts";
import { LevelMeter } from "./LevelMeter.tsx";
import type { OwnMedia } from "./own_media.ts";
import "../styles/base/forms.css";

interface DeviceSelectProps {
  readonly own: OwnMedia;
  readonly line: DeviceLine;
}

export function DeviceSelect({ own, line }: DeviceSelectProps): VNode {
  const track = own.tracks.value[line];
  return (
    <div class="field">
      <Choice
        line={line}
        // A browser names its devices only once one of them is in use.
        inUse={track}
        chosen={chosenDevices.value[line]}
        onChoose={(deviceId) => void own.choose(line, deviceId)}
      />
      {line === "audio" && track !== null && <LevelMeter own={own} />}
    </div>
  );
}

/** Chooses what one hears the others by, where the browser leaves that to a page. */
export function SpeakerSelect(): VNode | null {
  if (!mayChooseSpeaker) return null;
  return (
    <div class="field">
      <Choice line="speaker" inUse={null} chosen={chosenSpeaker.value} onChoose={chooseSpeaker} />
    </div>
  );
}

interface ChoiceProps {
  readonly line: DeviceLine | "speaker";
  readonly inUse: MediaStreamTrack | null;
  readonly chosen: string;
  readonly onChoose: (deviceId: string) => void;
}

function Choice({ line, inUse, chosen, onChoose }: ChoiceProps): VNode {
  const id = useId();
  const found = useSignal<readonly MediaDeviceInfo[]>([]);
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
  }, [line, inUse]);
  const isThere = found.value.some(({ deviceId }) => deviceId === chosen);
  return (
    <>
      <label for={id}>{t(`media.device.${line}`)}</label>
      <select id={id} value={isThere ? chosen : ""} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t("media.device.default")}</option>
        {found.value.map(({ deviceId, label }, n) => (
          <option key={deviceId} value={deviceId}>
            {label || `${t(`media.device.${line}`)} ${n + 1}`}
          </option>
        ))}
      </select>
      {chosen !== "" && found.value.length > 0 && !isThere && <p class="hint">{t("media.device.away")}</p>}
    </>
  );
}
