/** Whose hands are up, in the order in which they asked. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import { Icon } from "../../ui/icons.tsx";
import { HAND } from "../../ui/more_icons.ts";
import type { Classroom } from "../classroom.ts";

interface HandsProps {
  readonly room: Classroom;
  readonly isHost: boolean;
}

export function Hands({ room, isHost }: HandsProps): VNode {
  const { lesson } = room;
  const hands = lesson.hands.value;
  const own = lesson.me.value?.user_id;
  return (
    <section class="lobby hands" aria-label={t("hand.title")}>
      <h3>
        <Icon name={HAND} size={18} /> {t("hand.title")}
      </h3>
      <ol>
        {hands.map(({ user_id, name }) => (
          <li key={user_id}>
            <bdi>{name}</bdi>
            {(isHost || user_id === own) && (
              <button
                type="button"
                class="button"
                aria-label={t("hand.lowerOf", { name })}
                onClick={() => void lesson.ask("lower_hand", { user_id })}
              >
                {t("hand.lower")}
              </button>
            )}
          </li>
        ))}
      </ol>
      {isHost && hands.length > 1 && (
        <button type="button" class="button wide" onClick={() => void lesson.ask("lower_hands", {})}>
          {t("hand.lowerAll")}
        </button>
      )}
    </section>
  );
}
