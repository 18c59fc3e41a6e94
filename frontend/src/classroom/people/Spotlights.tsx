/** Having everyone see a face, or a screen, large (PE-6). */

import type { VNode } from "preact";
import type { Participant } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import type { Classroom } from "../classroom.ts";

interface SpotlightsProps {
  readonly room: Classroom;
  readonly person: Participant;
}

const KINDS = [
  { line: "video", isScreen: false },
  { line: "screen", isScreen: true },
] as const;

/** Whether there is something of them to be seen large, or they are seen so now. */
export function mayBeLit(room: Classroom, person: Participant): boolean {
  return person.video || person.screen || room.lesson.gestures.value?.spotlight.value?.userId === person.user_id;
}

export function Spotlights({ room, person }: SpotlightsProps): VNode {
  const spotlight = room.lesson.gestures.value?.spotlight.value;
  return (
    <div class="rights">
      {KINDS.map(({ line, isScreen }) => {
        const isOn = spotlight?.userId === person.user_id && spotlight.isScreen === isScreen;
        if (!isOn && !person[line]) return null;
        return (
          <Switch
            key={line}
            label={t(`spotlight.${line}`)}
            isOn={isOn}
            onChange={(on) =>
              void (on
                ? room.lesson.ask("spotlight", { user_id: person.user_id, is_screen: isScreen })
                : room.lesson.ask("end_spotlight", {}))
            }
          />
        );
      })}
    </div>
  );
}
