/** The board as a file: which kind, and a word about what each is good for. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { saveFile } from "../browser/save_file.ts";
import { EXPORT_FORMATS, type ClassroomApi, type ExportFormat } from "../client/rest/rest.ts";
import { t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { Icon } from "../ui/icons.tsx";
import { packOf } from "./pack_api.ts";

interface ExportProps {
  readonly api: ClassroomApi;
  readonly sessionId: string;
  /** The `seq` after which the board was as it is to be; null for the newest. */
  readonly version: number | null;
  /** Whether the person leads the lesson, and may have all of it. */
  readonly hasPack?: boolean;
  readonly onClose: () => void;
}

type Wanted = ExportFormat | "pack";

export function ExportDialog({ api, sessionId, version, hasPack = false, onClose }: ExportProps): VNode {
  /** What is being made: of a large board that takes seconds. */
  const making = useSignal<Wanted | null>(null);
  const error = useSignal<string | null>(null);
  const download = async (format: Wanted): Promise<void> => {
    making.value = format;
    error.value = null;
    try {
      const { file, name } = await (format === "pack" ? packOf(api, sessionId) : api.exportBoard(sessionId, format, version));
      saveFile(file, name);
      onClose();
    } catch (caught) {
      error.value = wordsFor(caught);
    } finally {
      making.value = null;
    }
  };
  return (
    <Dialog title={t("export.title")} onClose={onClose}>
      <p class="hint">
        {version === null ? t("export.newest") : t("export.version", { version })}
      </p>
      <ul class="choices">
        {[...EXPORT_FORMATS, ...(hasPack ? (["pack"] as const) : [])].map((format) => (
          <li key={format}>
            <button
              type="button"
              class="choice"
              disabled={making.value !== null}
              aria-busy={making.value === format}
              onClick={() => void download(format)}
            >
              <strong>{nameOf(format)}</strong>
              <span>{t(making.value === format ? "export.making" : `export.${format}`)}</span>
              <Icon name="download" size={20} />
            </button>
          </li>
        ))}
      </ul>
      {error.value && <p class="error" role="alert">{error.value}</p>}
    </Dialog>
  );
}

function nameOf(format: Wanted): string {
  if (format === "pack") return t("export.whole");
  return format === "lessonroom" ? t("export.file") : format.split(".").at(-1)!.toUpperCase();
}
