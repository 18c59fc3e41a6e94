/** The dialogs of a classroom, of which one at most is open. */

import type { VNode } from "preact";
import { ExportDialog } from "../board/ExportDialog.tsx";
import { roomToken, userToken } from "../browser/address.ts";
import { t } from "../language/language.ts";
import { Question } from "../ui/dialogs.tsx";
import { Later } from "../ui/Later.tsx";
import type { Asking, Classroom } from "./classroom.ts";
import { InviteDialog } from "./people/InviteDialog.tsx";
import { KeysDialog } from "./bars/KeysDialog.tsx";
import { TimerDialog } from "./timer/TimerDialog.tsx";

const roomSettings = () => import("../planning/RoomSettings.tsx").then((module) => module.RoomSettings);
const recordingDialog = () => import("./recording/RecordingDialog.tsx").then((module) => module.RecordingDialog);
const shelf = () => import("./shelf/index.ts").then((module) => module.ShelfDialog);
const keeping = () => import("./shelf/index.ts").then((module) => module.KeepDialog);

interface AskedProps {
  readonly room: Classroom;
  readonly what: Asking;
}

export function Asked({ room, what }: AskedProps): VNode {
  const { lesson } = room;
  const onClose = (): void => {
    room.asking.value = null;
  };
  switch (what) {
    case "invite":
      return <InviteDialog sessionId={lesson.sessionId} onClose={onClose} />;
    case "export":
      return <ExportDialog api={lesson.api()} sessionId={lesson.sessionId} version={null} onClose={onClose} />;
    case "settings":
      return (
        <Later
          load={roomSettings}
          props={{ sessionId: lesson.sessionId, token: userToken.value ?? roomToken(lesson.sessionId) ?? "", onClose }}
        />
      );
    case "recording":
      return <Later load={recordingDialog} props={{ room, onClose }} />;
    case "shelf":
      return <Later key={what} load={shelf} props={{ room, onClose }} />;
    case "keep":
    case "keepPage":
      // One that comes in place of another has a state of its own.
      return <Later key={what} load={keeping} props={{ room, onClose, isOfPage: what === "keepPage" }} />;
    case "timer":
      return <TimerDialog lesson={lesson} onClose={onClose} />;
    case "keys":
      return <KeysDialog onClose={onClose} />;
    case "complete":
      return (
        <Question
          title={t("question.complete.title")}
          text={t("question.complete.text")}
          confirm={t("lesson.complete")}
          onConfirm={() => void lesson.ask("complete", {})}
          onClose={onClose}
        />
      );
    case "clear":
      return (
        <Question
          title={t(room.desk.board.value.pages.length > 1 ? "question.clearPage.title" : "question.clear.title")}
          text={t("question.clear.text")}
          confirm={t("question.clear.confirm")}
          onConfirm={() => room.desk.edit([{ op: "clear", page: room.desk.page.value.id }])}
          onClose={onClose}
        />
      );
    default:
      return what satisfies never;
  }
}
