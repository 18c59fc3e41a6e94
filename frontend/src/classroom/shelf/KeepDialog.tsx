/** Putting something of the board on one's shelf: what is selected, this page, or all pages. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { ShelfApi, type Kept } from "../../client/rest/shelf_api.ts";
import { isolated, oneLine, plural, t } from "../../language/language.ts";
import { wordsFor } from "../../language/words_of_errors.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Field } from "../../ui/forms.tsx";
import type { Classroom } from "../classroom.ts";
import { allSaved } from "./all_saved.ts";
import "../../styles/lesson/shelf.css";

type What = "selection" | "page" | "board";

interface KeepDialogProps {
  readonly room: Classroom;
  /** Whether the page is meant, whatever is selected on it. */
  readonly isOfPage?: boolean;
  readonly onClose: () => void;
}

export function KeepDialog({ room, isOfPage = false, onClose }: KeepDialogProps): VNode {
  const { desk, lesson } = room;
  const selected = useSignal([...desk.selection.peek()]).value;
  const page = useSignal(desk.page.peek()).value;
  const order = desk.client.board.pages.map(({ id }) => id);
  const pageName = page.title || t("pages.name", { n: order.indexOf(page.id) + 1 });
  const lessonName = lesson.state.value?.session.title || t("lesson.untitled");
  const what = useSignal<What>(selected.length > 0 && !isOfPage ? "selection" : "page");
  const usual = (): string => (what.value === "board" ? lessonName : page.title || lessonName);
  const name = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const problem = useSignal<string | null>(null);

  const keep = async (): Promise<void> => {
    const called = oneLine(name.value ?? usual()) || usual();
    const kept: Kept = {
      name: called,
      ...(what.value === "selection" && { elements: selected }),
      ...(what.value === "page" && { pages: [page.id] }),
    };
    isBusy.value = true;
    problem.value = null;
    try {
      // What is copied is what is on the disk.
      await allSaved(desk.client);
      await new ShelfApi(SERVER, userToken.value).put(lesson.sessionId, kept);
      desk.aids.tell(t("shelf.kept", { name: isolated(called) }), true);
      onClose();
    } catch (error) {
      problem.value = wordsFor(error);
    } finally {
      isBusy.value = false;
    }
  };

  const choices: readonly (readonly [What, string])[] = [
    ...(selected.length > 0 ? [["selection", plural("shelf.selection", selected.length)] as const] : []),
    ["page", t("shelf.page", { name: isolated(pageName) })],
    ...(order.length > 1 ? [["board", plural("shelf.board", order.length)] as const] : []),
  ];
  return (
    <Dialog title={t("shelf.keepTitle")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <p class="hint">{t("shelf.keepText")}</p>
        <fieldset class="shelf-what">
          <legend>{t("shelf.what")}</legend>
          {choices.map(([one, words]) => (
            <label key={one}>
              <input
                type="radio"
                name="shelf-what"
                checked={what.value === one}
                onChange={() => {
                  what.value = one;
                }}
              />
              <span>{words}</span>
            </label>
          ))}
        </fieldset>
        <Field
          label={t("shelf.name")}
          value={name.value ?? usual()}
          maxLength={200}
          onInput={(value) => {
            name.value = value;
          }}
        />
        {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
        <footer>
          <button type="submit" class="button primary" disabled={isBusy.value}>
            {t(isBusy.value ? "shelf.keeping" : "shelf.keep")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
