/** Lessons whose drawings wait on this device: each is sent when its lesson is opened again. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Unsent } from "../../board/drawing/Unsent.tsx";
import { goTo, userToken } from "../../browser/address.ts";
import { unsentHere, type Unsent as Waiting } from "../../browser/unsent.ts";
import { dateTime, plural, t } from "../../language/language.ts";

export function UnsentList(): VNode | null {
  const lessons = useSignal<readonly Waiting[]>([]);
  useEffect(() => {
    void unsentHere().then((all) => {
      lessons.value = all;
    });
  }, [userToken.value]);
  if (lessons.value.length === 0) return null;
  return (
    <section class="unsent" aria-labelledby="unsent">
      <h2 id="unsent">{t("unsent.title")}</h2>
      <p class="hint">{t("unsent.text")}</p>
      <ul>
        {lessons.value.map(({ sessionId, at, count, ops }) => (
          <li key={sessionId} class="card">
            <Unsent ops={ops} />
            <span>
              {plural("unsent.count", count)}
              <small>{dateTime(new Date(at).toISOString())}</small>
            </span>
            <button type="button" class="button" onClick={() => goTo(`/room/${sessionId}`)}>
              {t("unsent.open")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
