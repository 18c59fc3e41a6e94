/** A hand on a tablet: fingers, a palm and a pen, as the browser's own input events. */

/** Its clock is its own: what takes a while here takes no time in the test. */
export class Hand {
  #touches = new Map();
  #seconds = Date.now() / 1_000;

  static async on(page) {
    const hand = new Hand();
    hand.session = await page.context().newCDPSession(page);
    return hand;
  }

  wait(ms) {
    this.#seconds += ms / 1_000;
  }

  async touch(id, x, y) {
    const type = this.#touches.has(id) ? "touchMove" : "touchStart";
    this.#touches.set(id, { id, x, y });
    await this.#touch(type, [...this.#touches.values()]);
  }

  async lift(id) {
    this.#touches.delete(id);
    await this.#touch("touchEnd", [...this.#touches.values()]);
  }

  async cancelTouches() {
    this.#touches.clear();
    await this.#touch("touchCancel", []);
  }

  async pen(type, x, y, buttons = 1) {
    const [button, clickCount] = type === "mouseMoved" ? ["none", 0] : ["left", 1];
    await this.#mouse({ type, x, y, button, buttons, clickCount, pointerType: "pen", force: 0.7 });
  }

  /** Moves evenly from one place to another, a step each 10 ms. */
  async along(from, to, steps, move) {
    for (let n = 1; n <= steps; n += 1) {
      this.wait(10);
      const share = n / steps;
      await move(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
    }
  }

  async penStroke(from, to, during = async () => {}) {
    await this.pen("mousePressed", ...from);
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const move = (x, y) => this.pen("mouseMoved", x, y);
    await this.along(from, middle, 10, move);
    await during();
    await this.along(middle, to, 10, move);
    await this.pen("mouseReleased", ...to, 0);
  }

  /** The pen as what goes down, along and up, a step each 10 ms. */
  asPen() {
    let last = [0, 0];
    return {
      down: (x, y) => this.pen("mousePressed", ...(last = [x, y])),
      move: (x, y) => (this.wait(10), this.pen("mouseMoved", ...(last = [x, y]))),
      up: () => this.pen("mouseReleased", ...last, 0),
    };
  }

  async #touch(type, touchPoints) {
    this.wait(1);
    await this.session.send("Input.dispatchTouchEvent", { type, touchPoints, timestamp: this.#seconds });
  }

  async #mouse(event) {
    this.wait(1);
    await this.session.send("Input.dispatchMouseEvent", { ...event, timestamp: this.#seconds });
  }
}
