/** What a classroom opens on demand: fetched once the lesson is there, behind the board. */

import "../styles/panel.css";

export { ExportDialog } from "../board/ExportDialog.tsx";
export { ChatPanel } from "./ChatPanel.tsx";
export { InviteDialog } from "./InviteDialog.tsx";
export { Layers } from "./Layers.tsx";
export { People } from "./People.tsx";
