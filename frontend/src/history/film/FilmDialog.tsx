/** What a film is to have, and how far it is. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId } from "preact/hooks";
import { clock, size, t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Switch } from "../../ui/forms.tsx";
import type { Film } from "./film.ts";
import { HEIGHTS, pictureBits, VOICE_BITS, type FilmFormat, type FilmKind } from "./formats.ts";
import "../../styles/pages/film.css";

export function FilmDialog({ film, onClose }: { readonly film: Film; readonly onClose: () => void }): VNode {
  return (
    <Dialog title={t("film.title")} onClose={onClose}>
      <div class="film">{film.state.value === "making" ? <Progress film={film} /> : <Choices film={film} onClose={onClose} />}</div>
    </Dialog>
  );
}

function Choices({ film, onClose }: { readonly film: Film; readonly onClose: () => void }): VNode {
  const [begin, end] = film.span;
  const from = useSignal(0);
  const to = useSignal(end - begin);
  const height = useSignal<number>(HEIGHTS[0]);
  const kind = useSignal<FilmKind>("webm");
  const hasNames = useSignal(true);
  const hasFaces = useSignal(true);
  useEffect(() => void film.look(height.value), [height.value]);
  const formats = film.formats.value;
  if (formats === null) return <p aria-busy="true">{t("app.loading")}</p>;
  const format = formats.find((each) => each.kind === kind.value) ?? formats[0];
  if (format === undefined) return <p role="status">{t("film.lacks")}</p>;
  const span = [begin + from.value, begin + to.value] as const;
  const lengthMs = film.lengthOf(span);
  const mostBytes = (lengthMs / 1_000) * ((pictureBits(height.value) + VOICE_BITS) / 8);
  return (
    <>
      <p class="hint">{t("film.text")}</p>
      <Moment label={t("film.from")} value={from.value} most={end - begin} onChange={(ms) => (from.value = Math.min(ms, to.value - 1_000))} />
      <Moment label={t("film.to")} value={to.value} most={end - begin} onChange={(ms) => (to.value = Math.max(ms, from.value + 1_000))} />
      <div class="film-choices">
        <Choice
          label={t("film.size")}
          value={String(height.value)}
          options={HEIGHTS.map((each) => ({ value: String(each), words: t("film.lines", { width: (each * 16) / 9, height: each }) }))}
          onChange={(value) => (height.value = Number(value))}
        />
        {formats.length > 1 && (
          <Choice
            label={t("film.kind")}
            value={format.kind}
            options={formats.map((each: FilmFormat) => ({ value: each.kind, words: t(`film.kind.${each.kind}`) }))}
            onChange={(value) => (kind.value = value as FilmKind)}
          />
        )}
      </div>
      {formats.every((each) => each.kind === "webm") && <p class="hint">{t("film.webmOnly")}</p>}
      <Switch label={t("film.names")} isOn={hasNames.value} onChange={(isOn) => (hasNames.value = isOn)} />
      {film.hasPictures && <Switch label={t("film.faces")} isOn={hasFaces.value} onChange={(isOn) => (hasFaces.value = isOn)} />}
      <p class="hint">{t("film.length", { length: clock(lengthMs), size: size(mostBytes) })}</p>
      {film.state.value === "made" && <p role="status">{t("film.made")}</p>}
      {film.error.value && <p class="error" role="alert">{t("film.failed", { why: film.error.value })}</p>}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {t("app.close")}
        </button>
        <button
          type="button"
          class="button primary"
          data-harmless
          onClick={() => void film.make({ format, span, height: height.value, hasNames: hasNames.value, hasFaces: hasFaces.value }, film.title || t("lesson.untitled"))}
        >
          {t("film.make")}
        </button>
      </footer>
    </>
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (ms: number) => void;
}

function Moment({ label, value, most, onChange }: MomentProps): VNode {
  const id = useId();
  const last = Math.max(1, Math.round(most / 1_000));
  return (
    <div class="film-moment">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={last}
        value={Math.round(value / 1_000)}
        aria-valuetext={clock(value)}
        onInput={({ currentTarget }) => onChange(Number(currentTarget.value) >= last ? most : Number(currentTarget.value) * 1_000)}
      />
      <output for={id}>{clock(value)}</output>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </select>
    </div>
  );
}

function Progress({ film }: { readonly film: Film }): VNode {
  const share = film.share.value;
  const words = t("film.progress", { percent: Math.floor(share * 100) });
  return (
    <>
      <p class="hint">{t("film.meanwhile")}</p>
      <progress max={1} value={share} aria-label={t("film.making")} />
      <p class="film-progress">{words}</p>
      <footer>
        <button type="button" class="button danger" onClick={() => film.cancel()}>
          {t("film.cancel")}
        </button>
      </footer>
    </>
  );
}
