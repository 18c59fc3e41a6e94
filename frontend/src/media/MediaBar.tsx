/** One's own microphone, camera and screen. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../language/language.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Bar } from "../ui/Bar.tsx";
import { IconButton } from "../ui/controls.tsx";
import { Dialog } from "../ui/dialogs.tsx";
import type { IconName } from "../ui/icons.tsx";
import { SETTINGS } from "../ui/more_icons.ts";
import { LINES, type LineName } from "./call.ts";
import { DEVICE_LINES } from "./devices.ts";
import { DeviceSelect } from "./DeviceSelect.tsx";
import { OwnPicture } from "./devices/OwnPicture.tsx";
import { ProcessingSwitches } from "./devices/Processing.tsx";
import { SpeakerTest } from "./devices/SpeakerTest.tsx";
import { Lines } from "./line/LineWords.tsx";
import { NEEDED, type Media } from "./media.ts";
import { isInsecure, type OwnMedia } from "./own_media.ts";
import { ProblemWords } from "./ProblemWords.tsx";

const ICONS: Readonly<Record<LineName, readonly [on: IconName, off: IconName]>> = {
  audio: ["mic", "micOff"],
  video: ["camera", "cameraOff"],
  screen: ["screen", "screen"],
};

interface MediaBarProps {
  readonly lesson: Lesson;
  readonly media: Media;
  /** Where Escape leads. */
  readonly onLeave: () => void;
}

export function MediaBar({ lesson, media, onLeave }: MediaBarProps): VNode | null {
  const isChoosing = useSignal(false);
  const { own } = media;
  if (lesson.state.value?.session.session_type === "solo") return null;
  const offered = LINES.filter((line) => lesson.may(NEEDED[line]) && isKnown(line));
  return (
    <>
      {offered.length > 0 && (
        <Bar kind="media-bar card" label={t("media.bar")} onLeave={onLeave}>
          {offered.map((line) => (
            <LineButton key={line} own={own} line={line} />
          ))}
          <IconButton
            icon={SETTINGS}
            label={t("media.devices")}
            onClick={() => {
              isChoosing.value = true;
            }}
          />
        </Bar>
      )}
      {isChoosing.value && (
        <Devices
          lesson={lesson}
          media={media}
          onClose={() => {
            isChoosing.value = false;
          }}
        />
      )}
      <Problem own={own} />
    </>
  );
}

/** A phone cannot share its screen. Where a page is not secure, the button says why it cannot. */
function isKnown(line: LineName): boolean {
  return line !== "screen" || isInsecure() || "getDisplayMedia" in navigator.mediaDevices;
}

/** Turns one's microphone, camera or screen on and off. */
export function LineButton({ own, line }: { readonly own: OwnMedia; readonly line: LineName }): VNode {
  const isOn = own.tracks.value[line] !== null;
  return (
    <IconButton
      icon={ICONS[line][isOn ? 0 : 1]}
      kind="on-air"
      label={t(`media.${line}.${isOn ? "off" : "on"}`)}
      pressed={isOn}
      onClick={() => void own.toggle(line)}
    />
  );
}

function Problem({ own }: { readonly own: OwnMedia }): VNode {
  const problem = own.problem.value;
  return (
    <div class="media-problem" role="alert">
      {problem && (
        <p class="card">
          <ProblemWords problem={problem} />
          <IconButton
            icon="close"
            label={t("app.close")}
            onClick={() => {
              own.problem.value = null;
            }}
          />
        </p>
      )}
    </div>
  );
}

type DevicesProps = Omit<MediaBarProps, "onLeave"> & { readonly onClose: () => void };

function Devices({ lesson, media, onClose }: DevicesProps): VNode {
  const { own } = media;
  return (
    <Dialog title={t("media.devices")} onClose={onClose}>
      {isInsecure() ? (
        <p>
          <ProblemWords problem="insecure" />
        </p>
      ) : (
        <>
          {DEVICE_LINES.map((line) => (
            <DeviceSelect key={line} own={own} line={line} />
          ))}
          {own.tracks.value.video && (
            <div class="preview-picture">
              <OwnPicture track={own.tracks.value.video} />
            </div>
          )}
          <ProcessingSwitches own={own} />
          <SpeakerTest />
        </>
      )}
      <Lines lesson={lesson} media={media} />
    </Dialog>
  );
}
