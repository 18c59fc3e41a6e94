/** What the lines of a call are like, in words. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { isolated, language, t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { Media } from "../media.ts";
import type { Line } from "./line_watch.ts";
import { savesData, saveData } from "./saving.ts";

/** What is to be said of the line to somebody, if anything is. */
export function wordsOfLine(line: Line | undefined, name: string): string | null {
  if (line === undefined || line.whose === null || line.whose === "own") return null;
  return t(line.whose === "theirs" ? "line.theirs" : "line.between", { name: isolated(name) });
}

/** One's own line, while it is weak: what has become of one's camera, and what one can do. */
export function OwnLine({ media }: { readonly media: Media }): VNode {
  const own = media.watch.own.value;
  const lowered = media.watch.lowered.value;
  const isPutAway = useSignal(false);
  const said = `${own} ${lowered}`;
  useEffect(() => {
    // What is new is said anew.
    isPutAway.value = false;
  }, [said]);
  const words = [own !== "good" && t(`line.own.${own}`), lowered !== "none" && t(`line.camera.${lowered}`)].filter(Boolean);
  return (
    <div class="own-line" role="status">
      {words.length > 0 && !isPutAway.value && (
        <div class="card">
          <Icon name="line" size={20} />
          <div>
            <p>{words.join(" ")}</p>
            {own !== "good" && !savesData.value && media.peers.value.size > 0 && (
              <button type="button" class="button small" onClick={() => saveData(true)}>
                {t("line.saveNow")}
              </button>
            )}
          </div>
          <IconButton
            icon="close"
            label={t("app.close")}
            onClick={() => {
              isPutAway.value = true;
            }}
          />
        </div>
      )}
    </div>
  );
}

/** All lines with their figures, and the switch that spares one's own. */
export function Lines({ media, lesson }: { readonly media: Media; readonly lesson: Lesson }): VNode {
  const rows = [...media.peers.value.values()].flatMap(({ peerId, userId }) => {
    const line = media.watch.lines.value.get(peerId);
    const person = lesson.state.value?.roster.get(userId);
    return line === undefined || person === undefined ? [] : [{ peerId, line, name: person.name }];
  });
  return (
    <section class="lines">
      <Switch label={t("line.save")} isOn={savesData.value} onChange={saveData} />
      <p class="hint">{t("line.saveHint")}</p>
      {rows.length > 0 && <h3>{t("line.title")}</h3>}
      <ul>
        {rows.map(({ peerId, line, name }) => (
          <li key={peerId} data-weak={line.whose !== null}>
            <p>{line.whose === "own" ? t("line.own.weak") : (wordsOfLine(line, name) ?? t("line.good", { name: isolated(name) }))}</p>
            <p class="hint">{figuresOf(line)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function figuresOf({ reading }: Line): string {
  const kbit = (bitsPerS: number): number => Math.round(bitsPerS / 1000);
  const format = new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 });
  const percent = (share: number | null): string => format.format(100 * (share ?? 0));
  const said = [
    reading.rttMs !== null && t("line.roundTrip", { ms: Math.round(reading.rttMs) }),
    t("line.jitter", { ms: Math.round(reading.jitterMs) }),
    t("line.sent", { kbit: kbit(reading.bitsPerSOut), lost: percent(reading.lossOut) }),
    t("line.received", { kbit: kbit(reading.bitsPerSIn), lost: percent(reading.lossIn) }),
    reading.height !== null && reading.picturesPerS >= 1 && t("line.picture", { height: reading.height, rate: Math.round(reading.picturesPerS) }),
  ];
  return said.filter(Boolean).join(" · ");
}
