/** Words on all pages: where they stand, and the way there. */

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { boundsOf, centre } from "../../board/geometry/geometry.ts";
import { isShown } from "../../board/geometry/fitting.ts";
import { t } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";
import { find, FOUND_MOST, type Found } from "./finding.ts";
import "../../styles/finding.css";

/** Assets that are fetched at once. */
const AT_ONCE = 4;

export function Find({ room }: { readonly room: Classroom }): VNode {
  const { desk, lesson } = room;
  const wanted = useSignal("");
  const words = useSignal<ReadonlyMap<string, string>>(new Map());
  const isReading = useSignal(true);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);

  useEffect(() => {
    let isGone = false;
    const known = new Map<string, string>();
    const assets = [...new Set(desk.client.board.pages.flatMap(({ background }) => background?.text ?? []))];
    const reader = async (): Promise<void> => {
      for (let asset = assets.shift(); asset !== undefined && !isGone; asset = assets.shift()) {
        try {
          known.set(asset, await (await lesson.api().image(asset)).text());
        } catch {
          // Without a network there are no words, as there is no picture.
        }
        if (!isGone) words.value = new Map(known);
      }
    };
    void Promise.all(Array.from({ length: AT_ONCE }, reader)).then(() => {
      if (!isGone) isReading.value = false;
    });
    return () => {
      isGone = true;
    };
  }, [room]);
  useEffect(() => {
    const again = (): void => input.current?.select();
    again();
    // Ctrl+F once more: one looks for something else.
    room.finding.value = again;
    return () => {
      room.finding.value = null;
    };
  }, [room]);

  const found = useComputed(() => {
    // Again when the board changes, and when more words are here.
    void desk.pages.value;
    void desk.board.value;
    return find(desk.client.board, words.value, wanted.value);
  });

  const go = ({ page, element }: Found): void => {
    desk.showPage(page.id);
    const there = element === null ? undefined : desk.board.value.elements.get(element);
    if (there === undefined) return;
    const bounds = boundsOf(there);
    const { width, height } = desk.viewSize.value;
    const camera = desk.camera.value;
    if (!isShown(bounds, camera, { x: 0, y: 0, w: width, h: height })) {
      const [to, from] = [centre(bounds), centre(desk.seen())];
      desk.camera.value = { ...camera, x: camera.x + to.x - from.x, y: camera.y + to.y - from.y };
    }
    if (!desk.mayUse("select")) return;
    desk.chosenTool.value = "select";
    desk.selection.value = new Set([there.id]);
  };

  const places = found.value;
  const status =
    wanted.value.trim() === ""
      ? ""
      : places.length === 0
        ? t(isReading.value ? "find.reading" : "find.nothing")
        : t("find.count", { n: places.length === FOUND_MOST ? `${FOUND_MOST}+` : places.length });
  return (
    <div class="find">
      <search class="field">
        <input
          ref={input}
          type="search"
          aria-label={t("find.what")}
          placeholder={t("find.what")}
          maxLength={200}
          autocomplete="off"
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && places[0] !== undefined) go(places[0]);
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            list.current?.querySelector("button")?.focus();
          }}
        />
      </search>
      <p class="hint" role="status">
        {status}
      </p>
      <ol ref={list}>
        {places.map((place, n) => (
          <li key={n}>
            <button
              type="button"
              onClick={() => go(place)}
              onKeyDown={({ key, currentTarget }) => {
                const line = currentTarget.parentElement;
                const next = key === "ArrowDown" ? line?.nextElementSibling : key === "ArrowUp" ? line?.previousElementSibling : null;
                if (key === "ArrowUp" && next === null) input.current?.focus();
                next?.querySelector("button")?.focus();
              }}
            >
              <span class="hint">
                <bdi>{place.page.title || t("pages.name", { n: place.at + 1 })}</bdi> · {place.at + 1}
              </span>
              <bdi class="found">
                {place.before}
                <mark>{place.words}</mark>
                {place.after}
              </bdi>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
