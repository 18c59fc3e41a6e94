/** The link by which somebody signs in here, for a letter or for the camera of their phone. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { QrCode } from "../../ui/QrCode.tsx";
import { isolated, t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import "../../styles/lesson/invite.css";

/** A letter may lie over a weekend. */
export const LINK_LASTS_H = 72;

interface UserInvitationProps {
  readonly name: string;
  readonly link: string;
  readonly onClose: () => void;
}

export function UserInvitation({ name, link, onClose }: UserInvitationProps): VNode {
  const isCopied = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    field.current?.select();
    // Over plain http on a network there is no clipboard; the text is selected for the keyboard.
    try {
      await navigator.clipboard?.writeText(link);
      isCopied.value = navigator.clipboard !== undefined;
    } catch {
      isCopied.value = false;
    }
  };
  return (
    <Dialog title={t("operator.inviteTitle", { name: isolated(name) })} onClose={onClose}>
      <div class="invitation">
        <p>{t("operator.inviteText", { hours: LINK_LASTS_H })}</p>
        <div class="invite-way">
          <label class="field">
            {t("invite.link")}
            <input ref={field} readOnly value={link} />
          </label>
          <span class="invite-acts">
            <button type="button" class="button primary" onClick={() => void copy()}>
              {t(isCopied.value ? "invite.copied" : "invite.copy")}
            </button>
          </span>
        </div>
        <QrCode link={link} />
      </div>
    </Dialog>
  );
}
