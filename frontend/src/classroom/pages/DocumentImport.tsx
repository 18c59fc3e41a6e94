/** Bringing a PDF: its pages come behind the one that is open, while the lesson goes on. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { ImportedDocument } from "../../client/rest/rest.ts";
import { t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import { Icon } from "../../ui/icons.tsx";
import type { Classroom } from "../classroom.ts";

const LOOK_AGAIN_MS = 500;
/** `1-3, 7`: which pages, in this order. */
const RANGES = "\\s*[0-9]{1,4}(\\s*-\\s*[0-9]{1,4})?(\\s*,\\s*[0-9]{1,4}(\\s*-\\s*[0-9]{1,4})?)*\\s*";

/** What is wrong with this very document only the server can say. */
function wordsFor(error: unknown): string {
  if (!(error instanceof ApiRefusal)) return t("app.unreachable");
  return error.error.code === "invalid" ? error.error.message : wordsOf(error.error);
}

export function DocumentImport({ room }: { readonly room: Classroom }): VNode {
  const chosen = useSignal<File | null>(null);
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
      known = await api().importedDocument(sessionId, known.document_id);
    }
    if (known.error !== null) problem.value = known.error;
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
        title: file.name.replace(/\.pdf$/i, "").slice(0, 100),
        ...(pages !== "" && { pages }),
      };
      const begun = await room.lesson.api().importDocument(room.lesson.sessionId, file, query);
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

  const known = progress.value;
  const file = chosen.value;
  return (
    <>
      <label class="button wide" data-busy={known !== null || isSending.value}>
        <Icon name="download" size={18} /> {t("document.import")}
        <input
          type="file"
          class="for-screen-readers"
          accept="application/pdf,.pdf"
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
            const pages = String(new FormData(event.currentTarget).get("pages") ?? "");
            void send(file, pages.replace(/\s+/g, ""));
          }}
        >
          <bdi>{file.name}</bdi>
          <label>
            {t("document.pages")}
            <input name="pages" pattern={RANGES} placeholder={t("document.all")} autocomplete="off" />
          </label>
          <button type="submit" class="button primary" disabled={isSending.value}>
            {t(isSending.value ? "document.sending" : "document.begin")}
          </button>
        </form>
      )}
      {known !== null && (
        <p role="status">
          {t("document.progress", { n: known.pages_done, of: known.pages_total })}
          <progress max={known.pages_total} value={known.pages_done} />
        </p>
      )}
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </>
  );
}
