/** Voices and faces: one's own tracks, and a call to every peer in the room. */

import { batch, signal } from "@preact/signals";
import type { RoomClient } from "../client/room_client.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import type { Permission } from "../client/wire.ts";
import { Call, LINES, type LineName, type Tracks } from "./call.ts";
import type { DeviceLine } from "./devices.ts";
import { facesToReceive } from "./faces.ts";
import type { Heard } from "./heard.ts";
import { LineWatch } from "./line/line_watch.ts";
import { savesData } from "./line/saving.ts";
import { NOTHING, OwnMedia } from "./own_media.ts";
import { Reacting } from "./reacting.ts";
import { Speakers, untilNextLook } from "./speakers.ts";

export interface Peer {
  readonly peerId: string;
  readonly userId: number;
  readonly streams: Readonly<Record<LineName, MediaStream | null>>;
}

export const NEEDED: Readonly<Record<LineName, Permission>> = {
  audio: "can_toggle_audio",
  video: "can_toggle_video",
  screen: "can_share_screen",
};

export class Media {
  readonly own = new OwnMedia((tracks) => this.#send(tracks));
  readonly peers = signal<ReadonlyMap<string, Peer>>(new Map());
  /** Peers whose cameras are received; all of them in a small call. */
  readonly faces = signal<ReadonlySet<string>>(new Set());
  /** User ids of those who speak now. */
  readonly speaking = signal<ReadonlySet<number>>(new Set());
  /** What people show just now. */
  readonly reacting: Reacting;
  /** The browser lets no sound play until the person has clicked. */
  readonly isSoundBlocked = signal(false);

  /** What the lines are like, in words, and what is still sent over them. */
  readonly watch: LineWatch;

  readonly #client: RoomClient;
  readonly #calls = new Map<string, Call>();
  readonly #stops: (() => void)[];
  #listening: ReturnType<typeof setTimeout> | undefined;
  readonly #speakers = new Speakers();
  /** What is to be on as soon as one is in the room. */
  #wished: readonly DeviceLine[];
  /** Whether the others have been told what is on. */
  #isTold = true;
  /** Peers whose faces were asked for, the last one first. */
  #asked: readonly string[] = [];

  /** @param heard what came before the code of calls was here. */
  constructor(client: RoomClient, wished: readonly DeviceLine[] = [], heard: Heard | null = null) {
    this.#client = client;
    this.#wished = wished;
    this.reacting = new Reacting(client);
    this.watch = new LineWatch(client, () => this.#parties());
    this.#stops = [
      client.on("welcome", () => this.#begin()),
      client.on("peerJoined", ({ peer_id, user_id, polite }) => this.#call(peer_id, user_id, polite)),
      client.on("peerLeft", ({ peer_id }) => this.#hangUp(peer_id)),
      client.on("description", ({ from_peer, type, sdp }) => {
        this.#calls.get(from_peer)?.described(type, sdp);
      }),
      client.on("candidate", ({ from_peer, candidate }) => {
        this.#calls.get(from_peer)?.candidate(candidate);
      }),
      client.on("change", () => this.#follow()),
      client.on("notification", ({ code }) => {
        if (code === "muted") this.own.stop("audio"); // PE-3: nothing more of it leaves the device
      }),
    ];
    this.#takeUp(heard);
    this.#stops.push(savesData.subscribe((saves) => this.#save(saves)));
    this.#listen();
  }

  dispose(): void {
    clearTimeout(this.#listening);
    this.watch.dispose();
    this.reacting.dispose();
    for (const stop of this.#stops) stop();
    this.#endAll();
  }

  #parties(): ReadonlyMap<string, { readonly call: Call; readonly userId: number }> {
    const userIdOf = (peerId: string): number => this.peers.value.get(peerId)?.userId ?? 0;
    return new Map([...this.#calls].map(([peerId, call]) => [peerId, { call, userId: userIdOf(peerId) }]));
  }

  #takeUp(heard: Heard | null): void {
    for (const { introduction, signals } of heard?.peers() ?? []) {
      this.#call(introduction.peer_id, introduction.user_id, introduction.polite);
      const call = this.#calls.get(introduction.peer_id);
      for (const signal of signals) {
        if ("candidate" in signal) call?.candidate(signal.candidate);
        else call?.described(signal.type, signal.sdp);
      }
    }
    this.#follow();
  }

  /** Shows somebody's camera in a call that is too large to show all. */
  askForFace(peerId: string): void {
    this.#asked = [peerId, ...this.#asked.filter((other) => other !== peerId)];
    this.#chooseFaces();
  }

  #save(saves: boolean): void {
    // Who is asked for from now on is seen all the same.
    if (saves) this.#asked = [];
    this.#chooseFaces();
  }

  #send(tracks: Tracks): void {
    for (const call of this.#calls.values()) call.send(tracks);
    this.watch.share();
    this.#announce();
  }

  #announce(): void {
    // In the waiting room one tries them; the others are told when one is let in.
    this.#isTold = this.#client.status.connection !== "waiting";
    if (!this.#isTold) return;
    const { audio, video, screen } = this.own.tracks.value;
    this.#client.setMedia({ audio: audio !== null, video: video !== null, screen: screen !== null });
  }

  /** A new connection is a new peer: its calls begin anew, and nobody knows its tracks yet. */
  #begin(): void {
    for (const peerId of [...this.#calls.keys()]) this.#hangUp(peerId);
    this.watch.begin();
    this.#obey();
    if (LINES.some((line) => this.own.tracks.value[line] !== null)) this.#announce();
  }

  #follow(): void {
    const { status, state } = this.#client;
    if (status.connection === "ended" || (state !== null && hasEnded(state.session.status))) {
      this.#endAll();
      return;
    }
    this.#obey();
    if (status.connection === "live") {
      if (!this.#isTold) this.#announce();
      const wished = this.#wished;
      this.#wished = [];
      for (const line of wished) {
        if (this.#may(line)) void this.own.start(line);
        else this.own.problem.value = `withdrawn.${line}`;
      }
    }
    this.#chooseFaces();
  }

  #may(line: LineName): boolean {
    return this.#client.state?.permissions[NEEDED[line]] === true;
  }

  /** What is no longer permitted, the server says is off; here it stops (RT-3). */
  #obey(): void {
    if (this.#client.status.connection === "waiting") return;
    batch(() => {
      for (const line of LINES) {
        if (!this.own.isWanted(line) || this.#may(line)) continue;
        this.own.stop(line);
        this.own.problem.value = `withdrawn.${line}`;
      }
    });
  }

  /** The lesson is over, or one is no longer in it: no device stays open. */
  #endAll(): void {
    for (const peerId of [...this.#calls.keys()]) this.#hangUp(peerId);
    this.own.dispose();
  }

  #call(peerId: string, userId: number, isPolite: boolean): void {
    this.#hangUp(peerId);
    this.#show({ peerId, userId, streams: NOTHING });
    const call = new Call({
      client: this.#client,
      peerId,
      isPolite,
      tracks: this.own.tracks.value,
      wantsFace: this.faces.value.has(peerId),
      onAgreed: () => this.watch.share(),
      onTrack: (line, track) => {
        const peer = this.peers.value.get(peerId);
        if (peer === undefined) return;
        this.#show({ ...peer, streams: { ...peer.streams, [line]: new MediaStream([track]) } });
      },
    });
    this.#calls.set(peerId, call);
  }

  #show(peer: Peer): void {
    this.peers.value = new Map(this.peers.value).set(peer.peerId, peer);
    this.#chooseFaces();
  }

  #hangUp(peerId: string): void {
    this.#calls.get(peerId)?.close();
    this.#calls.delete(peerId);
    const peers = new Map(this.peers.value);
    if (!peers.delete(peerId)) return;
    this.#asked = this.#asked.filter((other) => other !== peerId);
    this.peers.value = peers;
    this.#chooseFaces();
    this.watch.share();
  }

  #chooseFaces(): void {
    const roster = this.#client.state?.roster;
    const me = roster?.get(this.#client.state?.userId ?? 0);
    const faces = facesToReceive(
      [...this.peers.value.values()].map(({ peerId, userId }) => {
        const person = roster?.get(userId);
        return { peerId, isHost: person?.role === "host", hasVideo: person?.video === true };
      }),
      { amHost: me?.role === "host", asked: this.#asked, saves: savesData.value },
    );
    if (!isSame(faces, this.faces.value)) this.faces.value = faces;
    for (const [peerId, call] of this.#calls) call.receiveFace(faces.has(peerId));
  }

  #listen(): void {
    this.#listening = setTimeout(() => this.#listen(), untilNextLook(Math.random()));
    const { state } = this.#client;
    const now = performance.now();
    for (const [peerId, call] of this.#calls) {
      this.#speakers.hear(this.peers.value.get(peerId)?.userId ?? 0, call.takeVoiceLevel(), now);
    }
    if (state !== null) this.#speakers.hear(state.userId, this.own.voiceLevel, now);
    const isOn = (userId: number): boolean =>
      userId === state?.userId ? this.own.tracks.value.audio !== null : state?.roster.get(userId)?.audio === true;
    const speaking = this.#speakers.now(isOn, now);
    if (!isSame(speaking, this.speaking.value)) this.speaking.value = speaking;
  }
}

function isSame<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}
