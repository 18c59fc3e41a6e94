/** What the history needs of a lesson that was recorded. */

export { RecordingApi } from "../../client/rest/recording_api.ts";
export { replayOf, type Replay } from "./replay.ts";
export { ReplayBar } from "./ReplayBar.tsx";
