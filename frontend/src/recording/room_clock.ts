/**
 * Room time by the answers to pings (RC-10).
 *
 * `now` is the time at which the server would stamp a stroke that is made at this moment: voice and hand
 * have the same bias of the way to the server, whatever the network. So the offset is the smallest of
 * `server_time - sent`, and not the midpoint of a ping, which is wrong by half of what the ways differ.
 */

const WINDOW_MS = 60_000;

export class RoomClock {
  #heard: readonly { readonly sentMs: number; readonly offsetMs: number }[] = [];

  /** Takes up an answer. @param sentMs when it was asked, by `performance.now()`. */
  heard(sentMs: number, serverTime: number): void {
    // Those of before an interruption count until there are newer ones.
    const recent = this.#heard.filter((each) => each.sentMs > sentMs - WINDOW_MS);
    this.#heard = [...recent, { sentMs, offsetMs: serverTime - sentMs }];
  }

  get isSet(): boolean {
    return this.#heard.length > 0;
  }

  /** Room time at a moment of `performance.now()`, in ms since the Unix epoch. Only where it `isSet`. */
  at(nowMs: number): number {
    return nowMs + Math.min(...this.#heard.map(({ offsetMs }) => offsetMs));
  }
}
