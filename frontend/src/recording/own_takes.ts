/** Records one's own tracks while a recording is on, each time that one is on as a take of its own (RC-7). */

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { RoomState } from "../client/replica/room_state.ts";
import type { TakeKind } from "../client/rest/recording_api.ts";
import type { RoomClient } from "../client/room_client.ts";
import { mediaTypeOf } from "./formats.ts";
import { RoomClock } from "./room_clock.ts";
import type { GivenUp, Sending } from "./sending.ts";
import { TrackRecorder } from "./track_recorder.ts";
import { wantedKinds } from "./wanted.ts";

type Tracks = Readonly<Record<TakeKind, MediaStreamTrack | null>>;

/** Why something of oneself is not in the recording, though one agreed to it (RC-12). */
export type Unrecorded = "unable" | "failed" | "refused" | "full";

interface Making {
  readonly recorder: TrackRecorder;
  /** The recording that it is of: the next one has takes of its own. */
  readonly of: string;
}

interface OwnTakesOptions {
  readonly client: Pick<RoomClient, "on" | "ping">;
  readonly sessionId: string;
  readonly state: ReadonlySignal<RoomState | null>;
  readonly isOver: ReadonlySignal<boolean>;
  readonly tracks: ReadonlySignal<Tracks>;
  /** The room token as it is now. */
  readonly token: () => string | null;
  readonly sending: Sending;
}

const KINDS = ["audio", "video", "screen"] as const;
/** How often the server is asked for its time while something is recorded. */
const PING_EVERY_MS = 2_000;

export class OwnTakes {
  /** What of oneself is not recorded, and why; shown to the person. */
  readonly troubles = signal<ReadonlyMap<TakeKind, Unrecorded>>(new Map());

  readonly #options: OwnTakesOptions;
  readonly #clock = new RoomClock();
  readonly #isSet = signal(false);
  /** When pings were sent that are not answered: by `performance.now()`, under the `t` that comes back. */
  readonly #asked = new Map<number, number>();
  readonly #making = new Map<TakeKind, Making>();
  /** Tracks that were tried again once, or of which the server takes nothing. */
  #tried = new WeakSet<MediaStreamTrack>();
  #dead = new WeakSet<MediaStreamTrack>();
  /** The recording that these are said of. */
  #recordingId: string | null = null;
  readonly #stops: (() => void)[];

  constructor(options: OwnTakesOptions) {
    this.#options = options;
    const stopHearing = options.client.on("pong", ({ t, server_time: serverTime }) => {
      const sentMs = t === null ? undefined : this.#asked.get(t);
      if (t === null || sentMs === undefined) return;
      this.#asked.delete(t);
      this.#clock.heard(sentMs, serverTime);
      this.#isSet.value = true;
    });
    const timer = setInterval(() => this.#ask(), PING_EVERY_MS);
    this.#stops = [stopHearing, () => clearInterval(timer), effect(() => this.#follow())];
    this.#ask();
  }

  /** Records no more; what there is is sent. */
  dispose(): void {
    for (const stop of this.#stops) stop();
    for (const { recorder } of this.#making.values()) recorder.stop();
  }

  #ask(): void {
    const state = this.#options.state.value;
    if (this.#options.isOver.value || state === null || wantedKinds(state).length === 0) return;
    // The newest that are not answered: those before were lost with their connection.
    if (this.#asked.size > 30) this.#asked.clear();
    const t = Date.now();
    this.#asked.set(t, performance.now());
    this.#options.client.ping(t);
  }

  #follow(): void {
    const { state, tracks, isOver } = this.#options;
    const room = state.value;
    const wanted = room === null || isOver.value ? [] : wantedKinds(room);
    const recordingId = room?.session.recording?.recording_id ?? null;
    if (recordingId !== this.#recordingId) {
      this.#recordingId = recordingId;
      this.#tried = new WeakSet();
      this.#dead = new WeakSet();
    }
    if (wanted.length > 0 && !this.#isSet.value) this.#ask();
    for (const kind of KINDS) {
      const track = wanted.includes(kind) ? tracks.value[kind] : null;
      const making = this.#making.get(kind);
      if (making !== undefined && (making.recorder.track !== track || making.of !== recordingId)) {
        this.#making.delete(kind);
        making.recorder.stop();
      }
      if (track === null) this.#tell(kind, null);
      else if (this.#isSet.value && !this.#making.has(kind) && !this.#dead.has(track)) this.#record(kind, track);
    }
  }

  #record(kind: TakeKind, track: MediaStreamTrack): void {
    const mediaType = mediaTypeOf(kind);
    if (mediaType === null) {
      this.#dead.add(track);
      this.#tell(kind, "unable");
      return;
    }
    const { sending, sessionId, token } = this.#options;
    let id = "";
    try {
      const recorder = new TrackRecorder(track, kind, mediaType, {
        came: (bytes, nowMs) => void sending.add(id, this.#clock.at(nowMs), bytes),
        ended: (isFault) => {
          void sending.done(id);
          if (this.#making.get(kind)?.recorder !== recorder) return;
          // By itself: the device is gone, which the call sees to, or the recorder has failed.
          this.#making.delete(kind);
          if (isFault || track.readyState === "live") this.#again(kind, track);
        },
      });
      id = sending.begin({ sessionId, kind, mediaType }, token, (what) => this.#givenUp(track, what));
      this.#making.set(kind, { recorder, of: this.#recordingId ?? "" });
      this.#tell(kind, null);
    } catch {
      this.#again(kind, track);
    }
  }

  /** Once per track: what fails twice fails again. */
  #again(kind: TakeKind, track: MediaStreamTrack): void {
    if (this.#tried.has(track)) {
      this.#dead.add(track);
      this.#tell(kind, "failed");
      return;
    }
    this.#tried.add(track);
    this.#record(kind, track);
  }

  #givenUp(track: MediaStreamTrack, { kind, error }: GivenUp): void {
    this.#dead.add(track);
    const making = this.#making.get(kind);
    if (making?.recorder.track !== track) return;
    this.#making.delete(kind);
    making.recorder.stop();
    this.#tell(kind, error === null || error.error.code === "too_large" ? "full" : "refused");
  }

  #tell(kind: TakeKind, trouble: Unrecorded | null): void {
    if ((this.troubles.peek().get(kind) ?? null) === trouble) return;
    const told = new Map(this.troubles.peek());
    if (trouble === null) told.delete(kind);
    else told.set(kind, trouble);
    this.troubles.value = told;
  }
}
