/**
 * One call to one peer: perfect negotiation over the room's signals (PROTOCOL section 5).
 *
 * A call has three lines in a fixed order (voice, camera, screen), made once by the newcomer's
 * offer. Turning a track on or off replaces it on its line; nothing is negotiated anew.
 */

import type { RoomClient } from "../client/room_client.ts";
import type { IceCandidate } from "../client/wire.ts";
import { countersOf, type Counters } from "./line/counters.ts";
import { voicesFirst } from "./line/voice_sdp.ts";

export const LINES = ["audio", "video", "screen"] as const;
export type LineName = (typeof LINES)[number];
export type Tracks = Readonly<Record<LineName, MediaStreamTrack | null>>;

export interface CallOptions {
  readonly client: RoomClient;
  readonly peerId: string;
  /** The polite side gives way when both offer at once. It is the newcomer, and offers first. */
  readonly isPolite: boolean;
  readonly tracks: Tracks;
  /** Whether the other's camera is received. */
  readonly wantsFace: boolean;
  /** Both sides agree anew on what is sent. */
  readonly onAgreed: () => void;
  readonly onTrack: (line: LineName, track: MediaStreamTrack) => void;
}

/** How a line is sent: what is absent is not held down. */
export interface Shape {
  /** Per second, at most. */
  readonly bits: number;
  readonly scale?: number;
  readonly framesPerS?: number;
  /** Whether anything is sent at all. */
  readonly isActive?: boolean;
  /** Which line goes first where there is not room for all. */
  readonly priority: RTCPriorityType;
}

function configurationOf({ welcome }: Pick<RoomClient, "welcome">): RTCConfiguration {
  return {
    iceServers: (welcome?.ice_servers ?? []).map((server) => ({
      urls: [...server.urls],
      ...(server.username != null && { username: server.username }),
      ...(server.credential != null && { credential: server.credential }),
    })),
    iceTransportPolicy: welcome?.ice_policy ?? "all",
    bundlePolicy: "max-bundle",
  };
}

