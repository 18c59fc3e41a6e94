/** How far a long sending is: what was drawn without a connection goes out. */

export interface Progress {
  readonly done: number;
  readonly of: number;
}

/** From so many submissions on it is worth telling; with so few left it is over. */
const MANY = 25;
const FEW = 3;

export class Sending {
  #of = 0;
  #unsaved = 0;

  /**
   * Returns how far it is, null where little is on its way.
   *
   * @param unsaved what is not acknowledged now; null without a connection.
   */
  follow(unsaved: number | null): Progress | null {
    if (unsaved === null || unsaved <= FEW) {
      this.#of = 0;
    } else if (this.#of > 0) {
      // What is drawn meanwhile comes on top.
      this.#of += Math.max(0, unsaved - this.#unsaved);
    } else if (unsaved >= MANY) {
      this.#of = unsaved;
    }
    this.#unsaved = unsaved ?? 0;
    return this.#of > 0 ? { done: this.#of - this.#unsaved, of: this.#of } : null;
  }
}
