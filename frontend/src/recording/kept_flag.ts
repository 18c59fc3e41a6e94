/** Under what name this device remembers that it holds something recorded that the server has not. */
export const KEPT = "lessonroom.takes";
