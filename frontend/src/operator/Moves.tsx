/** What may become of a lesson as it stands: it is broken off, or goes on. */

import type { VNode } from "preact";
import { hasEnded } from "../client/replica/room_state.ts";
import type { SessionStatus } from "../client/wire.ts";
import { isolated, t } from "../language/language.ts";
import { AskedButton } from "./AskedButton.tsx";
import type { Attempt } from "./attempt.ts";
import type { OperatorApi } from "./operator_api.ts";

interface MoveProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
  readonly room: {
    readonly session_id: string;
    readonly title: string;
    readonly status: SessionStatus;
  };
  readonly onDone: () => unknown;
}

export function Moves(props: MoveProps): VNode | null {
  if (!hasEnded(props.room.status)) return <Terminate {...props} />;
  return props.room.status === "completed" ? <Reopen {...props} /> : null;
}

function Terminate({ api, attempt, room, onDone }: MoveProps): VNode {
  return (
    <AskedButton
      label={t("operator.terminate")}
      title={t("operator.terminateQuestion", { title: isolated(room.title || t("home.untitled")) })}
      text={t("question.complete.text")}
      confirm={t("operator.terminateConfirm")}
      attempt={attempt}
      deed={() => api.terminate(room.session_id)}
      onDone={onDone}
    />
  );
}

/** Of a lesson that was completed, however long ago: operators have no term. */
function Reopen({ api, attempt, room, onDone }: MoveProps): VNode {
  const title = isolated(room.title || t("home.untitled"));
  return (
    <AskedButton
      label={t("home.reopenConfirm")}
      title={t("home.reopenQuestion", { title })}
      text={t("over.reopenText")}
      confirm={t("home.reopenConfirm")}
      isHarmless
      attempt={attempt}
      deed={() => api.reopen(room.session_id)}
      onDone={onDone}
    />
  );
}
