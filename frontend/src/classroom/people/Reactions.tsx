/** Showing the others what one thinks, with one tap. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import { FACES, type Reaction } from "../../lesson/reactions.ts";

export function Reactions({ lesson }: { readonly lesson: Lesson }): VNode {
  return (
    <div class="reactions" role="group" aria-label={t("reaction.title")}>
      {(Object.keys(FACES) as Reaction[]).map((reaction) => (
        <button
          key={reaction}
          type="button"
          class="icon-button"
          aria-label={t(`reaction.${reaction}`)}
          title={t(`reaction.${reaction}`)}
          onClick={() => void lesson.ask("react", { reaction })}
        >
          {FACES[reaction]}
        </button>
      ))}
    </div>
  );
}
