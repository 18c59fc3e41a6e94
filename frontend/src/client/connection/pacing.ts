/** Sending no faster than the room takes it (FC-1): in a class of sixty, one who comes has 400 signals to send. */

/** Below the room's own bounds, so that what others send in this person's name fits beside it. */
const BURST = 150;
const EVERY_MS = 100;
const AT_A_TIME = 4;

export class Pacing<Message> {
  readonly #send: (message: Message) => void;
  readonly #later: (delayMs: number, call: () => void) => void;
  #queue: Message[] = [];
  #allowance = BURST;
  #isTicking = false;

  /** @param later calls back after a while, unless the connection is gone by then. */
  constructor(
    send: (message: Message) => void,
    later: (delayMs: number, call: () => void) => void,
  ) {
    this.#send = send;
    this.#later = later;
  }

  /** Sends a message now or, in its turn, as soon as it may go. */
  push(message: Message): void {
    this.#queue.push(message);
    this.#pump();
  }

  /** A new connection: what was for the old one is of no use, and the room counts anew. */
  reset(): void {
    this.#queue = [];
    this.#allowance = BURST;
    this.#isTicking = false;
  }

  #pump(): void {
    const sent = this.#queue.splice(0, this.#allowance);
    this.#allowance -= sent.length;
    for (const message of sent) this.#send(message);
    if (this.#allowance < BURST && !this.#isTicking) {
      this.#isTicking = true;
      this.#later(EVERY_MS, () => this.#tick());
    }
  }

  #tick(): void {
    this.#isTicking = false;
    this.#allowance = Math.min(BURST, this.#allowance + AT_A_TIME);
    this.#pump();
  }
}
