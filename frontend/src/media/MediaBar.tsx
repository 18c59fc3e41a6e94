/** One's own microphone, camera and screen. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { Classroom } from "../classroom/classroom.ts";
import { t, type Key } from "../language/language.ts";
import { Dialog, IconButton } from "../page/controls.tsx";
import type { IconName } from "../page/icons.tsx";
import type { LineName } from "./call.ts";
import { NEEDED, type Media } from "./media.ts";

const ICONS: Readonly<Record<LineName, readonly [on: IconName, off: IconName]>> = {
  audio: ["mic", "micOff"],
  video: ["camera", "cameraOff"],
  screen: ["screen", "screen"],
};

export function MediaBar({ room }: { readonly room: Classroom }): VNode | null {
  const isChoosing = useSignal(false);
  const { media } = room;
  const offered = (["audio", "video", "screen"] as const).filter(
    (line) => room.may(NEEDED[line]) || media.own.value[line] !== null,
  );
  if (offered.length === 0 || room.state.value?.session.session_type === "solo") return null;
  return (
    <div class="media-bar card" role="toolbar" aria-label={t("media.bar")}>
      {offered.map((line) => {
        const isOn = media.own.value[line] !== null;
        return (
          <IconButton
            key={line}
            icon={ICONS[line][isOn ? 0 : 1]}
            kind={isOn ? "on-air" : ""}
            label={t(`media.${line}.${isOn ? "off" : "on"}` as Key)}
            pressed={isOn}
            onClick={() => void media.toggle(line)}
          />
        );
      })}
      <IconButton
        icon="settings"
        label={t("media.devices")}
        onClick={() => {
          isChoosing.value = true;
        }}
      />
      {isChoosing.value && (
        <Devices
          media={media}
          onClose={() => {
            isChoosing.value = false;
          }}
        />
      )}
      {media.problem.value && (
        <p class="media-problem card" role="alert">
          {t(`media.problem.${media.problem.value}`)}
          <IconButton
            icon="close"
            label={t("app.close")}
            onClick={() => {
              media.problem.value = null;
            }}
          />
        </p>
      )}
    </div>
  );
}

const KINDS = { audio: "audioinput", video: "videoinput" } as const;

function Devices({ media, onClose }: { readonly media: Media; readonly onClose: () => void }): VNode {
  const id = useId();
  const found = useSignal<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const look = async (): Promise<void> => {
      found.value = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    };
    void look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  return (
    <Dialog title={t("media.devices")} onClose={onClose}>
      {navigator.mediaDevices === undefined && <p>{t("media.problem.insecure")}</p>}
      {(["audio", "video"] as const).map((line) => (
        <div class="field" key={line}>
          <label for={`${id}-${line}`}>{t(`media.device.${line}`)}</label>
          <select
            id={`${id}-${line}`}
            value={media.devices.value[line]}
            onChange={(event) => void media.choose(line, event.currentTarget.value)}
          >
            <option value="">{t("media.device.default")}</option>
            {found.value
              .filter(({ kind, deviceId }) => kind === KINDS[line] && deviceId !== "" && deviceId !== "default")
              .map(({ deviceId, label }, n) => (
                <option key={deviceId} value={deviceId}>
                  {label || `${t(`media.device.${line}`)} ${n + 1}`}
                </option>
              ))}
          </select>
        </div>
      ))}
    </Dialog>
  );
}
