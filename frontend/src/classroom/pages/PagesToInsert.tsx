/** Pages from elsewhere, of which one chooses those that come into the lesson. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Pictures } from "../../board/drawing/assets.ts";
import { Thumbnail } from "../../board/drawing/Thumbnail.tsx";
import { pageBoard } from "../../board/pages.ts";
import type { Board } from "../../client/replica/board.ts";
import type { Id } from "../../client/wire.ts";
import { t, type Key } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import type { Classroom } from "../classroom.ts";
import { ChoosePages } from "./ChoosePages.tsx";
import { insertPages, type Elsewhere } from "./inserting.ts";

interface PagesToInsertProps {
  /** What the pages are of. */
  readonly name: string;
  readonly from: Elsewhere;
  readonly board: Board;
  readonly room: Classroom;
  readonly pictures: Pictures;
  /** Whether all of them are wanted, unless one says otherwise. */
  readonly startsWithAll: boolean;
  /** The way back, in words. */
  readonly back: Key;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

export function PagesToInsert(props: PagesToInsertProps): VNode {
  const { name, from, board, room, pictures, startsWithAll, back, onBack, onDone } = props;
  const chosen = useSignal<ReadonlySet<Id>>(new Set(startsWithAll ? board.pages.map(({ id }) => id) : []));
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
      await insertPages(room, wanted, from);
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
          <bdi>{name}</bdi>
        </strong>{" "}
        <span class="hint">{t("document.after")}</span>
      </p>
      <ChoosePages pages={pages} chosen={chosen.value} onChoose={(now) => void (chosen.value = now)} />
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
      <footer>
        <button type="button" class="button" onClick={onBack}>
          {t(back)}
        </button>
        <button type="button" class="button primary" disabled={n === 0 || isBusy.value} onClick={() => void insert()}>
          {t(isBusy.value ? "fromLesson.inserting" : "fromLesson.insert", { n })}
        </button>
      </footer>
    </>
  );
}
