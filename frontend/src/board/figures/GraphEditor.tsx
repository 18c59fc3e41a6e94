/** Making a graph: functions, and the window of the plane that it shows. */

import { useSignal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { withoutDefaults } from "../../client/replica/board.ts";
import { randomId } from "../../client/random_id.ts";
import type { Graph } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/dialogs.tsx";
import { Switch } from "../../ui/forms.tsx";
import type { Desk } from "../desk.ts";
import { paint, SWATCHES } from "../drawing/palette.ts";
import { fresh } from "../tools/drafting.ts";
import { hasDecimalComma } from "./numbers.ts";
import { functionOf, LONGEST_EXPRESSION, NoFunction } from "./expressions.ts";
import { CURVE_COLOR, GraphView } from "./GraphView.tsx";
import { numberOf, WHOLE_VIEW, type View } from "./graph_plane.ts";
import { sampled } from "./sampling.ts";
import { freePlaceOn } from "../geometry/free_place.ts";
import { saving } from "./saving.ts";

const MOST_CURVES = 8;
const LONGEST_NAME = 32;
const DEFAULTS = { view: WHOLE_VIEW, curves: [], axes: true, grid: true, x_name: "", y_name: "" };
const SIZE = { w: 400, h: 400 };
/** Of the window that is zoomed: further in or out nothing can be told apart. */
const [LEAST, MOST] = [1e-4, 1e6];
const COLORS = [CURVE_COLOR, "#e03131", "#2f9e44", "#e8590c", "#6741d9", "#0c8599", "#c2255c", "#1e1e1e"];

interface Row {
  readonly key: string;
  readonly expr: string;
  readonly color: string;
}

interface Worked {
  readonly points: number[][];
  /** Why there is none: the word that is not understood, or "". */
  readonly wrong: string | null;
}

interface GraphEditorProps {
  readonly desk: Desk;
  readonly element: Graph | null;
  readonly onClose: () => void;
}

export function GraphEditor({ desk, element, onClose }: GraphEditorProps): VNode {
  const rows = useSignal<readonly Row[]>(rowsOf(element));
  const view = useSignal<View>((element?.view as View | undefined) ?? WHOLE_VIEW);
  const axes = useSignal(element?.axes ?? true);
  const grid = useSignal(element?.grid ?? true);
  const [xName, yName] = [useSignal(element?.x_name ?? ""), useSignal(element?.y_name ?? "")];
  const list = useRef<HTMLDivElement>(null);
  const worked = useMemo(
    () => rows.value.map(({ expr }) => workedOut(expr, view.value)),
    [rows.value, view.value],
  );
  const size = element === null ? SIZE : { w: element.w, h: element.h };
  const curves = rows.value.flatMap(({ expr, color }, n) => (expr.trim() === "" ? [] : [{ expr: expr.trim(), color, points: worked[n]!.points }]));
  const shown: Graph = {
    type: "graph",
    id: "shown",
    layer: "",
    x: 0,
    y: 0,
    ...size,
    view: view.value,
    axes: axes.value,
    grid: grid.value,
    curves,
    x_name: xName.value.trim(),
    y_name: yName.value.trim(),
    style: { ...element?.style },
  };
  const change = (key: string, fields: Partial<Row>): void => {
    rows.value = rows.value.map((row) => (row.key === key ? { ...row, ...fields } : row));
  };
  const add = (): void => {
    const color = COLORS.find((one) => rows.value.every((row) => row.color !== one)) ?? CURVE_COLOR;
    rows.value = [...rows.value, { key: randomId(), expr: "", color }];
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>(".graph-row:last-of-type input")?.focus());
  };
  const now = element && desk.board.value.elements.get(element.id);
  const isChanged =
    element !== null && (now?.type !== "graph" || JSON.stringify(written(now)) !== JSON.stringify(written(element)));
  const isWrong = rows.value.some(({ expr }, n) => expr.trim() !== "" && worked[n]!.wrong !== null);
  const mayDraw = desk.mayUse("text") && (element !== null || desk.mayDrawHere());
  const save = (): void => {
    if (isWrong || !mayDraw) return;
    put(desk, element, shown);
    onClose();
  };
  return (
    <Dialog title={t("figure.graph")} onClose={onClose}>
      <div
        class="graph-editor"
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
        }}
      >
        <div class="graph-rows" ref={list}>
          {rows.value.map((row, n) => (
            <RowView
              key={row.key}
              row={row}
              number={n + 1}
              wrong={row.expr.trim() === "" ? null : worked[n]!.wrong}
              onChange={(fields) => change(row.key, fields)}
              onNext={() => (n + 1 === rows.value.length && rows.value.length < MOST_CURVES ? add() : undefined)}
              onRemove={
                rows.value.length === 1
                  ? null
                  : () => {
                      rows.value = rows.value.filter((one) => one.key !== row.key);
                    }
              }
            />
          ))}
          {rows.value.length < MOST_CURVES && (
            <button type="button" class="button" onClick={add}>
              {t("graph.add")}
            </button>
          )}
        </div>
        <Window graph={shown} onView={(next) => (view.value = next)} />
        <div class="graph-view" role="group" aria-label={t("graph.view")}>
          <Bound label={t("graph.xFrom")} index={0} view={view.value} onView={(next) => (view.value = next)} />
          <Bound label={t("graph.xTo")} index={1} view={view.value} onView={(next) => (view.value = next)} />
          <Bound label={t("graph.yFrom")} index={2} view={view.value} onView={(next) => (view.value = next)} />
          <Bound label={t("graph.yTo")} index={3} view={view.value} onView={(next) => (view.value = next)} />
        </div>
        <div class="graph-switches">
          <Switch label={t("graph.axes")} isOn={axes.value} onChange={(isOn) => (axes.value = isOn)} />
          <Switch label={t("graph.grid")} isOn={grid.value} onChange={(isOn) => (grid.value = isOn)} />
        </div>
        {axes.value && (
          <div class="graph-names">
            <Name label={t("graph.xName")} name={xName} />
            <Name label={t("graph.yName")} name={yName} />
          </div>
        )}
        {isChanged && (
          <p class="formula-state" role="status">
            {t("figure.changed")}
          </p>
        )}
      </div>
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {t("app.cancel")}
        </button>
        <button type="button" class="button primary" disabled={isWrong || !mayDraw} onClick={save}>
          {element === null ? t("figure.put") : t("figure.save")}
        </button>
      </footer>
    </Dialog>
  );
}

