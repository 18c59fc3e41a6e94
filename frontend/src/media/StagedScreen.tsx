/** A shared screen takes the stage: in place of the board, until it is put away or ends. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isolated, t } from "../language/language.ts";
import { Icon } from "../ui/icons.tsx";

interface StagedScreenProps {
  readonly stream: MediaStream;
  /** Whose screen it is. */
  readonly name: string;
  readonly onPutAway: () => void;
}

export function StagedScreen({ stream, name, onPutAway }: StagedScreenProps): VNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  const label = t("media.screenOf", { name: isolated(name) });
  return (
    <section
      class="staged"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape") onPutAway();
      }}
    >
      <video ref={video} aria-label={label} autoPlay playsInline muted />
      <p>
        <span>{label}</span>
        <button type="button" class="button" onClick={onPutAway}>
          <Icon name="pen" size={18} /> {t("media.toBoard")}
        </button>
      </p>
    </section>
  );
}
