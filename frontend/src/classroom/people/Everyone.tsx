/** What a host does with everyone at once: their tools, their microphones, whose turn it is. */

import type { VNode } from "preact";
import { permissionsOf } from "../../client/replica/room_state.ts";
import type { Participant } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { Classroom } from "../classroom.ts";
import { allow } from "./allow.ts";

interface EveryoneProps {
  readonly room: Classroom;
  readonly students: readonly Participant[];
}

export function Everyone({ room, students }: EveryoneProps): VNode {
  const { lesson } = room;
  const state = lesson.state.value;
  const everyoneDraws = state !== null && students.length > 0 && students.every((one) => permissionsOf(state, one).can_draw);
  const isAnyoneHeard = lesson.present.value.some(({ role, audio }) => role !== "host" && audio);
  return (
    <div class="everyone">
      {students.length > 0 && (
        <Switch
          label={t("people.everyoneDraws")}
          isOn={everyoneDraws}
          onChange={(isOn) => {
            void allow(room, { role: "student" }, { can_draw: isOn, can_erase: isOn });
            // What was set for one of them alone outweighs what is set for all.
            for (const { user_id, custom_permissions: own } of students) {
              if ("can_draw" in own || "can_erase" in own) {
                void allow(room, { user_id }, { can_draw: isOn, can_erase: isOn });
              }
            }
          }}
        />
      )}
      <Switch
        label={t("people.toolsDown")}
        isOn={state?.session.tools_down === true}
        onChange={(isOn) => void lesson.ask("set_tools", { are_down: isOn })}
      />
      <div class="everyone-acts">
        <button type="button" class="button" disabled={!isAnyoneHeard} onClick={() => void lesson.ask("mute", {})}>
          <Icon name="micOff" size={18} /> {t("people.muteAll")}
        </button>
        <button type="button" class="button" onClick={() => void lesson.ask("pick", {})}>
          <Icon name="people" size={18} /> {t("people.pick")}
        </button>
      </div>
    </div>
  );
}
