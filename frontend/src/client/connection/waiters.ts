/** Who waits for an answer: to a command, or to a submission, whatever becomes of it. */

export interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Waiters {
  readonly #of = new Map<string, Waiter[]>();

  waitFor(id: string): Promise<unknown> {
    return new Promise((resolve, reject) => this.#add(id, [{ resolve, reject }]));
  }

  /** Whoever waits for one waits for the other from now. */
  move(from: string, to: string): void {
    const waiters = this.#take(from);
    if (waiters.length > 0) this.#add(to, waiters);
  }

  resolve(id: string, value: unknown): void {
    for (const waiter of this.#take(id)) waiter.resolve(value);
  }

  reject(id: string, error: Error): void {
    for (const waiter of this.#take(id)) waiter.reject(error);
  }

  rejectAll(error: Error): void {
    for (const id of [...this.#of.keys()]) this.reject(id, error);
  }

  #add(id: string, waiters: Waiter[]): void {
    this.#of.set(id, [...(this.#of.get(id) ?? []), ...waiters]);
  }

  #take(id: string): Waiter[] {
    const waiters = this.#of.get(id) ?? [];
    this.#of.delete(id);
    return waiters;
  }
}
