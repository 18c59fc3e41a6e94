/** The loudspeaker: which one, and whether one hears it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import { Icon } from "../../ui/icons.tsx";
import { SpeakerSelect } from "../DeviceSelect.tsx";
import { playTestSound } from "./test_sound.ts";

export function SpeakerTest(): VNode {
  const state = useSignal<"quiet" | "plays" | "played" | "failed">("quiet");
  const play = async (): Promise<void> => {
    if (state.value === "plays") return;
    state.value = "plays";
    try {
      await playTestSound();
      state.value = "played";
    } catch {
      state.value = "failed";
    }
  };
  const said = { quiet: "", plays: t("media.test.plays"), played: t("media.test.played"), failed: t("media.test.failed") };
  return (
    <div class="speaker-test">
      <SpeakerSelect />
      <button type="button" class="button small" aria-disabled={state.value === "plays"} onClick={() => void play()}>
        <Icon name="play" size={18} /> {t("media.test")}
      </button>
      <p class="hint" role="status">
        {said[state.value]}
      </p>
    </div>
  );
}
