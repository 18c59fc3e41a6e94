/** A lesson pack is taken up: chosen or dropped, sent, checked by the server, and told what came of it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { goTo, signInWith } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { isolated, plural, size, t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Icon } from "../../ui/icons.tsx";
import { importPack, type ImportedLesson } from "./pack_import_api.ts";
import { refusedPack, type Refused } from "./refused_pack.ts";
import "../../styles/pages/pack_import.css";

export interface ImportDialogProps {
  readonly token: string;
  /** What was dropped on the page; null: it is to be chosen. */
  readonly dropped: File | null;
  /** A lesson came in. */
  readonly onCame: () => void;
  readonly onClose: () => void;
}

export function ImportDialog({ token, dropped, onCame, onClose }: ImportDialogProps): VNode {
  const file = useSignal<File | null>(null);
  /** How much of it was sent; null: nothing is on its way. */
  const sent = useSignal<number | null>(null);
  const came = useSignal<ImportedLesson | null>(null);
  const refused = useSignal<Refused | null>(null);
  const isOver = useSignal(false);
  const ending = useRef(new AbortController());

  const send = async (chosen: File): Promise<void> => {
    if (sent.value !== null) return;
    ending.current = new AbortController();
    const { signal } = ending.current;
    file.value = chosen;
    [refused.value, came.value, sent.value] = [null, null, 0];
    try {
      came.value = await importPack({ server: SERVER, token, file: chosen, signal, onSent: (share) => void (sent.value = share) });
      onCame();
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      else if (!signal.aborted) refused.value = refusedPack(caught);
    } finally {
      sent.value = null;
    }
  };
  useEffect(() => {
    if (dropped !== null) void send(dropped);
    // Whoever closes the dialog has ended it: the server takes back what came in until then.
    return () => ending.current.abort();
  }, []);

  return (
    <Dialog title={t("pack.title")} onClose={onClose}>
      {came.value === null && sent.value === null && (
        <>
          <p>{t("pack.text")}</p>
          <label
            class="pack-drop"
            data-over={isOver.value}
            onDragOver={(event) => {
              event.preventDefault();
              isOver.value = true;
            }}
            onDragLeave={() => void (isOver.value = false)}
            onDrop={(event) => {
              event.preventDefault();
              // The page around it takes what is dropped beside.
              event.stopPropagation();
              isOver.value = false;
              const [first] = event.dataTransfer?.files ?? [];
              if (first !== undefined) void send(first);
            }}
          >
            <Icon name="download" size={22} />
            <strong>{t("pack.choose")}</strong>
            <span class="hint">{t("pack.orDrop")}</span>
            <input
              type="file"
              class="for-screen-readers"
              accept=".zip,application/zip"
              onChange={(event) => {
                const [first] = event.currentTarget.files ?? [];
                event.currentTarget.value = "";
                if (first !== undefined) void send(first);
              }}
            />
          </label>
        </>
      )}
      {refused.value !== null && (
        <div class="error" role="alert">
          <p>{refused.value.words}</p>
          {refused.value.detail !== null && <small><bdi>{refused.value.detail}</bdi></small>}
        </div>
      )}
      {sent.value !== null && file.value !== null && <OnItsWay file={file.value} share={sent.value} />}
      {came.value !== null && <Came lesson={came.value} />}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {t(sent.value === null ? "app.close" : "app.cancel")}
        </button>
        {came.value !== null && (
          <button
            type="button"
            class="button primary"
            onClick={() => goTo(`/history/${came.value!.session.session_id}`)}
          >
            {t("pack.open")}
          </button>
        )}
      </footer>
    </Dialog>
  );
}

function OnItsWay({ file, share }: { readonly file: File; readonly share: number }): VNode {
  const isSent = share === 1;
  return (
    <div class="pack-way">
      <p>
        <bdi>{file.name}</bdi> <span class="hint">{size(file.size)}</span>
      </p>
      <progress aria-label={t("pack.title")} {...(!isSent && { max: 1, value: share })} />
      {/* Told once when it is sent, and not for each hundredth. */}
      <p class="hint" role="status">{isSent ? t("pack.checking") : t("pack.sending")}</p>
    </div>
  );
}

function Came({ lesson }: { readonly lesson: ImportedLesson }): VNode {
  const { session, events, files, takes, people, copies, left_out } = lesson;
  const names = people.filter(({ is_known }) => !is_known).map(({ name }) => isolated(name));
  return (
    <div class="pack-came" role="status">
      <p>{t("pack.came", { title: isolated(session.title || t("home.untitled")) })}</p>
      <ul>
        <li>{plural("pack.events", events)}</li>
        {files > 0 && <li>{plural("pack.files", files)}</li>}
        {takes > 0 && <li>{plural("pack.takes", takes)}</li>}
        {names.length > 0 && <li>{t("pack.names", { names: names.join(", ") })}</li>}
      </ul>
      {copies.length > 0 && <p>{plural("pack.copies", copies.length)}</p>}
      {left_out.length > 0 && (
        <details>
          <summary>{plural("pack.leftOut", left_out.length)}</summary>
          <ul>{left_out.map((words) => <li key={words}><bdi>{words}</bdi></li>)}</ul>
        </details>
      )}
    </div>
  );
}
