/** Watches the lines of all calls: what they are like, in words, and what is still sent over them. */

import { batch, signal } from "@preact/signals";
import type { RoomClient } from "../../client/room_client.ts";
import type { Call } from "../call.ts";
import { bitsPerCopy } from "../faces.ts";
import { readingOf, type Counters, type Reading } from "./counters.ts";
import { judged, levelOf, ownQuality, UNKNOWN, whoseLine, type Quality, type Standing, type Whose } from "./judge.ts";
import { climbed, NONE, screenBits, STEPS, TOP, voiceBits, type Ladder } from "./lowering.ts";

/** The call to one peer, as it has been over the last seconds. */
export interface Line {
  readonly reading: Reading;
  readonly whose: Whose | null;
  /** Whether their picture stands still, for want of room. */
  readonly isStill: boolean;
}

/** What has become of one's camera on a weak line. */
export type Lowered = "none" | "smaller" | "off";

interface Watched {
  readonly looks: readonly Counters[];
  readonly leastRttMs: number | null;
  readonly standing: Standing;
  readonly ladder: Ladder;
}

interface Party {
  readonly call: Call;
  readonly userId: number;
}

const EVERY_MS = 2_000;
/** A reading is of so many looks: reports of the other end come up to 5 s apart. */
const LOOKS = 5;
/** Looks within which a camera that is received shows a new picture. */
const STILL_LOOKS = 3;
const PONGS = 5;
const TELL_EVERY_MS = 20_000;
/** A line that is good is told of once it has been for so many looks. */
const GOOD_AFTER = 15;

const NEW: Watched = { looks: [], leastRttMs: null, standing: UNKNOWN, ladder: TOP };

export class LineWatch {
  readonly lines = signal<ReadonlyMap<string, Line>>(new Map());
  readonly own = signal<Quality>("good");
  readonly lowered = signal<Lowered>("none");

  readonly #client: RoomClient;
  readonly #parties: () => ReadonlyMap<string, Party>;
  #watched: ReadonlyMap<string, Watched> = new Map();
  #pongs: readonly number[] = [];
  #looked = 0;
  #toldAt = -Infinity;
  #isLooking = false;
  readonly #stop: () => void;

