/** Shows that one's microphone hears something. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../language/language.ts";
import type { OwnMedia } from "./own_media.ts";
import { loudness } from "./voice_level.ts";

const STEPS = 16;
const LOOK_EVERY_MS = 60;

export function LevelMeter({ own }: { readonly own: OwnMedia }): VNode {
  const lit = useSignal(0);
  useEffect(() => {
    const looking = setInterval(() => {
      lit.value = Math.round(loudness(own.voiceLevel) * STEPS);
    }, LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, [own]);
  return (
    <div
      class="level"
      role="meter"
      aria-label={t("media.level")}
      aria-valuemin={0}
      aria-valuemax={STEPS}
      aria-valuenow={lit.value}
    >
      {Array.from({ length: STEPS }, (_, n) => (
        <span key={n} data-lit={n < lit.value} />
      ))}
    </div>
  );
}