interface RowViewProps {
  readonly row: Row;
  readonly number: number;
  readonly wrong: string | null;
  readonly onChange: (fields: Partial<Row>) => void;
  readonly onNext: () => void;
  readonly onRemove: (() => void) | null;
}

function RowView({ row, number, wrong, onChange, onNext, onRemove }: RowViewProps): VNode {
  const label = t("graph.function", { number });
  return (
    <div class="graph-row">
      <span class="graph-y" aria-hidden="true">
        y =
      </span>
      <input
        class="graph-expression"
        aria-label={label}
        aria-invalid={wrong !== null}
        dir="ltr"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={LONGEST_EXPRESSION}
        placeholder={number === 1 ? "0,5x^2 − 3" : "sin x"}
        value={row.expr}
        onInput={(event) => onChange({ expr: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
          event.preventDefault();
          onNext();
        }}
      />
      <select
        class="graph-color"
        aria-label={t("graph.color", { number })}
        style={{ borderInlineStart: `8px solid ${paint(row.color)}` }}
        value={row.color}
        onChange={(event) => onChange({ color: event.currentTarget.value })}
      >
        {COLORS.map((color) => (
          <option key={color} value={color}>
            {nameOf(color)}
          </option>
        ))}
      </select>
      {onRemove && <IconButton icon="trash" label={t("graph.remove", { number })} onClick={onRemove} />}
      {wrong !== null && (
        <p class="formula-wrong" role="status">
          {wrong === "" ? t("graph.wrong") : t("graph.unknown", { word: wrong })}
        </p>
      )}
    </div>
  );
}

function nameOf(color: string): string {
  const swatch = SWATCHES.find(({ hex }) => hex === color);
  return swatch === undefined ? color : t(`color.${swatch.name}`);
}

/** What of a graph one writes. */
function written({ curves, view, x_name, y_name }: Graph): unknown[] {
  return [curves, view ?? WHOLE_VIEW, x_name ?? "", y_name ?? ""];
}

function Name({ label, name }: { readonly label: string; readonly name: Signal<string> }): VNode {
  return (
    <label class="graph-bound">
      <span>{label}</span>
      <input
        autocomplete="off"
        maxLength={LONGEST_NAME}
        value={name.value}
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

interface BoundProps {
  readonly label: string;
  readonly index: number;
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** One number of the window; what makes no window is not taken. */
function Bound({ label, index, view, onView }: BoundProps): VNode {
  const text = useSignal<string | null>(null);
  return (
    <label class="graph-bound">
      <span>{label}</span>
      <input
        inputMode="decimal"
        autocomplete="off"
        value={text.value ?? numberOf(view[index]!).replace("−", "-").replace(".", hasDecimalComma.value ? "," : ".")}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          const value = Number(text.value.trim().replace(",", ".").replace("−", "-"));
          const next = view.map((one, n) => (n === index ? value : one)) as unknown as View;
          if (text.value.trim() !== "" && isWindow(next)) onView(next);
        }}
        onBlur={() => {
          text.value = null;
        }}
      />
    </label>
  );
}

function isWindow([x0, x1, y0, y1]: View): boolean {
  const isSide = (from: number, to: number): boolean => Number.isFinite(to - from) && to - from >= LEAST && to - from <= MOST && Math.abs(from) <= MOST && Math.abs(to) <= MOST;
  return isSide(x0, x1) && isSide(y0, y1);
}

/** What it will look like: a drag moves the window, the wheel and the keys zoom it. */
function Window({ graph, onView }: { readonly graph: Graph; readonly onView: (view: View) => void }): VNode {
  const frame = useRef<SVGSVGElement>(null);
  const dragged = useRef<{ readonly x: number; readonly y: number; readonly view: View } | null>(null);
  const latest = useRef(graph.view as View);
  latest.current = graph.view as View;
  const shown = (next: View): void => {
    if (isWindow(next)) onView(next.map((value) => Number(value.toPrecision(8))) as unknown as View);
  };
  useEffect(() => {
    const { current } = frame;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = current!.getBoundingClientRect();
      const [x0, x1, y0, y1] = latest.current;
      const at = { x: x0 + ((event.clientX - box.left) / box.width) * (x1 - x0), y: y1 - ((event.clientY - box.top) / box.height) * (y1 - y0) };
      const scale = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 300);
      shown([at.x + (x0 - at.x) * scale, at.x + (x1 - at.x) * scale, at.y + (y0 - at.y) * scale, at.y + (y1 - at.y) * scale]);
    };
    current?.addEventListener("wheel", wheel, { passive: false });
    return () => current?.removeEventListener("wheel", wheel);
  }, []);
  const move = (dx: number, dy: number): void => {
    const [x0, x1, y0, y1] = latest.current;
    const [w, h] = [(x1 - x0) * dx, (y1 - y0) * dy];
    shown([x0 + w, x1 + w, y0 + h, y1 + h]);
  };
  const zoom = (scale: number): void => {
    const [x0, x1, y0, y1] = latest.current;
    const [w, h] = [((x1 - x0) * (scale - 1)) / 2, ((y1 - y0) * (scale - 1)) / 2];
    shown([x0 - w, x1 + w, y0 - h, y1 + h]);
  };
  const KEYS: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-0.1, 0),
    ArrowRight: () => move(0.1, 0),
    ArrowUp: () => move(0, 0.1),
    ArrowDown: () => move(0, -0.1),
    "+": () => zoom(0.8),
    "=": () => zoom(0.8),
    "-": () => zoom(1.25),
  };
  return (
    <svg
      ref={frame}
      class="graph-window"
      viewBox={`-4 -4 ${graph.w + 8} ${graph.h + 8}`}
      role="img"
      tabIndex={0}
      aria-label={t("graph.window", { functions: (graph.curves ?? []).map(({ expr }) => `y = ${expr}`).join("; ") })}
      onKeyDown={(event) => {
        const act = KEYS[event.key];
        if (act === undefined || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        act();
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = { x: event.clientX, y: event.clientY, view: latest.current };
      }}
      onPointerMove={(event) => {
        if (dragged.current === null) return;
        const box = event.currentTarget.getBoundingClientRect();
        const [x0, x1, y0, y1] = dragged.current.view;
        const [dx, dy] = [
          ((event.clientX - dragged.current.x) / box.width) * (x1 - x0),
          ((event.clientY - dragged.current.y) / box.height) * (y1 - y0),
        ];
        shown([x0 - dx, x1 - dx, y0 + dy, y1 + dy]);
      }}
      onPointerUp={() => {
        dragged.current = null;
      }}
      onPointerCancel={() => {
        dragged.current = null;
      }}
    >
      <GraphView element={graph} />
    </svg>
  );
}

