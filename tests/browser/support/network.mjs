/** A bad network and a room that refuses, between the SDK and a real server; and what outlives a page. */

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const clientOf = (id) => id.slice(0, id.lastIndexOf(":"));
const numberOf = (id) => Number(id.slice(id.lastIndexOf(":") + 1));

/**
 * What one person's sockets go through: each message takes `delayMs`, there and back, and some
 * submissions are refused for now, those behind them as well (BD-6).
 *
 * @param keepsOrder false: a room that takes what is behind, as it once did.
 */
export class Network {
  constructor({ random, delayMs = 0, refuses = 0, keepsOrder = true }) {
    Object.assign(this, { random, delayMs, refuses, keepsOrder });
    this.refused = 0;
    const network = this;
    this.WebSocket = class {
      constructor(url, protocols) {
        this.gates = new Map();
        this.inner = new WebSocket(url, protocols);
        this.inner.onmessage = ({ data }) => this.later(() => this.onmessage?.({ data }));
        this.inner.onclose = ({ code, reason }) => this.later(() => this.onclose?.({ code, reason }));
        this.inner.onerror = () => this.later(() => this.onerror?.({}));
      }

      get readyState() {
        return this.inner.readyState;
      }

      send(text) {
        this.later(() => {
          const refusal = network.refusalOf(JSON.parse(text), this.gates);
          if (refusal !== null) this.later(() => this.onmessage?.({ data: JSON.stringify(refusal) }));
          else if (this.inner.readyState === 1) this.inner.send(text);
        });
      }

      close(code, reason) {
        this.inner.close(code, reason);
      }

      /** Timers of one length run in the order in which they were set: nothing overtakes. */
      later(call) {
        if (network.delayMs === 0) call();
        else setTimeout(call, network.delayMs);
      }
    };
  }

  refusalOf({ ch, type, id }, gates) {
    if (type !== "board_event" && type !== "chat_message") return null;
    const [client, n] = [clientOf(id), numberOf(id)];
    const gate = gates.get(client);
    if (gate !== undefined && n === gate.n) gates.delete(client);
    const isBehind = gate !== undefined && n > gate.n;
    if (!isBehind && this.random() >= this.refuses) return null;
    const code = isBehind ? gate.code : this.random() < 0.5 ? "rate_limited" : "unavailable";
    if (!isBehind && this.keepsOrder) gates.set(client, { n, code });
    this.refused += 1;
    const retry_after_ms = 1 + Math.floor(this.random() * 30);
    return { ch, type: "error", id, data: { code, message: "not now", retry_after_ms } };
  }
}

/** Keeps rows as the page's database does: each change whole, a while after it was asked for. */
export class Rows {
  constructor() {
    this.rows = new Map();
    this.writing = Promise.resolve();
  }

  /** A page that is loaded anew: what was asked for is written, then read. */
  async load() {
    await this.writing;
    return { kept: structuredClone([...this.rows.values()]), isAlone: true };
  }

  write(changed, gone) {
    const rows = structuredClone(changed);
    this.writing = this.writing.then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      for (const id of gone) this.rows.delete(id);
      for (const row of rows) this.rows.set(row.id, row);
    });
    return this.writing;
  }

  close() {}
}
