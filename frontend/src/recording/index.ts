/** What a lesson needs that is being recorded. */

export { OwnTakes, type Unrecorded } from "./own_takes.ts";
export { pageSending } from "./page_sending.ts";
export { tellUnrecorded } from "./telling.ts";
