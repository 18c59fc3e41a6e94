/** How whoever teaches here gets in: said wherever they stand before a closed door. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../language/language.ts";
import { SchoolAccount, useProvider } from "./SchoolAccount.tsx";

const COMMAND = "lessonroom signin-link";

export function HowToSignIn(): VNode {
  const provider = useProvider();
  return (
    <section class="card form how-to-sign-in">
      <h2>{t("signin.title")}</h2>
      {provider === null ? (
        <ByLink />
      ) : (
        <>
          <SchoolAccount provider={provider} />
          <details>
            <summary class="hint">{t("signin.byLink")}</summary>
            <ByLink />
          </details>
        </>
      )}
    </section>
  );
}

/** A link of the server's own: for whoever runs it, and for those without such an account. */
function ByLink(): VNode {
  const isCopied = useSignal(false);
  const command = useRef<HTMLElement>(null);
  const copy = async (): Promise<void> => {
    if (command.current) getSelection()?.selectAllChildren(command.current);
    // Over plain http on a network there is no clipboard; the text is selected for the keyboard.
    try {
      await navigator.clipboard?.writeText(COMMAND);
      isCopied.value = navigator.clipboard !== undefined;
    } catch {
      isCopied.value = false;
    }
  };
  return (
    <div class="by-link">
      <p>{t("signin.how")}</p>
      <div class="command">
        <code ref={command}>{COMMAND}</code>
        <button type="button" class="button small" onClick={() => void copy()}>
          {t(isCopied.value ? "invite.copied" : "signin.copy")}
        </button>
      </div>
      <p class="hint">{t("signin.lasts")}</p>
    </div>
  );
}
