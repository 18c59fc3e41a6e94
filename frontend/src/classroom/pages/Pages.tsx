/** All pages of the board: what is on each, who looks at it, and what can be done with it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pageBoard } from "../../board/pages.ts";
import { PAPER, PAPER_KINDS, USUAL_STEP } from "../../board/drawing/paper.ts";
import { Thumbnail } from "../../board/drawing/Thumbnail.tsx";
import { userToken } from "../../browser/address.ts";
import { LONGEST, type Id, type Page } from "../../client/wire.ts";
import { oneLine, t } from "../../language/language.ts";
import { colorOf } from "../../ui/color_of.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Question } from "../../ui/dialogs.tsx";
import { Later } from "../../ui/Later.tsx";
import { SHELF } from "../shelf/icon.ts";
import { sheetName } from "./sheets.ts";
import type { Classroom } from "../classroom.ts";
import { DocumentImport } from "./DocumentImport.tsx";

/** Sheets, in board units: 96 to the inch. */
const SIZES = { endless: null, a4: [794, 1123], a4wide: [1123, 794], screen: [1280, 720] } as const;
/** Of the marks of a paper, in board units (PG-1). */
const STEP_LEAST = 4;
const STEP_MOST = 1_000;
const USUAL_COLOR = "#c3cddd";
const fromLesson = () => import("./FromLesson.tsx").then((loaded) => loaded.FromLesson);
type SizeName = keyof typeof SIZES;

export function Pages({ room }: { readonly room: Classroom }): VNode {
  const { desk, lesson } = room;
  const bringing = room.bringing.value;
  const pages = desk.pages.value;
  const list = useRef<HTMLOListElement>(null);
  const here = desk.page.value.id;
  const isChoosing = useSignal(false);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <div class="pages-panel">
      <div class="pages-does">
        {lesson.may("can_add_layers") && (
          <button type="button" class="button wide" onClick={() => room.addPage()}>
            <Icon name="plus" size={18} /> {t("pages.add")}
          </button>
        )}
        {lesson.may("can_add_layers") && lesson.may("can_upload_images") && <DocumentImport room={room} />}
        {lesson.may("can_add_layers") && userToken.value !== null && (
          <button type="button" class="button wide" onClick={() => void (isChoosing.value = true)}>
            <Icon name="copy" size={18} /> {t("fromLesson.open")}
          </button>
        )}
        {lesson.may("can_add_layers") && userToken.value !== null && (
          <button type="button" class="button wide" onClick={() => void (room.asking.value = "shelf")}>
            <Icon name={SHELF} size={18} /> {t("shelf.open")}
          </button>
        )}
        {bringing !== null && lesson.isHost.value && lesson.present.value.length > 1 && (
          <button
            type="button"
            class="button wide"
            aria-pressed={bringing.isBringing.value}
            onClick={() => void (bringing.isBringing.value ? bringing.stop() : bringing.start())}
          >
            <Icon name="people" size={18} /> {t(bringing.isBringing.value ? "pages.release" : "pages.bring")}
          </button>
        )}
        {pages.length > 1 && (
          <button type="button" class="button wide" title="Ctrl+F" onClick={() => void (room.panel.value = "find")}>
            <Icon name="search" size={18} /> {t("find.open")}
          </button>
        )}
      </div>
      {isChoosing.value && <Later load={fromLesson} props={{ room, onClose: () => void (isChoosing.value = false) }} />}
      <ol ref={list}>
        {pages.map((page, at) => (
          <PageLine key={page.id} room={room} page={page} at={at} />
        ))}
      </ol>
      {lesson.may("can_add_layers") && <Paper room={room} page={desk.page.value} />}
      {lesson.may("can_add_layers") && lesson.may("can_edit_others") && (
        <Switch
          label={t("pages.letMove")}
          isOn={desk.page.value.open === true}
          onChange={(open) => desk.edit([{ op: "patch_page", id: desk.page.value.id, set: { open } }])}
        />
      )}
    </div>
  );
}

interface LineProps {
  readonly room: Classroom;
  readonly page: Page;
  readonly at: number;
}

