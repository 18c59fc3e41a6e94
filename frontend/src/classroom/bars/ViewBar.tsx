/** Undo, redo, zoom, and seeing what the host sees. */

import type { VNode } from "preact";
import { zoomBy } from "../../board/input/keys.ts";
import { t } from "../../language/language.ts";
import { focusBoard } from "../../board/focus.ts";
import { Bar } from "../../ui/Bar.tsx";
import { IconButton } from "../../ui/controls.tsx";
import { Pager } from "../pages/Pager.tsx";
import type { Classroom } from "../classroom.ts";

export function ViewBar({ room }: { readonly room: Classroom }): VNode {
  const { zoom } = room.desk.camera.value;
  const { canUndo, canRedo } = room.desk.undoable.value;
  const leader = room.lesson.leader.value;
  const isFollowing = room.following.userId.value !== null;
  return (
    <Bar kind="view-bar" label={t("board.view")} onLeave={focusBoard}>
      {room.desk.mayUse("pen") && (
        <div class="card">
          <IconButton
            icon="undo"
            label={t("board.undo")}
            shortcut="Control+Z"
            disabled={!canUndo}
            onClick={() => room.desk.undo()}
          />
          <IconButton
            icon="redo"
            label={t("board.redo")}
            shortcut="Control+Shift+Z"
            disabled={!canRedo}
            onClick={() => room.desk.redo()}
          />
        </div>
      )}
      <Pager room={room} />
      <div class="card zoom">
        <IconButton icon="minus" label={t("board.zoomOut")} shortcut="-" onClick={() => zoomBy(room.desk, 0.8)} />
        <button
          type="button"
          class="zoom-value"
          title={t("board.zoomReset")}
          aria-label={`${Math.round(zoom * 100)} %, ${t("board.zoomReset")}`}
          onClick={() => zoomBy(room.desk, 1 / zoom)}
        >
          {Math.round(zoom * 100)}%
        </button>
        <IconButton icon="plus" label={t("board.zoomIn")} shortcut="+" onClick={() => zoomBy(room.desk, 1.25)} />
        <IconButton icon="fit" kind="lasting" label={t("board.fit")} shortcut="1" onClick={() => room.desk.fit()} />
        {leader && (
          <IconButton
            icon="eye"
            kind="lasting"
            label={t("follow.host")}
            pressed={isFollowing}
            onClick={() => (isFollowing ? room.following.stop() : room.following.start(leader.user_id))}
          />
        )}
      </div>
    </Bar>
  );
}
