/** The way to break a lesson off, after a question. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { isolated, t } from "../language/language.ts";
import { Question } from "../ui/dialogs.tsx";
import type { Attempt } from "./attempt.ts";
import type { OperatorApi } from "./operator_api.ts";

interface TerminateProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
  readonly room: { readonly session_id: string; readonly title: string };
  readonly onDone: () => unknown;
}

export function Terminate({ api, attempt, room, onDone }: TerminateProps): VNode {
  const isAsking = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button small danger-quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {t("operator.terminate")}
      </button>
      {isAsking.value && (
        <Question
          title={t("operator.terminateQuestion", { title: isolated(room.title || t("home.untitled")) })}
          text={t("question.complete.text")}
          confirm={t("operator.terminateConfirm")}
          onConfirm={() =>
            void attempt(async () => {
              await api.terminate(room.session_id);
            }).then(onDone)
          }
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}
