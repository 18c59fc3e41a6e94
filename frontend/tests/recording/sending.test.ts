import { expect, test } from "vitest";
import { ApiRefusal } from "../../src/client/rest/http.ts";
import type { KeptChunk, KeptTake, TakeStore } from "../../src/recording/kept_takes.ts";
import { MOST_WAITING_BYTES, Sending, type GivenUp, type TakeApi } from "../../src/recording/sending.ts";

class Memory implements TakeStore {
  readonly held = new Map<string, KeptTake>();
  readonly chunks: KeptChunk[] = [];

  takes(): Promise<readonly KeptTake[]> {
    return Promise.resolve([...this.held.values()]);
  }

  putTake(take: KeptTake): Promise<void> {
    this.held.set(take.id, take);
    return Promise.resolve();
  }

  putChunk(chunk: KeptChunk): Promise<void> {
    this.chunks.push(chunk);
    return Promise.resolve();
  }

  chunk(take: string, n: number): Promise<KeptChunk | null> {
    return Promise.resolve(this.chunks.find((each) => each.take === take && each.n === n) ?? null);
  }

  numbers(take: string): Promise<readonly { n: number; size: number }[]> {
    const own = this.chunks.filter((each) => each.take === take);
    return Promise.resolve(own.map(({ n, bytes }) => ({ n, size: bytes.byteLength })).sort((a, b) => a.n - b.n));
  }

  dropChunks(take: string, n: number): Promise<void> {
    this.#drop((each) => each.take === take && each.n < n);
    return Promise.resolve();
  }

  dropTake(take: string): Promise<void> {
    this.held.delete(take);
    this.#drop((each) => each.take === take);
    return Promise.resolve();
  }

  #drop(isGone: (chunk: KeptChunk) => boolean): void {
    this.chunks.splice(0, this.chunks.length, ...this.chunks.filter((each) => !isGone(each)));
  }
}

/** A server that keeps what it is sent; `faults` are what it answers first. */
class FakeServer implements TakeApi {
  readonly said: string[] = [];
  readonly got = new Map<string, string[]>();
  faults: Error[] = [];
  #count = 0;

  openTake(_session: string, kind: string): Promise<{ take_id: string; key: string; chunk_bytes: number }> {
    this.#fail();
    this.#count += 1;
    const take_id = `${kind}${this.#count}`;
    this.said.push(`open ${take_id}`);
    this.got.set(take_id, []);
    return Promise.resolve({ take_id, key: "key", chunk_bytes: 1 });
  }

  sendChunk({ take_id }: { take_id: string }, n: number, at: number, bytes: ArrayBuffer): Promise<number> {
    this.#fail();
    const got = this.got.get(take_id)!;
    this.said.push(`${take_id} ${n}`);
    if (n === got.length) got.push(`${at}:${bytes.byteLength > 9 ? bytes.byteLength : new TextDecoder().decode(bytes)}`);
    return Promise.resolve(got.length);
  }

  closeTake({ take_id }: { take_id: string }, chunks: number): Promise<void> {
    this.#fail();
    this.said.push(`close ${take_id} ${chunks}`);
    return Promise.resolve();
  }

  #fail(): void {
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
  }
}

function refusal(status: number, code = "conflict"): ApiRefusal {
  return new ApiRefusal(status, { code, message: "" } as ApiRefusal["error"]);
}

function set() {
  const store = new Memory();
  const server = new FakeServer();
  const waits: number[] = [];
  const own = new Set<string>();
  const make = () =>
    new Sending({
      store,
      api: () => server,
      own: (take) => Promise.resolve(!own.has(take) && own.add(take).has(take)),
      wait: (ms) => {
        waits.push(ms);
        return new Promise((resolve) => void setImmediate(resolve));
      },
      random: () => 1,
    });
  return { store, server, waits, own, make, sending: make() };
}

const blob = (text: string): Blob => new Blob([text]);
const take = (kind: "audio" | "video" = "audio") => ({ sessionId: "s", kind, mediaType: "m" });
const nothing = (): void => undefined;

test("[RC-7] a take is opened, sent in order and closed, and then nothing of it is kept here", async () => {
  const { sending, server, store } = set();
  const id = sending.begin(take(), () => "token", nothing);
  await sending.add(id, 2_000, blob("a"));
  await sending.add(id, 4_000, blob("b"));
  await sending.done(id);
  expect(server.said).toEqual(["open audio1", "audio1 0", "audio1 1", "close audio1 2"]);
  expect(server.got.get("audio1")).toEqual(["2000:a", "4000:b"]);
  expect([store.held.size, store.chunks.length, sending.waiting.value]).toEqual([0, 0, { bytes: 0, since: null }]);
});

