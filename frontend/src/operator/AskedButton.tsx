/** A button of the operator's whose deed is done after a question. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Question } from "../ui/dialogs.tsx";
import type { Attempt } from "./attempt.ts";

interface AskedButtonProps {
  readonly label: string;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly isHarmless?: boolean;
  readonly attempt: Attempt;
  readonly deed: () => Promise<unknown>;
  readonly onDone: () => unknown;
}

export function AskedButton({ label, title, text, confirm, isHarmless = false, attempt, deed, onDone }: AskedButtonProps): VNode {
  const isAsking = useSignal(false);
  return (
    <>
      <button
        type="button"
        class={isHarmless ? "button small" : "button small danger-quiet"}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {label}
      </button>
      {isAsking.value && (
        <Question
          title={title}
          text={text}
          confirm={confirm}
          isHarmless={isHarmless}
          onConfirm={() =>
            void attempt(async () => {
              await deed();
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
