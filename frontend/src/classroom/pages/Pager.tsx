/** Turning pages: where one is, and the way to all of them. */

import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Bringing } from "../following/bringing.ts";
import type { Classroom } from "../classroom.ts";

export function Pager({ room }: { readonly room: Classroom }): VNode {
  const { desk, panel } = room;
  useEffect(() => {
    const bringing = new Bringing(room);
    room.bringing.value = bringing;
    return () => bringing.dispose();
  }, [room]);
  const { pages, page } = desk.board.value;
  const at = pages.indexOf(page);
  const others = [...desk.others.whereabouts.value.values()].filter((id) => id !== page.id).length;
  const here = `${at + 1} / ${pages.length}`;
  return (
    <div class="card pager" role="group" aria-label={t("pages.title")}>
      {pages.length > 1 && (
        <IconButton
          icon="before"
          label={t("pages.before")}
          shortcut="PageUp"
          disabled={at === 0}
          onClick={() => desk.turnPage(-1)}
        />
      )}
      <button
        type="button"
        class="pager-here"
        aria-label={`${here}${page.title ? `: ${page.title}` : ""}. ${t("pages.open")}`}
        title={page.title || t("pages.open")}
        aria-pressed={panel.value === "pages"}
        data-elsewhere={others > 0}
        data-bringing={room.bringing.value?.isBringing.value}
        onClick={() => {
          panel.value = panel.value === "pages" ? null : "pages";
        }}
      >
        {here}
      </button>
      {pages.length > 1 && (
        <IconButton
          icon="next"
          label={t("pages.next")}
          shortcut="PageDown"
          disabled={at === pages.length - 1}
          onClick={() => desk.turnPage(1)}
        />
      )}
    </div>
  );
}