test("[RC-7] what is not reached, busy, or about to have another token is tried again, later and later", async () => {
  const { sending, server, waits } = set();
  server.faults = [new TypeError("offline"), refusal(503), refusal(401), refusal(429)];
  const id = sending.begin(take(), () => "token", nothing);
  await sending.add(id, 2_000, blob("a"));
  await sending.done(id);
  await expect.poll(() => server.said.at(-1)).toBe("close audio1 1");
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test("[RC-7] a chunk whose answer was lost is not stored twice", async () => {
  const { sending, server } = set();
  const id = sending.begin(take(), () => "token", nothing);
  await sending.add(id, 2_000, blob("a"));
  server.got.get("audio1")!.push("4000:b");
  await sending.add(id, 4_000, blob("b"));
  await sending.add(id, 6_000, blob("c"));
  expect(server.got.get("audio1")).toEqual(["2000:a", "4000:b", "6000:c"]);
});

test("what the server takes no more of is told, closed, and kept no longer", async () => {
  const { sending, server, store } = set();
  const told: GivenUp[] = [];
  const id = sending.begin(take(), () => "token", (what) => told.push(what));
  await sending.add(id, 2_000, blob("a"));
  server.faults = [refusal(409)];
  await sending.add(id, 4_000, blob("b"));
  await sending.add(id, 6_000, blob("c"));
  expect(told).toMatchObject([{ kind: "audio", error: { status: 409 } }]);
  expect(server.said.at(-1)).toBe("close audio1 1");
  expect([store.held.size, store.chunks.length]).toEqual([0, 0]);
});

test("voices go before pictures", async () => {
  const { sending, server } = set();
  server.faults = [new TypeError("offline")];
  const face = sending.begin(take("video"), () => "token", nothing);
  const voice = sending.begin(take(), () => "token", nothing);
  await Promise.all([sending.add(face, 1, blob("f")), sending.add(voice, 2, blob("v"))]);
  await expect.poll(() => server.said.length).toBe(4);
  expect(server.said.filter((what) => !what.startsWith("open"))[0]).toMatch(/^audio/);
});

test("[RC-7] the next page sends what one left that is gone, and closes it", async () => {
  const { sending, server, own, make, store } = set();
  const id = sending.begin(take(), () => "token", nothing);
  await sending.add(id, 2_000, blob("a"));
  // The page goes before the second chunk is sent.
  await store.putChunk({ take: id, n: 1, at: 4_000, bytes: new TextEncoder().encode("b").buffer });
  const other = make();
  await other.takeUpLeft();
  expect(server.said.at(-1)).toBe("audio1 0");
  own.delete(id);
  await other.takeUpLeft();
  expect(server.got.get("audio1")).toEqual(["2000:a", "4000:b"]);
  expect(server.said.at(-1)).toBe("close audio1 2");
  expect([store.held.size, store.chunks.length]).toEqual([0, 0]);
});

test("[RC-7] of a take whose chunks were all sent the next page knows how many there are", async () => {
  const { sending, server, own, make } = set();
  const id = sending.begin(take(), () => "token", nothing);
  for (const text of ["a", "b", "c"]) await sending.add(id, 1, blob(text));
  own.delete(id);
  await make().takeUpLeft();
  expect(server.said.at(-1)).toBe("close audio1 3");
});

test("a take that was never opened is let go of by the next page", async () => {
  const { store, make } = set();
  await store.putTake({ ...take(), id: "t", begunAt: 1, opened: null });
  await make().takeUpLeft();
  expect(store.held.size).toBe(0);
});

test("what is longer than a server takes goes in pieces", async () => {
  const { sending, server } = set();
  const id = sending.begin(take(), () => "token", nothing);
  await sending.add(id, 5, new Blob([new Uint8Array((1 << 20) + 10)]));
  expect(server.got.get("audio1")).toEqual([`5:${1 << 20}`, "5:10"]);
});

test("where too much waits, pictures are let go of before voices", async () => {
  const { sending, server } = set();
  const told: string[] = [];
  let isOffline = true;
  server.openTake = () => (isOffline ? Promise.reject(new TypeError("offline")) : Promise.reject(refusal(409)));
  const face = sending.begin(take("video"), () => "token", ({ kind }) => told.push(kind));
  const voice = sending.begin(take(), () => "token", ({ kind }) => told.push(kind));
  const large = { size: MOST_WAITING_BYTES, arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) } as Blob;
  void sending.add(face, 1, large);
  void sending.add(voice, 1, blob("v"));
  await expect.poll(() => told).toEqual(["video"]);
  expect(sending.waiting.value.bytes).toBe(1);
  isOffline = false;
});
