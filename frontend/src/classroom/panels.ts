/** What a classroom opens on demand: fetched once the lesson is there, behind the board. */

import "../board/editing/taking_back.ts";
import "../styles/lesson/panel.css";
import "../styles/board/pages_panel.css";

export { CallView } from "../media/CallView.tsx";
export { Asked } from "./Asked.tsx";
export { Bars } from "./bars/Bars.tsx";
export { ChatPanel } from "./chat/ChatPanel.tsx";
export { Ending } from "./ending/Ending.tsx";
export { Find } from "./finding/Find.tsx";
export { Layers } from "./pages/Layers.tsx";
export { NoticeList } from "./notices/NoticeList.tsx";
export { Pages } from "./pages/Pages.tsx";
export { People } from "./people/People.tsx";
export { TopBar } from "./bars/TopBar.tsx";
export { Unreached } from "./ending/Unreached.tsx";
export { Waiting } from "./people/Waiting.tsx";