export class Call {
  readonly #options: CallOptions;
  readonly #connection: RTCPeerConnection;
  #tracks: Tracks;
  #wantsFace: boolean;
  #heardAt: number | null = null;
  #isMakingOffer = false;
  #isIgnoringOffer = false;
  /** Signals are worked off one after the other, as they came. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: CallOptions) {
    const { client, isPolite } = options;
    this.#options = options;
    this.#tracks = options.tracks;
    this.#wantsFace = options.wantsFace;
    const connection = new RTCPeerConnection(configurationOf(client));
    this.#connection = connection;
    connection.onnegotiationneeded = () => void this.#offer();
    connection.onicecandidate = ({ candidate }) => {
      const json = (candidate?.toJSON() ?? null) as IceCandidate | null;
      client.sendCandidate(options.peerId, json);
    };
    connection.ontrack = ({ transceiver, track }) => {
      const line = LINES[connection.getTransceivers().indexOf(transceiver)];
      if (line !== undefined) options.onTrack(line, track);
    };
    connection.onconnectionstatechange = () => {
      if (connection.connectionState !== "failed") return;
      // What TURN servers take ends with a token, and comes anew with the next one.
      connection.setConfiguration(configurationOf(client));
      connection.restartIce();
    };
    connection.onsignalingstatechange = () => {
      if (connection.signalingState === "stable") options.onAgreed();
    };
    if (isPolite) {
      for (const kind of ["audio", "video", "video"]) connection.addTransceiver(kind);
      this.#direct();
      this.#fill();
    }
  }

  send(tracks: Tracks): void {
    this.#tracks = tracks;
    this.#fill();
  }

  /** Receives the other's camera, or spares both sides the sending of it. */
  receiveFace(wantsFace: boolean): void {
    if (this.#wantsFace === wantsFace) return;
    this.#wantsFace = wantsFace;
    this.#direct();
  }

  /** Whether something goes out on a line. */
  sends(line: LineName): boolean {
    const transceiver = this.#transceiver(line);
    const direction = transceiver?.currentDirection;
    return transceiver?.sender.track != null && (direction === "sendrecv" || direction === "sendonly");
  }

  /** Sends a line in a shape from now on. */
  shape(line: LineName, { bits, scale, framesPerS, isActive = true, priority }: Shape): void {
    const sender = this.#transceiver(line)?.sender;
    const parameters = sender?.getParameters();
    const encoding = parameters?.encodings?.[0];
    if (sender === undefined || encoding === undefined) return;
    const wanted: RTCRtpEncodingParameters = {
      ...(Number.isFinite(bits) && { maxBitrate: bits }),
      ...(scale !== undefined && { scaleResolutionDownBy: scale }),
      ...(framesPerS !== undefined && { maxFramerate: framesPerS }),
      active: isActive,
      priority,
      networkPriority: priority,
    };
    const known = encoding as Readonly<Record<string, unknown>>;
    // A browser forgets what it does not know: that is no reason to ask again and again.
    const isSo = Object.entries(wanted).every(([name, value]) => known[name] === value || (known[name] === undefined && name.endsWith("riority")));
    if (isSo) return;
    Object.assign(encoding, wanted);
    // It may be refused while the two agree anew, after which it is asked for again.
    sender.setParameters(parameters!).catch(() => undefined);
  }

  /** What the browser has counted so far; null before the two are connected, and after the end. */
  async look(atMs: number): Promise<Counters | null> {
    if (this.#connection.connectionState !== "connected") return null;
    const reports = await this.#connection.getStats().catch(() => null);
    return reports && countersOf(reports.values(), this.#transceiver("video")?.mid ?? null, atMs);
  }

  described(type: "offer" | "answer", sdp: string): void {
    this.#enqueue(() => this.#take({ type, sdp }));
  }

  candidate(candidate: IceCandidate | null): void {
    this.#enqueue(async () => {
      try {
        await this.#connection.addIceCandidate(candidate ?? undefined);
      } catch (error) {
        // Candidates of an offer that was ignored belong to nothing.
        if (!this.#isIgnoringOffer) throw error;
      }
    });
  }

  /**
   * How loud the other's voice is in its newest packet, from 0 to 1; 0 where none has come since it was last asked for.
   *
   * A browser remembers the last packet of a voice for ten seconds: one that came before is silence now.
   */
  takeVoiceLevel(): number {
    const [source] = this.#transceiver("audio")?.receiver.getSynchronizationSources?.() ?? [];
    if (source === undefined || source.timestamp === this.#heardAt) return 0;
    this.#heardAt = source.timestamp;
    return source.audioLevel ?? 0;
  }

  close(): void {
    this.#connection.onicecandidate = null;
    this.#connection.onsignalingstatechange = null;
    this.#connection.close();
  }

  async #offer(): Promise<void> {
    const { client, peerId } = this.#options;
    try {
      this.#isMakingOffer = true;
      await this.#connection.setLocalDescription();
      client.sendDescription("offer", peerId, this.#connection.localDescription?.sdp ?? "");
    } catch (error) {
      if (this.#connection.connectionState !== "closed") throw error;
    } finally {
      this.#isMakingOffer = false;
    }
  }

  async #take(description: RTCSessionDescriptionInit): Promise<void> {
    const connection = this.#connection;
    const { client, peerId, isPolite } = this.#options;
    const collides =
      description.type === "offer" && (this.#isMakingOffer || connection.signalingState !== "stable");
    this.#isIgnoringOffer = !isPolite && collides;
    if (this.#isIgnoringOffer) return;
    await connection.setRemoteDescription({ type: description.type, sdp: voicesFirst(description.sdp ?? "") });
    if (description.type !== "offer") return;
    this.#direct();
    this.#fill();
    await connection.setLocalDescription();
    client.sendDescription("answer", peerId, connection.localDescription?.sdp ?? "");
  }

  #transceiver(line: LineName): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers()[LINES.indexOf(line)];
  }

  /** Says what is to be received; a change of it is negotiated by the browser itself. */
  #direct(): void {
    for (const line of LINES) {
      const transceiver = this.#transceiver(line);
      const direction = line === "video" && !this.#wantsFace ? "sendonly" : "sendrecv";
      if (transceiver !== undefined && transceiver.direction !== direction) {
        transceiver.direction = direction;
      }
    }
  }

  #fill(): void {
    for (const line of LINES) {
      const sender = this.#transceiver(line)?.sender;
      if (sender !== undefined && sender.track !== this.#tracks[line]) {
        void sender.replaceTrack(this.#tracks[line]);
      }
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      if (this.#connection.connectionState !== "closed") console.warn("call:", error);
    });
  }
}
