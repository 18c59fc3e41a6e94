/** Bringing a document, or a board file: its pages come behind the one that is open, while the lesson goes on. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { BOARD_FILES, boardTypeOf } from "../../board/input/board_files.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { ImportedDocument } from "../../client/rest/rest.ts";
import { plural, t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import { Icon } from "../../ui/icons.tsx";
import { Later } from "../../ui/Later.tsx";
import type { Classroom } from "../classroom.ts";
import { OFFICE_TYPES } from "../office_types.ts";
import { openBoard, wordsForBoard } from "./opening.ts";

const LOOK_AGAIN_MS = 500;
/** `1-3, 7`: which pages, in this order. */
const RANGES = "\\s*[0-9]{1,4}(\\s*-\\s*[0-9]{1,4})?(\\s*,\\s*[0-9]{1,4}(\\s*-\\s*[0-9]{1,4})?)*\\s*";

const PDF = "application/pdf";
const documentPages = () => import("./DocumentPages.tsx").then((loaded) => loaded.DocumentPages);
const DOCUMENTS = `${PDF},.pdf,${BOARD_FILES},.json,${Object.keys(OFFICE_TYPES).map((ending) => `.${ending}`).join()}`;
const UNSUPPORTED = 415;

/** What a file is said to be; a PDF by its content may have any name. */
function typeOf({ name }: File): string {
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? "";
  return OFFICE_TYPES[ending] ?? PDF;
}

/** Puts the focus where one says which pages, or to begin: also where the document was dropped on the board. */
function ask(input: HTMLElement | null): void {
  input?.focus();
}

/** What is wrong with this very document only the server can say. */
function wordsFor(error: unknown): string {
  if (!(error instanceof ApiRefusal)) return t("app.unreachable");
  if (error.status === UNSUPPORTED) return t("document.notAccepted");
  return error.error.code === "invalid" ? error.error.message : wordsOf(error.error);
}

/** Asks for a file whose pages are to be added; what comes of it is in the panel of pages. */
export function askForFile(room: Classroom): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = DOCUMENTS;
  input.onchange = () => void (room.desk.document.value = input.files?.[0] ?? null);
  input.click();
}

export function DocumentImport({ room }: { readonly room: Classroom }): VNode {
  const chosen = room.desk.document;
  const progress = useSignal<ImportedDocument | null>(null);
  const isSending = useSignal(false);
  const problem = useSignal<string | null>(null);
  const isGone = useRef(false);
  useEffect(() => () => void (isGone.current = true), []);

  const follow = async (begun: ImportedDocument): Promise<void> => {
    const { api, sessionId } = room.lesson;
    let known = begun;
    let hasTurned = false;
    while (!isGone.current) {
      progress.value = known;
      const [first] = known.page_ids;
      if (first !== undefined && !hasTurned) {
        hasTurned = true;
        room.desk.showPage(first);
      }
      if (known.status !== "importing") break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      // A server that starts anew, or a network that comes back: it tells then how far that came.
      known = await api()
        .importedDocument(sessionId, known.document_id)
        .catch((error: unknown) => {
          if (error instanceof ApiRefusal) throw error;
          return known;
        });
    }
    if (known.error !== null && known.status !== "cancelled") problem.value = known.error;
    else if (known.failed_pages.length > 0) {
      problem.value = t("document.failed", { pages: known.failed_pages.join(", ") });
    }
    progress.value = null;
  };

  const send = async (file: File, pages: string): Promise<void> => {
    problem.value = null;
    isSending.value = true;
    try {
      const query = {
        after: room.desk.page.value.id,
        title: file.name.replace(/\.\w{1,5}$/, "").slice(0, 100),
        ...(pages !== "" && { pages }),
      };
      const begun = await room.lesson.api().importDocument(room.lesson.sessionId, file, query, typeOf(file));
      chosen.value = null;
      isSending.value = false;
      await follow(begun);
    } catch (error) {
      problem.value = wordsFor(error);
      progress.value = null;
    } finally {
      isSending.value = false;
    }
  };

  const open = async (file: File, type: string): Promise<void> => {
    problem.value = null;
    isSending.value = true;
    try {
      const pages = await openBoard(room, file, type);
      chosen.value = null;
      room.desk.pageCame(...pages);
      room.desk.aids.tell(plural("open.done", pages.length), true);
    } catch (error) {
      problem.value = wordsForBoard(error);
    } finally {
      isSending.value = false;
    }
  };

  const begin = async (file: File, pages: string): Promise<void> => {
    const type = await boardTypeOf(file);
    await (type === null ? send(file, pages) : open(file, type));
  };

  const cancel = async ({ document_id }: ImportedDocument): Promise<void> => {
    await room.lesson.api().cancelDocument(room.lesson.sessionId, document_id).catch(() => undefined);
  };

  const known = progress.value;
  const file = chosen.value;
  const isBoard = useSignal(false);
  /** Which pages, as it is written in the field. */
  const wanted = useSignal("");
  const isChoosing = useSignal(false);
  useEffect(() => {
    wanted.value = "";
    isChoosing.value = false;
    isBoard.value = false;
    // What went wrong with the last one is told until the next is chosen.
    if (file === null) return;
    problem.value = null;
    void boardTypeOf(file).then((type) => void (isBoard.value = type !== null));
  }, [file]);
  return (
    <>
      <label class="button wide" data-busy={known !== null || isSending.value}>
        <Icon name="download" size={18} /> {t("document.import")}
        <input
          type="file"
          class="for-screen-readers"
          accept={DOCUMENTS}
          disabled={known !== null || isSending.value}
          onChange={(event) => {
            chosen.value = event.currentTarget.files?.[0] ?? null;
            problem.value = null;
            event.currentTarget.value = "";
          }}
        />
      </label>
      {file !== null && (
        <form
          class="document-choice"
          onSubmit={(event) => {
            event.preventDefault();
            void begin(file, wanted.value.replace(/\s+/g, ""));
          }}
        >
          <bdi>{file.name}</bdi>
          <span class="hint">{t("document.after")}</span>
          {!isBoard.value && (
            <label>
              {t("document.pages")}
              <input
                ref={ask}
                name="pages"
                pattern={RANGES}
                placeholder={t("document.all")}
                autocomplete="off"
                value={wanted.value}
                onInput={(event) => void (wanted.value = event.currentTarget.value)}
              />
            </label>
          )}
          {!isBoard.value && typeOf(file) === PDF && (
            <button type="button" class="button" onClick={() => void (isChoosing.value = true)}>
              {t("document.byPicture")}
            </button>
          )}
          <button ref={isBoard.value ? ask : null} type="submit" class="button primary" disabled={isSending.value}>
            {t(isSending.value ? "document.sending" : "document.begin")}
          </button>
        </form>
      )}
      {file !== null && isChoosing.value && (
        <Later
          load={documentPages}
          props={{
            room,
            file,
            written: wanted.value,
            onChosen: (pages) => void (wanted.value = pages),
            onClose: () => void (isChoosing.value = false),
          }}
        />
      )}
      {known !== null && (
        <p role="status">
          {known.pages_total === 0
            ? t("document.reading")
            : t("document.progress", { n: known.pages_done, of: known.pages_total })}
          <progress {...(known.pages_total > 0 && { max: known.pages_total, value: known.pages_done })} />
          <button type="button" class="button small" onClick={() => void cancel(known)}>
            {t("document.cancel")}
          </button>
        </p>
      )}
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
    </>
  );
}
