/** What the menu holds. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import { goTo, userToken } from "../../browser/address.ts";
import { Icon, type IconName } from "../../ui/icons.tsx";
import { Switch } from "../../ui/forms.tsx";
import { Preferences } from "../../ui/Preferences.tsx";
import { chooseSound, chooseSounds, hasSounds, OCCASIONS, silent } from "../notices/sounds.ts";
import { stepFocus } from "../../ui/stepping.ts";
import { FILE, HISTORY, KEYS, RECORD, SAVE, SETTINGS, TIMER } from "../../ui/more_icons.ts";
import type { Asking, Classroom } from "../classroom.ts";
import { askForFile } from "../pages/DocumentImport.tsx";
import { SHELF } from "../shelf/icon.ts";

/** Back to one's own lessons. A guest, and a frame on another's page, have none to go to. */
function leave(room: Classroom): void {
  if (userToken.value === null) room.client.leave();
  else goTo("/");
}

interface MenuListProps {
  readonly room: Classroom;
  readonly onClose: () => void;
}

export function MenuList({ room, onClose }: MenuListProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  const item = (icon: IconName, label: string, act: () => void): VNode => (
    <button
      type="button"
      class="menu-item"
      onClick={() => {
        onClose();
        act();
      }}
    >
      <Icon name={icon} size={20} /> {label}
    </button>
  );
  const asking = (what: Asking) => (): void => {
    room.asking.value = what;
  };
  const { lesson } = room;
  const status = lesson.state.value?.session.status;
  const isRunning = lesson.isHost.value && (status === "active" || status === "paused");
  const type = lesson.state.value?.session.session_type;
  const mayBeRecorded = lesson.isHost.value && type !== "solo" && type !== "demo";
  return (
    <div
      ref={list}
      class="menu-list card"
      onKeyDown={(event) => stepFocus(event, list.current, "button, select", "vertical")}
    >
      {lesson.may("can_export") && item("download", t("board.export"), asking("export"))}
      {lesson.may("can_add_layers") && lesson.may("can_upload_images") && item(FILE, t("open.menu"), () => askForFile(room))}
      {lesson.may("can_draw") && item(SAVE, t("board.save"), () => void lesson.ask("save", {}))}
      {userToken.value !== null && lesson.may("can_draw") && item(SHELF, t("shelf.title"), asking("shelf"))}
      {lesson.isHost.value &&
        item(HISTORY, t("app.history"), () => {
          room.isHistoryOpen.value = true;
        })}
      {lesson.isHost.value && item(SETTINGS, t("set.title"), asking("settings"))}
      {lesson.isHost.value && item(TIMER, t("timer.menu"), asking("timer"))}
      {mayBeRecorded && item(RECORD, t("recording.menu"), asking("recording"))}
      {lesson.may("can_clear_board") && lesson.may("can_edit_others") && !room.desk.isComing.value && item("trash", t("board.clear"), asking("clear"))}
      {item(KEYS, t("keys.title"), asking("keys"))}
      {isRunning && item("stop", t("lesson.complete"), asking("complete"))}
      <hr />
      <Preferences />
      <Switch label={t("sounds.title")} isOn={hasSounds.value} onChange={chooseSounds} />
      {hasSounds.value && (
        <div class="menu-sounds" role="group" aria-label={t("sounds.title")}>
          {OCCASIONS.map((occasion) => (
            <Switch
              key={occasion}
              label={t(`sounds.${occasion}`)}
              isOn={!silent.value.has(occasion)}
              onChange={(isOn) => chooseSound(occasion, isOn)}
            />
          ))}
        </div>
      )}
      <hr />
      {item("leave", t("lesson.leave"), () => leave(room))}
    </div>
  );
}
