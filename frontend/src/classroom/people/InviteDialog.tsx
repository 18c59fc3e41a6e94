/** What lets others in: a link, a code, a letter; each with one click. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { roomToken, userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { ClassroomApi } from "../../client/rest/rest.ts";
import { t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { invitationTo, mailOf, type Invitation } from "./inviting.ts";
import { QrCode } from "../../ui/QrCode.tsx";
import "../../styles/lesson/invite.css";

interface InviteProps {
  readonly sessionId: string;
  readonly onClose: () => void;
}

export function InviteDialog({ sessionId, onClose }: InviteProps): VNode {
  const invitation = useSignal<Invitation | null | undefined>(undefined);
  useEffect(() => {
    const token = userToken.value ?? roomToken(sessionId);
    new ClassroomApi(SERVER, token).session(sessionId).then(
      (session) => {
        invitation.value = invitationTo(session);
      },
      () => {
        invitation.value = null;
      },
    );
  }, [sessionId]);
  return (
    <Dialog title={t("invite.title")} onClose={onClose}>
      {invitation.value === undefined && <p>{t("app.loading")}</p>}
      {invitation.value === null && <p>{t("invite.unavailable")}</p>}
      {invitation.value && <Ways invitation={invitation.value} />}
    </Dialog>
  );
}

function Ways({ invitation }: { readonly invitation: Invitation }): VNode {
  const { title, link, code, text } = invitation;
  return (
    <div class="invitation">
      <p>{t("invite.text")}</p>
      <Copied label={t("invite.link")} value={link} copy={t("invite.copy")} isMain />
      <Scanned link={link} />
      <Copied label={t("invite.code")} value={code} copy={t("invite.copyCode")} />
      <Copied label={t("invite.letter")} value={text} copy={t("invite.copyLetter")} isLong>
        <a class="button" href={mailOf(invitation)}>
          {t("invite.mail")}
        </a>
      </Copied>
      {"share" in navigator && (
        <footer>
          <button
            type="button"
            class="button"
            onClick={() => {
              // Whoever closes the sheet has changed their mind.
              navigator.share({ title, text, url: link }).catch(() => undefined);
            }}
          >
            {t("invite.share")}
          </button>
        </footer>
      )}
    </div>
  );
}

/** For those who sit in the same room, or whom one shows the screen. */
function Scanned({ link }: { readonly link: string }): VNode {
  const isShown = useSignal(false);
  return (
    <div class="invite-way">
      <span class="invite-acts">
        <button
          type="button"
          class="button"
          aria-expanded={isShown.value}
          onClick={() => {
            isShown.value = !isShown.value;
          }}
        >
          {t(isShown.value ? "invite.hideQr" : "invite.showQr")}
        </button>
      </span>
      {isShown.value && <QrCode link={link} />}
    </div>
  );
}

interface CopiedProps {
  readonly label: string;
  readonly value: string;
  readonly copy: string;
  readonly isMain?: boolean;
  readonly isLong?: boolean;
  readonly children?: ComponentChildren;
}

/** Something to be copied, which can be taken by hand as well. */
function Copied({ label, value, copy, isMain, isLong, children }: CopiedProps): VNode {
  const isCopied = useSignal(false);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const take = async (): Promise<void> => {
    field.current?.select();
    // Over plain http on a network there is no clipboard; the text is selected for the keyboard.
    try {
      await navigator.clipboard?.writeText(value);
      isCopied.value = navigator.clipboard !== undefined;
    } catch {
      isCopied.value = false;
    }
  };
  return (
    <div class="invite-way">
      <label class="field">
        {label}
        {isLong ? <textarea ref={field} readOnly rows={4} value={value} /> : <input ref={field} readOnly value={value} />}
      </label>
      <span class="invite-acts">
        <button type="button" class={`button ${isMain ? "primary" : ""}`} onClick={() => void take()}>
          {isCopied.value ? t("invite.copied") : copy}
        </button>
        {children}
      </span>
    </div>
  );
}
