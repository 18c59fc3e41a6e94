/** One's lessons in another calendar: an address to subscribe to, which can be taken back. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { SERVER } from "../browser/root.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import { t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { PlanningApi, type CalendarAddress } from "./planning_api.ts";
import "../styles/planning.css";

export interface CalendarDialogProps {
  readonly token: string;
  readonly onClose: () => void;
}

export function CalendarDialog({ token, onClose }: CalendarDialogProps): VNode {
  const api = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const address = useSignal<CalendarAddress | null>(null);
  const error = useSignal<string | null>(null);
  const told = useSignal("");
  const attempt = async (work: () => Promise<CalendarAddress>): Promise<void> => {
    try {
      error.value = null;
      told.value = "";
      address.value = await work();
    } catch (caught) {
      const isOff = caught instanceof ApiRefusal && caught.status === 404;
      error.value = isOff ? t("calendar.off") : wordsFor(caught);
    }
  };
  useEffect(() => {
    void attempt(() => api.calendar());
  }, [api]);
  const url = address.value?.url ?? null;
  return (
    <Dialog title={t("calendar.title")} onClose={onClose}>
      <p>{t("calendar.text")}</p>
      {error.value && <p class="error" role="alert">{error.value}</p>}
      {url !== null && (
        <div class="field">
          <label for="calendar-address">{t("calendar.address")}</label>
          <input id="calendar-address" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
          <p class="hint">{t("calendar.secret")}</p>
        </div>
      )}
      <p role="status" class="hint">{told.value}</p>
      <footer>
        {url !== null && (
          <button type="button" class="button danger" onClick={() => void attempt(() => api.closeCalendar())}>
            {t("calendar.close")}
          </button>
        )}
        {address.value !== null && (
          <button
            type="button"
            class={url === null ? "button primary" : "button"}
            onClick={() => void attempt(() => api.renewCalendar())}
          >
            {t(url === null ? "calendar.make" : "calendar.renew")}
          </button>
        )}
        {url !== null && (
          <button
            type="button"
            class="button primary"
            onClick={() =>
              navigator.clipboard.writeText(url).then(
                () => {
                  told.value = t("calendar.copied");
                },
                () => document.getElementById("calendar-address")?.focus(),
              )
            }
          >
            {t("calendar.copy")}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
