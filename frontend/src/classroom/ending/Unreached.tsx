/** The lesson is not reached: what waits here to be sent, until it is. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Unsent } from "../../board/drawing/Unsent.tsx";
import { goTo } from "../../browser/address.ts";
import { unsentHere, type Unsent as Waiting } from "../../browser/unsent.ts";
import { plural, t } from "../../language/language.ts";
import { Message } from "../../ui/Message.tsx";

interface UnreachedProps {
  readonly sessionId: string;
  readonly onAgain: () => void;
}

export function Unreached({ sessionId, onAgain }: UnreachedProps): VNode {
  const waiting = useSignal<Waiting | undefined>(undefined);
  useEffect(() => {
    void unsentHere().then((all) => {
      waiting.value = all.find((one) => one.sessionId === sessionId);
    });
  }, [sessionId]);
  const { value } = waiting;
  return (
    <Message text={t("unreached.title")} detail={value ? plural("unreached.waiting", value.count) : t("unreached.text")}>
      {value && <Unsent ops={value.ops} />}
      <button type="button" class="button primary" onClick={onAgain}>
        {t("connection.now")}
      </button>
      <button type="button" class="button" onClick={() => goTo("/")}>
        {t("app.home")}
      </button>
    </Message>
  );
}
