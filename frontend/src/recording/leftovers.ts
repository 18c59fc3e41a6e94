/** What an earlier page of this device recorded and could not send any more (RC-11). */

import { pageSending } from "./page_sending.ts";

export function sendLeft(): Promise<void> {
  return pageSending().takeUpLeft();
}
