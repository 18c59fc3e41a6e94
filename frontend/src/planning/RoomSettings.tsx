/** The settings of a lesson that is there: what is changed holds at once, for everyone. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { SERVER } from "../browser/root.ts";
import { t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { PlanningApi } from "./planning_api.ts";
import type { Settings } from "./settings.ts";
import { SettingsFields } from "./SettingsFields.tsx";

export interface RoomSettingsProps {
  readonly sessionId: string;
  /** Of a host, for this session or for all of theirs. */
  readonly token: string;
  readonly onClose: () => void;
}

export function RoomSettings({ sessionId, token, onClose }: RoomSettingsProps): VNode {
  const api = useMemo(() => new PlanningApi(SERVER, token), [token]);
  const settings = useSignal<Settings | null>(null);
  const error = useSignal<string | null>(null);
  const attempt = async (work: () => Promise<Settings>): Promise<void> => {
    try {
      error.value = null;
      settings.value = await work();
    } catch (caught) {
      error.value = wordsFor(caught);
    }
  };
  useEffect(() => {
    void attempt(() => api.settings(sessionId));
  }, [api, sessionId]);
  const change = ({ permissions, ...plain }: Partial<Settings>): void => {
    void attempt(async () => {
      const before = settings.value!;
      // Seen at once; what is refused goes back when the answer is there.
      settings.value = { ...before, ...plain, ...(permissions && { permissions }) };
      try {
        if (permissions !== undefined) await api.setStudentsMay(sessionId, permissions["student"] ?? {});
        else await api.changeSettings(sessionId, plain);
        return await api.settings(sessionId);
      } catch (caught) {
        settings.value = before;
        throw caught;
      }
    });
  };
  return (
    <Dialog title={t("set.title")} onClose={onClose}>
      {error.value && <p class="error" role="alert">{error.value}</p>}
      {settings.value === null ? (
        error.value === null && <p class="hint">{t("app.loading")}</p>
      ) : (
        <SettingsFields settings={settings.value} onChange={change} isThere />
      )}
    </Dialog>
  );
}
