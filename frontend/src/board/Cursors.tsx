/** Where the others point. */

import type { VNode } from "preact";
import { colorOf } from "../ui/color_of.ts";
import { t } from "../language/language.ts";
import type { Desk } from "./desk.ts";
import { WRITING } from "./others.ts";
import "../styles/board/cursors.css";

export function Cursors({ desk }: { readonly desk: Desk }): VNode {
  const camera = desk.camera.value;
  const roster = desk.lesson.state.value?.roster;
  return (
    <div class="cursors" aria-hidden="true">
      {[...desk.others.cursors.value.values()].map(({ userId, at, tool, page }) => {
        const person = roster?.get(userId);
        if (person?.status !== "connected" || (page ?? desk.page.value.id) !== desk.page.value.id) return null;
        const x = (at.x - camera.x) * camera.zoom;
        const y = (at.y - camera.y) * camera.zoom;
        return (
          <div
            key={userId}
            class="cursor"
            data-person={colorOf(userId)}
            style={{ transform: `translate(${x}px, ${y}px)` }}
          >
            <svg width="18" height="20" viewBox="0 0 18 20">
              <path d="M2 2l13 6.5-5.6 1.9L6.6 16z" />
            </svg>
            <span>{tool === WRITING ? t("writing.one", { name: person.name }) : person.name}</span>
          </div>
        );
      })}
    </div>
  );
}
