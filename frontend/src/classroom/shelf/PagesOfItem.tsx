/** The pages of something on a shelf, of which one chooses those that come into the lesson. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Pictures } from "../../board/drawing/assets.ts";
import { Thumbnail } from "../../board/drawing/Thumbnail.tsx";
import { pageBoard } from "../../board/pages.ts";
import type { Board } from "../../client/replica/board.ts";
import type { ShelfItem } from "../../client/rest/shelf_api.ts";
import type { Id } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";
import { ChoosePages } from "../pages/ChoosePages.tsx";
import { insertPages } from "../pages/inserting.ts";

interface PagesOfItemProps {
  readonly item: ShelfItem;
  readonly board: Board;
  readonly room: Classroom;
  readonly pictures: Pictures;
  readonly wordsFor: (error: unknown) => string;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

export function PagesOfItem({ item, board, room, pictures, wordsFor, onBack, onDone }: PagesOfItemProps): VNode {
  const chosen = useSignal<ReadonlySet<Id>>(new Set(board.pages.map(({ id }) => id)));
  const isBusy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const pages = useMemo(
    () =>
      board.pages.map((page, at) => ({
        key: page.id,
        name: page.title || t("pages.name", { n: at + 1 }),
        picture: <Thumbnail board={pageBoard(board, page)} pictures={pictures} />,
      })),
    [board],
  );
  const insert = async (): Promise<void> => {
    isBusy.value = true;
    problem.value = null;
    try {
      const wanted = board.pages.map(({ id }) => id).filter((id) => chosen.value.has(id));
      await insertPages(room, wanted, { from_shelf: item.item_id });
      onDone();
    } catch (error) {
      problem.value = wordsFor(error);
    } finally {
      isBusy.value = false;
    }
  };
  const n = chosen.value.size;
  return (
    <>
      <p>
        <strong>
          <bdi>{item.name}</bdi>
        </strong>{" "}
        <span class="hint">{t("document.after")}</span>
      </p>
      <ChoosePages pages={pages} chosen={chosen.value} onChoose={(now) => void (chosen.value = now)} />
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <footer>
        <button type="button" class="button" onClick={onBack}>
          {t("shelf.back")}
        </button>
        <button type="button" class="button primary" disabled={n === 0 || isBusy.value} onClick={() => void insert()}>
          {t("fromLesson.insert", { n })}
        </button>
      </footer>
    </>
  );
}
