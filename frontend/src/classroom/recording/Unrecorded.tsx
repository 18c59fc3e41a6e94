/** Says that something of oneself is not recorded, though one agreed to it; the call goes on (RC-12). */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import type { Classroom } from "../classroom.ts";

export function Unrecorded({ room }: { readonly room: Classroom }): VNode | null {
  const troubles = [...(room.takes.value?.troubles.value ?? [])];
  if (troubles.length === 0) return null;
  return (
    <div class="card" role="alert">
      <span>
        {troubles.map(([kind, why]) => `${t(`recording.trouble.${kind}`)} ${t(`recording.why.${why}`)}`).join(" ")}
      </span>
    </div>
  );
}