function rowsOf(element: Graph | null): Row[] {
  const rows = (element?.curves ?? []).map(({ expr, color = CURVE_COLOR }) => ({ key: randomId(), expr, color }));
  return rows.length > 0 ? rows : [{ key: randomId(), expr: "", color: CURVE_COLOR }];
}

function workedOut(expr: string, view: View): Worked {
  try {
    return { points: sampled(functionOf(expr), view), wrong: null };
  } catch (error) {
    return { points: [], wrong: error instanceof NoFunction ? error.message : "" };
  }
}

function put(desk: Desk, element: Graph | null, { view, axes, grid, curves, x_name, y_name, w, h }: Graph): void {
  const fields = { view, axes, grid, curves, x_name, y_name };
  if (element !== null) {
    const { ops, id } = saving(desk.board.value, element, fields, desk.activeLayer.value?.id ?? "base", DEFAULTS);
    desk.edit(ops);
    show(desk, id);
    return;
  }
  const made = { ...fresh(desk), type: "graph" as const, ...freePlaceOn(desk, w, h), w, h, ...fields, style: { width: 2.5 } };
  desk.edit([{ op: "put", element: withoutDefaults(made as Graph) }]);
  show(desk, made.id);
}

function show(desk: Desk, id: string): void {
  desk.chosenTool.value = "select";
  desk.selection.value = new Set([id]);
}