function PageLine({ room, page, at }: LineProps): VNode {
  const { desk, lesson } = room;
  const isRenaming = useSignal(false);
  const isAsking = useSignal(false);
  const isHere = desk.page.value.id === page.id;
  const { pages } = desk.client.board;
  const name = page.title || t("pages.name", { n: at + 1 });
  const order = pages.map(({ id }) => id);
  const move = (to: number): void => {
    const moved = order.filter((id) => id !== page.id);
    moved.splice(to, 0, page.id);
    desk.edit([{ op: "reorder_pages", order: moved }]);
  };
  const mayChange = lesson.may("can_add_layers");
  const mayMove = lesson.may("can_reorder_layers") && pages.length > 1;
  return (
    <li
      class="page-line"
      aria-current={isHere ? "page" : undefined}
      draggable={mayMove && !isRenaming.value}
      onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, page.id)}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={(event) => {
        const dragged = event.dataTransfer?.getData(DRAGGED);
        if (!dragged || dragged === page.id) return;
        event.preventDefault();
        const moved = order.filter((id) => id !== dragged);
        moved.splice(at, 0, dragged);
        desk.edit([{ op: "reorder_pages", order: moved }]);
      }}
    >
      <button
        type="button"
        class="page-look"
        aria-label={t("pages.look", { name })}
        onClick={() => desk.showPage(page.id)}
        onKeyDown={(event) => {
          if (event.key === "F2" && mayChange) isRenaming.value = true;
          if (event.altKey && mayMove && event.key === "ArrowUp" && at > 0) move(at - 1);
          if (event.altKey && mayMove && event.key === "ArrowDown" && at < pages.length - 1) move(at + 1);
        }}
      >
        <Thumbnail board={isHere ? desk.board.value : pageBoard(desk.turn.value, page)} pictures={desk.assets} />
        <span class="page-number">{at + 1}</span>
        <Present room={room} page={page.id} isHere={isHere} />
      </button>
      <div class="page-words">
        {isRenaming.value ? (
          <input
            ref={(input) => input?.focus()}
            aria-label={t("pages.rename", { name })}
            defaultValue={page.title ?? ""}
            maxLength={LONGEST["Page.title"]}
            onBlur={(event) => {
              isRenaming.value = false;
              const title = oneLine(event.currentTarget.value);
              if (title !== (page.title ?? "")) desk.edit([{ op: "patch_page", id: page.id, set: { title } }]);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.currentTarget.blur();
            }}
          />
        ) : (
          <bdi onDblClick={() => void (isRenaming.value = mayChange)}>{name}</bdi>
        )}
        {isHere && (
          <div class="page-acts">
            {mayChange && (
              <IconButton
                icon="pen"
                kind="small"
                label={t("pages.rename", { name })}
                onClick={() => void (isRenaming.value = true)}
              />
            )}
            {mayChange && (
              <IconButton
                icon="copy"
                kind="small"
                label={t("pages.copy", { name })}
                onClick={() => void room.copyPage(page.id)}
              />
            )}
            {userToken.value !== null && lesson.may("can_export") && (
              <IconButton
                icon={SHELF}
                kind="small"
                label={t("shelf.keepPage", { name })}
                onClick={() => void (room.asking.value = "keepPage")}
              />
            )}
            {mayMove && (
              <>
                <IconButton
                  icon="up"
                  kind="small"
                  label={t("pages.up", { name })}
                  disabled={at === 0}
                  onClick={() => move(at - 1)}
                />
                <IconButton
                  icon="down"
                  kind="small"
                  label={t("pages.down", { name })}
                  disabled={at === pages.length - 1}
                  onClick={() => move(at + 1)}
                />
              </>
            )}
            {lesson.may("can_delete_layers") && (!page.background || lesson.may("can_edit_others")) && pages.length > 1 && (
              <IconButton
                icon="trash"
                kind="small"
                label={t("pages.delete", { name })}
                // Nobody takes away what they have not seen.
                disabled={desk.isComing.value}
                onClick={() => {
                  if (desk.board.value.elements.size > 0) isAsking.value = true;
                  else desk.edit([{ op: "remove_page", id: page.id }]);
                }}
              />
            )}
          </div>
        )}
      </div>
      {isAsking.value && (
        <Question
          title={t("pages.deleteQuestion", { name })}
          text={t("pages.deleteText")}
          confirm={t("board.delete")}
          onConfirm={() => desk.edit([{ op: "remove_page", id: page.id }])}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </li>
  );
}

