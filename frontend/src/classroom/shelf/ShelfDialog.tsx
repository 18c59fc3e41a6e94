/** One's shelf: looked for, looked at, and put into the lesson; renamed and deleted. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Assets } from "../../board/drawing/assets.ts";
import { userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { boardOf, type Board } from "../../client/replica/board.ts";
import { ClassroomApi } from "../../client/rest/rest.ts";
import { ShelfApi, type ShelfItem } from "../../client/rest/shelf_api.ts";
import { isolated, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import type { Classroom } from "../classroom.ts";
import { PagesToInsert } from "../pages/PagesToInsert.tsx";
import { insertPages } from "../pages/inserting.ts";
import { ItemCard } from "./ItemCard.tsx";
import "../../styles/lesson/shelf.css";

/** Nobody waits for each letter. */
const TYPING_MS = 250;

interface ShelfDialogProps {
  readonly room: Classroom;
  readonly onClose: () => void;
}

interface Opened {
  readonly item: ShelfItem;
  readonly board: Board;
}

export function ShelfDialog({ room, onClose }: ShelfDialogProps): VNode {
  const { desk, lesson } = room;
  const api = useMemo(() => new ShelfApi(SERVER, userToken.value), []);
  const pictures = useMemo(() => {
    const images = new ClassroomApi(SERVER, userToken.value);
    return new Assets((asset) => images.image(asset));
  }, []);
  const found = useSignal<readonly ShelfItem[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const opened = useSignal<Opened | null>(null);
  const busy = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const q = useRef("");
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useRef(0);
  const isGone = useRef(false);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    problem.value = null;
    try {
      await work();
    } catch (error) {
      if (!isGone.current) problem.value = wordsFor(error);
    }
  };
  const look = (from: string | null): Promise<void> =>
    attempt(async () => {
      const question = (asked.current += 1);
      const page = await api.items({ cursor: from, ...(q.current && { q: q.current }) });
      if (asked.current !== question) return;
      found.value = from === null ? page.items : [...(found.value ?? []), ...page.items];
      cursor.value = page.next_cursor;
    });
  useEffect(() => {
    void look(null);
    return () => {
      isGone.current = true;
      asked.current = -1;
      clearTimeout(typing.current);
      pictures.dispose();
    };
  }, []);

  const use = (item: ShelfItem): Promise<void> =>
    attempt(async () => {
      busy.value = item.item_id;
      try {
        const board = boardOf(await api.board(item.item_id));
        if (isGone.current) return;
        if (item.kind === "selection") {
          await api.bringImages(lesson.sessionId, item.item_id);
          const layer = desk.activeLayer.value?.id ?? "base";
          const { width, height } = desk.viewSize.peek();
          const { x, y, zoom } = desk.camera.value;
          const middle = { x: x + width / 2 / zoom, y: y + height / 2 / zoom };
          const { putAround } = await desk.aids.fetched();
          putAround(desk, [...board.elements.values()].map((each) => ({ ...each, layer })), item.item_id, middle);
        } else if (board.pages.length > 1) {
          opened.value = { item, board };
          return;
        } else {
          await insertPages(room, board.pages.map(({ id }) => id), { from_shelf: item.item_id });
        }
        onClose();
      } finally {
        busy.value = null;
      }
    });
  const rename = (item: ShelfItem, name: string): Promise<void> =>
    attempt(async () => {
      const renamed = await api.rename(item.item_id, name);
      found.value = found.value?.map((each) => (each.item_id === renamed.item_id ? renamed : each)) ?? null;
    });
  const remove = (item: ShelfItem): Promise<void> =>
    attempt(async () => {
      await api.remove(item.item_id);
      // What had the focus goes with it.
      search.current?.focus();
      found.value = found.value?.filter((each) => each.item_id !== item.item_id) ?? null;
    });
  const may = (item: ShelfItem): boolean =>
    lesson.may("can_draw") && (item.kind === "selection" || lesson.may("can_add_layers"));

  if (opened.value !== null) {
    return (
      <Dialog title={t("shelf.title")} onClose={onClose}>
        <PagesToInsert
          name={opened.value.item.name}
          from={{ from_shelf: opened.value.item.item_id }}
          board={opened.value.board}
          startsWithAll
          back="shelf.back"
          room={room}
          pictures={pictures}
          onBack={() => {
            opened.value = null;
          }}
          onDone={onClose}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("shelf.title")} onClose={onClose}>
      <div class="shelf">
        <search>
          <label class="field">
            <span class="for-screen-readers">{t("shelf.search")}</span>
            <input
              ref={search}
              type="search"
              placeholder={t("shelf.search")}
              maxLength={200}
              onInput={(event) => {
                q.current = event.currentTarget.value.trim();
                clearTimeout(typing.current);
                typing.current = setTimeout(() => void look(null), TYPING_MS);
              }}
            />
          </label>
        </search>
        {lesson.may("can_export") && (
          <button
            type="button"
            class="button"
            onClick={() => {
              room.asking.value = "keep";
            }}
          >
            {t("shelf.keepOpen")}
          </button>
        )}
        {found.value === null && problem.value === null && <p class="hint">{t("app.loading")}</p>}
        {found.value?.length === 0 && <p class="hint">{t(q.current === "" ? "shelf.none" : "shelf.nothing")}</p>}
        <ul class="shelf-items">
          {found.value?.map((item) => (
            <ItemCard
              key={item.item_id}
              item={item}
              pictures={pictures}
              isBusy={busy.value === item.item_id}
              mayUse={may(item) && busy.value === null}
              onUse={() => void use(item)}
              onRename={(name) => void rename(item, name)}
              onRemove={() => void remove(item)}
            />
          ))}
        </ul>
        {cursor.value !== null && (
          <button type="button" class="button more" onClick={() => void look(cursor.value)}>
            {t("home.more")}
          </button>
        )}
        <p class="for-screen-readers" role="status">
          {busy.value !== null && t("shelf.inserting", { name: isolated(found.value?.find(({ item_id }) => item_id === busy.value)?.name ?? "") })}
        </p>
        {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
      </div>
    </Dialog>
  );
}
