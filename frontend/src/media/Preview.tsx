/** Camera and microphone before one joins: off until one turns them on. */

import type { VNode } from "preact";
import { t } from "../language/language.ts";
import { Icon } from "../ui/icons.tsx";
import { DEVICE_LINES } from "./devices.ts";
import { DeviceSelect } from "./DeviceSelect.tsx";
import { LineButton } from "./MediaBar.tsx";
import { OwnPicture } from "./devices/OwnPicture.tsx";
import { ProcessingSwitches } from "./devices/Processing.tsx";
import { SpeakerTest } from "./devices/SpeakerTest.tsx";
import { isInsecure, type OwnMedia } from "./own_media.ts";
import { ProblemWords } from "./ProblemWords.tsx";
import "../styles/lesson/media.css";
import "../styles/lesson/preview.css";

export function Preview({ own }: { readonly own: OwnMedia }): VNode {
  const { audio, video } = own.tracks.value;
  if (isInsecure()) {
    return (
      <section class="preview" aria-label={t("preview.title")}>
        <div class="preview-none">
          <Icon name="cameraOff" size={28} />
          <p>
            <ProblemWords problem="insecure" />
          </p>
          <p class="hint">{t("preview.without")}</p>
        </div>
      </section>
    );
  }
  const problem = own.problem.value;
  return (
    <section class="preview" aria-label={t("preview.title")}>
      <div class="preview-picture">
        {video ? <OwnPicture track={video} /> : <p>{t("preview.cameraOff")}</p>}
        <div class="preview-switches">
          {DEVICE_LINES.map((line) => (
            <LineButton key={line} own={own} line={line} />
          ))}
        </div>
      </div>
      {problem && (
        <p class="error" role="alert">
          <ProblemWords problem={problem} />
        </p>
      )}
      {audio === null && video === null && <p class="hint">{t("preview.hint")}</p>}
      <div class="preview-devices">
        {audio && <DeviceSelect own={own} line="audio" />}
        {video && <DeviceSelect own={own} line="video" />}
        <SpeakerTest />
      </div>
      <ProcessingSwitches own={own} />
    </section>
  );
}