const DRAGGED = "application/x-lessonroom-page";
const SHOWN_MOST = 6;

/** Who looks at a page. */
function Present({ room, page, isHere }: { room: Classroom; page: Id; isHere: boolean }): VNode | null {
  const { desk, lesson } = room;
  const me = lesson.state.value?.userId;
  const first = desk.client.board.pages[0]?.id;
  const there = lesson.present.value.filter(({ user_id }) =>
    user_id === me ? isHere : (desk.others.whereabouts.value.get(user_id) ?? first) === page,
  );
  if (there.length === 0 || lesson.present.value.length < 2) return null;
  const names = there.map(({ name }) => name).join(", ");
  return (
    <span class="page-people" title={names}>
      <span class="for-screen-readers">{t("pages.whoIsHere", { names })}</span>
      {there.slice(0, SHOWN_MOST).map(({ user_id, name }) => (
        <span key={user_id} class="page-person" data-person={colorOf(user_id)} aria-hidden="true">
          {[...name][0]}
        </span>
      ))}
      {there.length > SHOWN_MOST && <span class="page-person">+{there.length - SHOWN_MOST}</span>}
    </span>
  );
}

/** What the page that one looks at is made of. */
function Paper({ room: { desk }, page }: { readonly room: Classroom; readonly page: Page }): VNode {
  const kind = page.paper?.kind ?? PAPER.kind;
  const patch = (set: Readonly<Record<string, unknown>>): void =>
    desk.edit([{ op: "patch_page", id: page.id, set }]);
  const sizes = Object.keys(SIZES) as SizeName[];
  const size = sizes.find((name) => JSON.stringify(SIZES[name]) === JSON.stringify(page.size ?? null)) ?? "own";
  return (
    <fieldset class="page-paper">
      <legend>{t("pages.paper")}</legend>
      <label>
        <span>{t("pages.kind")}</span>
        <select
          value={kind}
          onChange={({ currentTarget: { value } }) => {
            const wanted = PAPER_KINDS.find((each) => each === value) ?? PAPER.kind;
            const color = page.paper?.color;
            patch({ paper: { kind: wanted, step: USUAL_STEP[wanted], ...(color && { color }) } });
          }}
        >
          {PAPER_KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`paper.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("pages.size")}</span>
        <select
          value={size}
          onChange={({ currentTarget: { value } }) => {
            patch({ size: SIZES[value as SizeName] ?? null });
            desk.fit();
          }}
        >
          {size === "own" && (
            <option value="own">
              {sheetName(page.size!)}
            </option>
          )}
          {sizes.map((each) => (
            <option key={each} value={each}>
              {t(`sheet.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {kind !== "blank" && (
        <>
          <label>
            <span>{t("pages.step")}</span>
            <input
              type="number"
              min={STEP_LEAST}
              max={STEP_MOST}
              step="any"
              value={page.paper?.step ?? PAPER.step}
              onChange={({ currentTarget: input }) => {
                const step = input.valueAsNumber;
                if (step >= STEP_LEAST && step <= STEP_MOST) patch({ paper: { ...page.paper, kind, step } });
                else input.value = String(page.paper?.step ?? PAPER.step);
              }}
            />
          </label>
          <label>
            <span>{t("pages.color")}</span>
            <input
              type="color"
              value={/^#[0-9a-f]{6}$/i.test(page.paper?.color ?? "") ? page.paper!.color! : USUAL_COLOR}
              onChange={({ currentTarget: { value } }) => patch({ paper: { ...page.paper, kind, color: value } })}
            />
          </label>
          {page.paper?.color != null && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                const { color: _, ...plain } = page.paper ?? {};
                patch({ paper: { ...plain, kind } });
              }}
            >
              {t("pages.usualColor")}
            </button>
          )}
        </>
      )}
    </fieldset>
  );
}
