/** What the room says no to. */

import type { ErrorData } from "./wire.ts";

/** Something was refused; nothing of it was applied. */
export class Refusal extends Error {
  constructor(readonly error: ErrorData) {
    super(error.message);
    this.name = "Refusal";
  }
}

export const OFFLINE: ErrorData = { code: "unavailable", message: "not connected to the room" };
