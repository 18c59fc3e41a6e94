/** What is needed less often. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../language/language.ts";
import { goTo, userToken } from "../browser/address.ts";
import { Question } from "../ui/controls.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Later } from "../ui/Later.tsx";
import { Preferences } from "../ui/Preferences.tsx";
import type { Classroom } from "./classroom.ts";
import { panels } from "./fetching.ts";

/** Back to one's own lessons. A guest, and a frame on another's page, have none to go to. */
function leave(room: Classroom): void {
  if (userToken.value === null) room.client.leave();
  else goTo("/");
}

export function Menu({ room }: { readonly room: Classroom }): VNode {
  const isOpen = useSignal(false);
  const asking = useSignal<"export" | "clear" | "complete" | null>(null);
  const menu = useRef<HTMLDivElement>(null);
  const close = (): void => {
    isOpen.value = false;
  };
  useEffect(() => {
    const outside = (event: Event): void => {
      if (!menu.current?.contains(event.target as Node)) close();
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", escape);
    };
  }, []);
  const item = (icon: IconName, label: string, act: () => void): VNode => (
    <button
      type="button"
      class="menu-item"
      onClick={() => {
        close();
        act();
      }}
    >
      <Icon name={icon} size={20} /> {label}
    </button>
  );
  const session = room.lesson.state.value?.session;
  const isRunning =
    room.lesson.isHost.value && (session?.status === "active" || session?.status === "paused");
  return (
    <div class="menu" ref={menu}>
      <button
        type="button"
        class="icon-button"
        aria-label={t("app.menu")}
        title={t("app.menu")}
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon name="menu" />
      </button>
      {isOpen.value && (
        <div class="menu-list card">
          {room.lesson.may("can_export") &&
            item("download", t("board.export"), () => {
              asking.value = "export";
            })}
          {room.lesson.may("can_draw") &&
            item("save", t("board.save"), () => void room.lesson.ask("save", {}))}
          {room.lesson.isHost.value && item("history", t("app.history"), () => goTo(`/history/${room.lesson.sessionId}`))}
          {room.lesson.may("can_clear_board") &&
            item("trash", t("board.clear"), () => {
              asking.value = "clear";
            })}
          {isRunning &&
            item("stop", t("lesson.complete"), () => {
              asking.value = "complete";
            })}
          <hr />
          <Preferences />
          <hr />
          {item("leave", t("lesson.leave"), () => leave(room))}
        </div>
      )}
      {asking.value === "export" && (
        <Later
          load={() => panels().then((loaded) => loaded.ExportDialog)}
          props={{
            api: room.lesson.api(),
            sessionId: room.lesson.sessionId,
            version: null,
            onClose: () => {
              asking.value = null;
            },
          }}
        />
      )}
      {asking.value === "complete" && (
        <Question
          title={t("lesson.completeQuestion")}
          text={t("lesson.completeText")}
          confirm={t("lesson.complete")}
          onConfirm={() => void room.lesson.ask("complete", {})}
          onClose={() => {
            asking.value = null;
          }}
        />
      )}
      {asking.value === "clear" && (
        <Question
          title={t("board.clearQuestion")}
          text={t("board.clearText")}
          confirm={t("board.clearConfirm")}
          onConfirm={() => room.desk.edit([{ op: "clear" }])}
          onClose={() => {
            asking.value = null;
          }}
        />
      )}
    </div>
  );
}

