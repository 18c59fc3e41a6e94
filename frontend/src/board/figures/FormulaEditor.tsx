/** Writing a formula: TeX, buttons for what is hard to type, and what it will look like. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { withoutDefaults } from "../../client/replica/board.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { Formula } from "../../client/wire.ts";
import { language, t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import type { Desk } from "../desk.ts";
import { outlineOf } from "../drawing/formula_outline.ts";
import { paint } from "../drawing/palette.ts";
import { fontSizeOf } from "../editing/styling.ts";
import { round } from "../geometry/geometry.ts";
import { fresh } from "../tools/drafting.ts";
import { setFormula, type DrawnFormula } from "../text/drawn_formula.ts";
import { forgetTex, keepTex, keptTex } from "./kept_tex.ts";
import { faultIn } from "./tex_faults.ts";
import { freePlaceOn } from "../geometry/free_place.ts";
import { saving } from "./saving.ts";
import { hasPlaces, nextPlace, offsetOf, SYMBOLS, TEMPLATES, written } from "./templates.ts";

/** After the last key; each look is a call of the server. */
const LOOK_AFTER_MS = 300;
const MOST_CHARS = 2_000;
/** Board units to the height of a line, for the sizes that the server tells. */
const TOLD_FONT_SIZE = 24;

interface Wrong {
  readonly message: string;
  /** Where in the text; null where that is not the matter. */
  readonly at: number | null;
}

interface FormulaEditorProps {
  readonly desk: Desk;
  readonly element: Formula | null;
  readonly onClose: () => void;
}

export function FormulaEditor({ desk, element, onClose }: FormulaEditorProps): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const left = keptTex(desk);
  const tex = useSignal(left !== null && left.element?.id === element?.id ? left.tex : (element?.tex ?? ""));
  const drawn = useSignal<DrawnFormula | null>(null);
  const wrong = useSignal<Wrong | null>(null);
  const isSaving = useSignal(false);
  const id = useId();
  const api = desk.lesson.api();
  /** Given up on purpose. */
  const cancel = (): void => {
    forgetTex(desk);
    onClose();
  };
  const ask = (preview: boolean): Promise<DrawnFormula> => setFormula(api, desk.lesson.sessionId, tex.value, preview);

  const failed = (error: unknown): void => {
    if (error instanceof ApiRefusal) {
      const { message, field, code } = error.error;
      const at = offsetOf(field, tex.value);
      const fault = language.value === "en" ? null : faultIn(message);
      const said = fault === null ? message : t(fault.key, fault.values);
      wrong.value = { message: code === "rate_limited" ? t("formula.tooFast") : said, at };
    } else {
      wrong.value = { message: t("formula.offline"), at: null };
    }
  };
  // Before it is painted: whoever reloads right after a key has that one, too.
  useLayoutEffect(() => keepTex(desk, element, tex.value), [tex.value]);
  useEffect(() => {
    const text = tex.value;
    if (text.trim() === "" || hasPlaces(text)) {
      wrong.value = null;
      if (text.trim() === "") drawn.value = null;
      return undefined;
    }
    let isGone = false;
    const timer = setTimeout(() => {
      ask(true).then(
        (formula) => {
          if (isGone) return;
          drawn.value = formula;
          wrong.value = null;
        },
        (error: unknown) => {
          if (!isGone) failed(error);
        },
      );
    }, LOOK_AFTER_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [tex.value]);
  // After what was written by a button is in the field.
  const selected = useRef<readonly [number, number] | null>(null);
  useLayoutEffect(() => {
    if (selected.current === null || area.current === null) return;
    area.current.focus();
    area.current.setSelectionRange(...selected.current);
    selected.current = null;
  });
  const write = (what: string): void => {
    const { current } = area;
    if (current === null) return;
    const { text, from, to } = written(tex.value, current.selectionStart, current.selectionEnd, what);
    if (text.length > MOST_CHARS) return;
    selected.current = [from, to];
    tex.value = text;
  };
  const save = async (): Promise<void> => {
    if (isSaving.value || tex.value.trim() === "") return;
    isSaving.value = true;
    try {
      const formula = await ask(false);
      place(desk, element, tex.value, formula);
      forgetTex(desk);
      onClose();
    } catch (error) {
      failed(error);
      const at = wrong.value?.at;
      if (at != null) selected.current = [at, at + 1];
    }
    isSaving.value = false;
  };
  const now = element && desk.board.value.elements.get(element.id);
  const isChanged = element !== null && (now?.type !== "formula" || now.tex !== element.tex);
  const mayWrite = desk.mayUse("text") && (element !== null || desk.mayDrawHere());
  return (
    <Dialog title={t("figure.formula")} onClose={cancel}>
      <div class="field">
        <label for={id}>{t("formula.tex")}</label>
        <textarea
          ref={area}
          id={id}
          class="tex"
          dir="ltr"
          rows={3}
          spellcheck={false}
          autocomplete="off"
          maxLength={MOST_CHARS}
          aria-describedby={`${id}-state`}
          aria-invalid={wrong.value !== null}
          value={tex.value}
          placeholder="\frac{1}{2}"
          onInput={(event) => {
            tex.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.isComposing) return;
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              void save();
            } else if (event.key === "Tab" && !event.shiftKey) {
              const next = nextPlace(tex.value, event.currentTarget.selectionEnd);
              if (next === null) return;
              event.preventDefault();
              event.currentTarget.setSelectionRange(...next);
            }
          }}
        />
      </div>
      <div class="formula-keys" role="group" aria-label={t("formula.structures")}>
        {TEMPLATES.map(({ name, shown, tex: what }) => (
          <button key={name} type="button" class="formula-key" title={t(`formula.${name}`)} aria-label={t(`formula.${name}`)} data-shown={shown} onClick={() => write(what)} />
        ))}
      </div>
      <div class="formula-keys" role="group" aria-label={t("formula.symbols")}>
        {SYMBOLS.map(([shown, what]) => (
          <button key={what} type="button" class="formula-key" title={what} aria-label={what} data-shown={shown} onClick={() => write(what)} />
        ))}
      </div>
      <Look drawn={drawn.value} tex={tex.value} color={element?.style?.color ?? desk.color.value} isOld={wrong.value !== null} />
      <p id={`${id}-state`} class="formula-state" role="status">
        {wrong.value !== null && <Fault text={tex.value} wrong={wrong.value} onGo={(at) => {
          area.current?.focus();
          area.current?.setSelectionRange(at, at + 1);
        }} />}
        {wrong.value === null && hasPlaces(tex.value) && t("formula.places")}
        {isChanged && <span class="formula-remark">{t("figure.changed")}</span>}
      </p>
      <footer>
        <button type="button" class="button" onClick={cancel}>
          {t("app.cancel")}
        </button>
        <button type="button" class="button primary" disabled={isSaving.value || !mayWrite || tex.value.trim() === ""} onClick={() => void save()}>
          {element === null ? t("figure.put") : t("figure.save")}
        </button>
      </footer>
    </Dialog>
  );
}

