/** The link that lets others in. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ClassroomApi } from "../../client/rest/rest.ts";
import { t } from "../../language/language.ts";
import { inviteLink, roomToken, userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { Dialog } from "../../ui/dialogs.tsx";

interface InviteProps {
  readonly sessionId: string;
  readonly onClose: () => void;
}

export function InviteDialog({ sessionId, onClose }: InviteProps): VNode {
  const code = useSignal<string | null | undefined>(undefined);
  const isCopied = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const token = userToken.value ?? roomToken(sessionId);
    new ClassroomApi(SERVER, token).session(sessionId).then(
      (session) => {
        code.value = session.access_code;
      },
      () => {
        code.value = null;
      },
    );
  }, [sessionId]);

  const copy = async (): Promise<void> => {
    field.current?.select();
    // Over plain http on a network there is no clipboard; the text is selected for the keyboard.
    try {
      await navigator.clipboard?.writeText(field.current?.value ?? "");
      isCopied.value = navigator.clipboard !== undefined;
    } catch {
      isCopied.value = false;
    }
  };
  return (
    <Dialog title={t("invite.title")} onClose={onClose}>
      {code.value === undefined && <p>{t("app.loading")}</p>}
      {code.value === null && <p>{t("invite.unavailable")}</p>}
      {code.value && (
        <>
          <p>{t("invite.text")}</p>
          <label class="field">
            {t("invite.link")}
            <input ref={field} readOnly value={inviteLink(sessionId, code.value)} />
          </label>
          <p class="access-code">
            {t("invite.code")} <output>{grouped(code.value)}</output>
          </p>
          <footer>
            <button type="button" class="button primary" onClick={() => void copy()}>
              {t(isCopied.value ? "invite.copied" : "invite.copy")}
            </button>
          </footer>
        </>
      )}
    </Dialog>
  );
}

/** `7KQX-M2PA`: easier to read out. */
function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1-");
}
