/** The player of a lesson pack: one document, opened from the disk, that asks for nothing. */

import { render } from "preact";
import { speakOfPages, speakPreferred, t } from "../language/language.ts";
import { Message } from "../ui/Message.tsx";
import "../ui/theme.ts";
import { readPack, type Packed } from "./pack.ts";
import { PlayerPage } from "./PlayerPage.tsx";
import "../styles/base/theme.css";
import "../styles/base/base.css";
import "../styles/base/controls.css";
import "../styles/board/board.css";
import "../styles/lesson/classroom.css";
import "../styles/base/message.css";
import "../styles/base/print.css";

function read(): Packed | null {
  try {
    return readPack((id) => document.getElementById(id)?.textContent ?? "");
  } catch {
    return null;
  }
}

async function open(): Promise<void> {
  await speakPreferred();
  await speakOfPages();
  const packed = read();
  render(packed === null ? <Message text={t("player.damaged")} /> : <PlayerPage packed={packed} />, document.getElementById("page")!);
}

void open();
