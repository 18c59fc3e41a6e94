/** What a classroom opens on demand: fetched once the lesson is there, behind the board. */

import "../board/editing/arranging_back.ts";
import "../styles/panel.css";

export { CallView } from "../media/CallView.tsx";
export { Asked } from "./Asked.tsx";
export { Bars } from "./Bars.tsx";
export { ChatPanel } from "./ChatPanel.tsx";
export { Ending } from "./Ending.tsx";
export { Layers } from "./Layers.tsx";
export { MenuList } from "./MenuList.tsx";
export { NoticeList } from "./NoticeList.tsx";
export { Pages } from "./Pages.tsx";
export { People } from "./People.tsx";
export { Waiting } from "./Waiting.tsx";
