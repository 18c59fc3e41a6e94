/** Voices and faces: one's own tracks, and a call to every peer in the room. */

import { batch, signal } from "@preact/signals";
import type { RoomClient } from "../client/room_client.ts";
import type { Notification, Permission } from "../client/wire.ts";
import { Call, LINES, type LineName, type Tracks } from "./call.ts";

export interface Peer {
  readonly peerId: string;
  readonly userId: number;
  readonly streams: Readonly<Record<LineName, MediaStream | null>>;
}

/** Why a camera, a microphone or a screen cannot be had. */
export type MediaProblem = "insecure" | "denied" | "missing" | "busy";

export const NEEDED: Readonly<Record<LineName, Permission>> = {
  audio: "can_toggle_audio",
  video: "can_toggle_video",
  screen: "can_share_screen",
};

const NOTHING = { audio: null, video: null, screen: null } as const;
const SPEAKING = 0.02;
const LISTEN_EVERY_MS = 200;

export class Media {
  readonly own = signal<Tracks>(NOTHING);
  readonly peers = signal<ReadonlyMap<string, Peer>>(new Map());
  /** User ids of those who speak now. */
  readonly speaking = signal<ReadonlySet<number>>(new Set());
  readonly problem = signal<MediaProblem | null>(null);
  /** The browser lets no sound play until the person has clicked. */
  readonly isSoundBlocked = signal(false);
  readonly devices = signal<Readonly<Record<"audio" | "video", string>>>({ audio: "", video: "" });

  readonly #client: RoomClient;
  readonly #calls = new Map<string, Call>();
  readonly #stops: (() => void)[];
  readonly #listening: ReturnType<typeof setInterval>;

  constructor(client: RoomClient) {
    this.#client = client;
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
      client.on("notification", (notification) => this.#notified(notification)),
    ];
    this.#listening = setInterval(() => this.#listen(), LISTEN_EVERY_MS);
  }

  dispose(): void {
    clearInterval(this.#listening);
    for (const stop of this.#stops) stop();
    for (const peerId of [...this.#calls.keys()]) this.#hangUp(peerId);
    for (const line of LINES) this.own.value[line]?.stop();
  }

  async toggle(line: LineName): Promise<void> {
    if (this.own.value[line] !== null) {
      this.stop(line);
      return;
    }
    const track = await this.#captured(line);
    if (track === null) return;
    track.onended = () => this.stop(line);
    this.#use({ ...this.own.value, [line]: track });
  }

  stop(line: LineName): void {
    this.own.value[line]?.stop();
    this.#use({ ...this.own.value, [line]: null });
  }

  /** Uses another camera or microphone from now on. */
  async choose(line: "audio" | "video", deviceId: string): Promise<void> {
    this.devices.value = { ...this.devices.value, [line]: deviceId };
    if (this.own.value[line] === null) return;
    this.own.value[line].stop();
    const track = await this.#captured(line);
    if (track !== null) track.onended = () => this.stop(line);
    this.#use({ ...this.own.value, [line]: track });
  }

  async #captured(line: LineName): Promise<MediaStreamTrack | null> {
    this.problem.value = null;
    // On a LAN address over plain http a browser gives neither camera nor microphone.
    if (navigator.mediaDevices === undefined) {
      this.problem.value = "insecure";
      return null;
    }
    try {
      const stream = await this.#stream(line);
      return stream.getTracks()[0] ?? null;
    } catch (error) {
      this.problem.value = problemOf(error, line);
      return null;
    }
  }

  #stream(line: LineName): Promise<MediaStream> {
    const { audio, video } = this.devices.value;
    switch (line) {
      case "audio":
        return navigator.mediaDevices.getUserMedia({
          audio: { echoCancellation: true, noiseSuppression: true, ...(audio && { deviceId: audio }) },
        });
      case "video":
        return navigator.mediaDevices.getUserMedia({
          video: { width: 640, height: 360, frameRate: 24, ...(video && { deviceId: video }) },
        });
      case "screen":
        return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 10 } });
      default:
        return line satisfies never;
    }
  }

  #use(tracks: Tracks): void {
    this.own.value = tracks;
    for (const call of this.#calls.values()) call.send(tracks);
    this.#announce();
  }

  #announce(): void {
    const { audio, video, screen } = this.own.value;
    this.#client.setMedia({ audio: audio !== null, video: video !== null, screen: screen !== null });
  }

  /** A new connection is a new peer: its calls begin anew, and nobody knows its tracks yet. */
  #begin(): void {
    for (const peerId of [...this.#calls.keys()]) this.#hangUp(peerId);
    if (LINES.some((line) => this.own.value[line] !== null)) this.#announce();
  }

  #call(peerId: string, userId: number, isPolite: boolean): void {
    this.#hangUp(peerId);
    this.#show({ peerId, userId, streams: NOTHING });
    const call = new Call({
      client: this.#client,
      peerId,
      isPolite,
      tracks: this.own.value,
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
  }

  #hangUp(peerId: string): void {
    this.#calls.get(peerId)?.close();
    this.#calls.delete(peerId);
    const peers = new Map(this.peers.value);
    if (peers.delete(peerId)) this.peers.value = peers;
  }

  /** A permission was withdrawn: the server has said it is off, here it stops (RT-3). */
  #notified({ code, params }: Notification): void {
    if (code !== "media_withdrawn") return;
    batch(() => {
      for (const line of LINES) {
        if (params?.[line] === false && this.own.value[line] !== null) this.stop(line);
      }
    });
  }

  #listen(): void {
    const speaking = new Set<number>();
    for (const [peerId, call] of this.#calls) {
      const peer = this.peers.value.get(peerId);
      if (peer !== undefined && call.voiceLevel > SPEAKING) speaking.add(peer.userId);
    }
    const before = this.speaking.value;
    const isSame = before.size === speaking.size && [...speaking].every((id) => before.has(id));
    if (!isSame) this.speaking.value = speaking;
  }
}

function problemOf(error: unknown, line: LineName): MediaProblem | null {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      // Closing the browser's choice of screens is no problem, it is an answer.
      return line === "screen" ? null : "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    default:
      return "busy";
  }
}
