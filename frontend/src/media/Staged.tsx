/** A shared screen, or a face that everyone is to see, takes the stage: in place of the board, until it is put away or ends. */

import { useSignal } from "@preact/signals";
import type { RefObject, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isolated, t } from "../language/language.ts";
import { IconButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";

interface StagedProps {
  readonly stream: MediaStream;
  /** Whose it is. */
  readonly name: string;
  readonly isScreen: boolean;
  readonly onPutAway: () => void;
  /** Ends it for everyone, where one may. */
  readonly onEnd: (() => void) | null;
  /** Says what was not possible. */
  readonly onRefused: (message: string) => void;
}

export function Staged({ stream, name, isScreen, onPutAway, onEnd, onRefused }: StagedProps): VNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  const section = useRef<HTMLElement>(null);
  const label = isScreen ? t("media.screenOf", { name: isolated(name) }) : isolated(name);
  return (
    <section
      ref={section}
      class="staged"
      aria-label={label}
      onKeyDown={(event) => {
        // The browser leaves the full screen by that key, and the screen stays where it was.
        if (event.key === "Escape" && document.fullscreenElement == null) onPutAway();
      }}
    >
      <video ref={video} aria-label={label} autoPlay playsInline muted />
      <p>
        <span>{label}</span>
        <FullScreen section={section} onRefused={onRefused} />
        {onEnd && (
          <button type="button" class="button" onClick={onEnd}>
            {t("spotlight.end")}
          </button>
        )}
        <button type="button" class="button" onClick={onPutAway}>
          <Icon name="pen" size={18} /> {t("media.toBoard")}
        </button>
      </p>
    </section>
  );
}

/** Fills the whole screen of the device, where the browser can. */
function FullScreen({ section, onRefused }: { readonly section: RefObject<HTMLElement | null> } & Pick<StagedProps, "onRefused">): VNode | null {
  const isFull = useSignal(false);
  useEffect(() => {
    const look = (): void => {
      isFull.value = document.fullscreenElement != null && document.fullscreenElement === section.current;
    };
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const toggle = async (): Promise<void> => {
    await (isFull.value ? document.exitFullscreen() : section.current?.requestFullscreen());
  };
  return (
    <IconButton icon="fit" label={t("tiles.fullScreen")} pressed={isFull.value} onClick={() => void toggle().catch(() => onRefused(t("tiles.noFullScreen")))} />
  );
}