  /** @param parties whom one is in a call with, by peer id. */
  constructor(client: RoomClient, parties: () => ReadonlyMap<string, Party>) {
    this.#client = client;
    this.#parties = parties;
    const timer = setInterval(() => void this.look(), EVERY_MS);
    const stopHearing = client.on("pong", ({ t }) => {
      if (t !== null) this.#pongs = [...this.#pongs.slice(1 - PONGS), Math.max(0, Date.now() - t)];
    });
    this.#stop = () => {
      clearInterval(timer);
      stopHearing();
    };
  }

  dispose(): void {
    this.#stop();
  }

  /** A new connection: what was told of one's line was of the last one. */
  begin(): void {
    this.#looked = 0;
  }

  /** Looks at every call once. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const parties = [...this.#parties()];
      const looked = await Promise.all(
        parties.map(async ([peerId, party]) => [peerId, party, await party.call.look(performance.now())] as const),
      );
      const now = this.#parties();
      this.#takeUp(looked.filter(([peerId, { call }]) => now.get(peerId)?.call === call));
    } finally {
      this.#isLooking = false;
    }
  }

  /** Shares what one sends of camera and screen among those who receive it, each as their line bears it. */
  share(): void {
    const calls = [...this.#parties()];
    for (const [peerId, { call }] of calls) {
      const { step } = (this.#watched.get(peerId) ?? NEW).ladder;
      call.shape("audio", { bits: voiceBits(step), priority: "high" });
    }
    for (const line of ["video", "screen"] as const) {
      const receiving = calls.filter(([, { call }]) => call.sends(line));
      const share = bitsPerCopy(line, receiving.length);
      for (const [peerId, { call }] of receiving) {
        const { step } = (this.#watched.get(peerId) ?? NEW).ladder;
        if (line === "screen") call.shape(line, { bits: Math.min(share, screenBits(step)), priority: "medium" });
        else call.shape(line, faceOf(step, share));
      }
    }
  }

  #takeUp(looked: readonly (readonly [string, Party, Counters | null])[]): void {
    const faces = [...this.#parties().values()].filter(({ call }) => call.sends("video")).length;
    const share = bitsPerCopy("video", faces);
    const watched = new Map<string, Watched>();
    for (const [peerId, { call }, counters] of looked) {
      const known = this.#watched.get(peerId) ?? NEW;
      watched.set(peerId, counters === null ? known : seen(known, counters, call.sends("video") || call.sends("screen") ? share : null));
    }
    this.#watched = watched;
    const qualities = [...watched.values()].map(({ standing }) => standing.quality);
    this.#ask(qualities);
    const own = ownQuality(qualities, { serverRttMs: median(this.#pongs), downlink: downlink() }, this.own.value);
    batch(() => {
      this.own.value = own;
      this.lowered.value = loweredTo(looked.filter(([, { call }]) => call.sends("video")).map(([peerId]) => watched.get(peerId)!.ladder.step));
      this.lines.value = new Map(looked.flatMap(([peerId, { userId }]) => this.#line(peerId, userId, own)));
    });
    this.share();
    this.#tell(own, looked.length);
  }

  #line(peerId: string, userId: number, own: Quality): [string, Line][] {
    const { looks, leastRttMs, standing } = this.#watched.get(peerId)!;
    const [first, last] = [looks[0], looks.at(-1)];
    if (first === undefined || last === undefined || first === last) return [];
    const told = this.#client.state?.roster.get(userId)?.connection_quality ?? null;
    const whose = whoseLine(standing.quality, own, told, this.#watched.size);
    const before = looks.at(-STILL_LOOKS);
    const isStill = whose !== null && before !== undefined && before.pictures === last.pictures;
    return [[peerId, { reading: readingOf(first, last, leastRttMs), whose, isStill }]];
  }

  /** Whether a call between two is weak at this end, the server's answers tell. */
  #ask(qualities: readonly Quality[]): void {
    if (qualities.length === 1 && qualities[0] !== "good") this.#client.check();
    else this.#pongs = [];
  }

  #tell(own: Quality, calls: number): void {
    const { state, status } = this.#client;
    if (calls === 0 || state === null || status.connection !== "live") return;
    this.#looked += 1;
    const told = state.roster.get(state.userId)?.connection_quality ?? null;
    const isNews = told === null ? own !== "good" || this.#looked >= GOOD_AFTER : told !== own;
    const now = performance.now();
    if (!isNews || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#client.reportQuality(own);
  }
}

/** @param share what the camera may take, or null where it is not sent. */
function seen(known: Watched, counters: Counters, share: number | null): Watched {
  const looks = [...known.looks.slice(1 - LOOKS), counters];
  const trips = [known.leastRttMs, counters.rttMs].filter((trip) => trip !== null);
  const leastRttMs = trips.length === 0 ? null : Math.min(...trips);
  if (looks.length < 2) return { ...known, looks, leastRttMs };
  const reading = readingOf(looks[0]!, counters, leastRttMs);
  return {
    looks,
    leastRttMs,
    standing: judged(known.standing, levelOf(reading, known.standing.quality)),
    ladder: share === null ? TOP : climbed(known.ladder, reading, share),
  };
}

function faceOf(step: number, share: number): Parameters<Call["shape"]>[1] {
  // What is not sent keeps the shape of the last step, in which it comes back.
  const { bits, scale, framesPerS } = STEPS[Math.min(step, STEPS.length - 1)]!;
  return { bits: Math.min(bits, share), scale, framesPerS, isActive: step < NONE, priority: "low" };
}

function loweredTo(steps: readonly number[]): Lowered {
  // What everybody still gets is what one can say in one sentence.
  const best = steps.length === 0 ? 0 : Math.min(...steps);
  return best === 0 ? "none" : best < NONE ? "smaller" : "off";
}

function median(values: readonly number[]): number | null {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? null;
}

/** Megabits per second, where the browser has an opinion. */
function downlink(): number | null {
  return (navigator as { connection?: { downlink?: number } }).connection?.downlink ?? null;
}