interface LookProps {
  readonly drawn: DrawnFormula | null;
  readonly tex: string;
  readonly color: string;
  /** What is written by now is another formula. */
  readonly isOld: boolean;
}

function Look({ drawn, tex, color, isOld }: LookProps): VNode {
  if (drawn === null) return <div class="formula-look" />;
  const { w, h, path } = outlineOf(drawn.drawing);
  return (
    <div class="formula-look" data-old={isOld || undefined}>
      <svg viewBox={`0 0 ${w} ${h}`} style={{ width: `${drawn.w * 1.4}px`, maxHeight: "180px" }} role="img" aria-label={tex}>
        <path d={path} fill={paint(color)} />
      </svg>
    </div>
  );
}

/** What is wrong, and the place itself, which leads there. */
function Fault({ text, wrong, onGo }: { text: string; wrong: Wrong; onGo: (at: number) => void }): VNode {
  const { at, message } = wrong;
  if (at === null) return <span class="formula-wrong">{message}</span>;
  const AROUND = 12;
  const [before, place, after] = [text.slice(Math.max(0, at - AROUND), at), text.slice(at, at + 1), text.slice(at + 1, at + AROUND)];
  return (
    <>
      <button type="button" class="formula-place" onClick={() => onGo(at)}>
        {at > AROUND && "…"}
        {before}
        <mark>{place || " "}</mark>
        {after}
      </button>
      <span class="formula-wrong">{t("formula.wrong", { place: [...text.slice(0, at)].length + 1, message })}</span>
    </>
  );
}

/** Puts the formula on the board: as large as it was, or as the pen says. */
function place(desk: Desk, element: Formula | null, tex: string, { outline, w, h, drawing }: DrawnFormula): void {
  if (outline === null) return;
  if (element !== null) {
    const before = desk.assets.outline(element.outline).value;
    const told = TOLD_FONT_SIZE / 1_000;
    const [sx, sy] = before ? [element.w / before.w, element.h / before.h] : [told, told];
    const set = { tex, outline, w: round(drawing.w * sx), h: round(drawing.h * sy) };
    const { ops, id } = saving(desk.board.value, element, set, desk.activeLayer.value?.id ?? "base");
    desk.edit(ops);
    show(desk, id);
    return;
  }
  const scale = fontSizeOf(desk.width.value) / TOLD_FONT_SIZE;
  const [width, height] = [round(w * scale), round(h * scale)];
  const made: Formula = {
    ...fresh(desk),
    type: "formula",
    ...freePlaceOn(desk, width, height),
    w: width,
    h: height,
    tex,
    outline,
    style: { color: desk.color.value },
  };
  desk.edit([{ op: "put", element: withoutDefaults(made) }]);
  show(desk, made.id);
}

function show(desk: Desk, id: string): void {
  desk.chosenTool.value = "select";
  desk.selection.value = new Set([id]);
}
