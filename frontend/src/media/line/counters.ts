/** What a browser counts of a call, and what that came to of late: pure, so that tables can test it. */

/** One look at a call. Counts are since its beginning, times in ms, sizes in bits. */
export interface Counters {
  readonly atMs: number;
  readonly sent: number;
  /** Packets of one's own that the other did not get, as far as they have told. */
  readonly lostThere: number;
  readonly received: number;
  readonly lostHere: number;
  readonly bitsOut: number;
  readonly bitsIn: number;
  readonly rttMs: number | null;
  /** How unevenly voices come, at the worse of both ends. */
  readonly jitterMs: number;
  /** Samples of the other's voice that were played, and those of them that were made up. */
  readonly played: number;
  readonly madeUp: number;
  /** Of the other's camera: pictures shown, and how high they are. */
  readonly pictures: number;
  readonly height: number | null;
  /** Of one's own camera: pictures sent, and how high they are. */
  readonly ownPictures: number;
  readonly ownHeight: number | null;
  /** Bits per second that the browser thinks it may send, where it says so. */
  readonly capacity: number | null;
  /** Whether the browser sends camera or screen worse than it could, for want of room. */
  readonly isHeldDown: boolean;
}

/** What one direction or the other has been like over the last seconds. Shares are from 0 to 1. */
export interface Reading {
  readonly lossOut: number | null;
  readonly lossIn: number | null;
  readonly rttMs: number | null;
  /** How much longer a round trip takes than the quickest one did: what waits in some queue. */
  readonly queueMs: number;
  readonly jitterMs: number;
  readonly madeUp: number | null;
  readonly bitsPerSOut: number;
  readonly bitsPerSIn: number;
  readonly picturesPerS: number;
  readonly height: number | null;
  readonly ownPicturesPerS: number;
  readonly ownHeight: number | null;
  readonly capacity: number | null;
  readonly isHeldDown: boolean;
}

type Report = Readonly<Record<string, unknown>>;

/** Below so many packets a share says nothing. */
const PACKETS_LEAST = 30;

/**
 * @param reports of `RTCPeerConnection.getStats()`.
 * @param faceMid the `mid` of the camera's line; null before it has one.
 */
export function countersOf(reports: Iterable<Report>, faceMid: string | null, atMs: number): Counters {
  const all = [...reports];
  const of = (type: string): readonly Report[] => all.filter((report) => report["type"] === type);
  const sum = (some: readonly Report[], field: string): number => some.reduce((total, one) => total + number(one[field]), 0);
  const outgoing = of("outbound-rtp");
  const incoming = of("inbound-rtp");
  const told = of("remote-inbound-rtp");
  const voice = incoming.filter(({ kind }) => kind === "audio");
  const isFace = ({ kind, mid }: Report): boolean => kind === "video" && (faceMid === null || mid === faceMid);
  const face = incoming.find(isFace);
  const ownFace = outgoing.find(isFace);
  const pair = pairIn(all);
  const trips = told.map(({ roundTripTime }) => roundTripTime).filter((trip) => typeof trip === "number");
  const trip = typeof pair?.["currentRoundTripTime"] === "number" ? pair["currentRoundTripTime"] : (trips[0] ?? null);
  const jitters = [...voice, ...told.filter(({ kind }) => kind === "audio")].map(({ jitter }) => number(jitter));
  return {
    atMs,
    sent: sum(outgoing, "packetsSent"),
    // A browser may count twins as negative losses.
    lostThere: Math.max(0, sum(told, "packetsLost")),
    received: sum(incoming, "packetsReceived"),
    lostHere: Math.max(0, sum(incoming, "packetsLost")),
    bitsOut: 8 * sum(outgoing, "bytesSent"),
    bitsIn: 8 * sum(incoming, "bytesReceived"),
    rttMs: trip === null ? null : 1000 * trip,
    jitterMs: 1000 * Math.max(0, ...jitters),
    played: sum(voice, "totalSamplesReceived"),
    madeUp: sum(voice, "concealedSamples") - sum(voice, "silentConcealedSamples"),
    pictures: number(face?.["framesDecoded"]),
    height: typeof face?.["frameHeight"] === "number" ? face["frameHeight"] : null,
    ownPictures: number(ownFace?.["framesSent"]),
    ownHeight: typeof ownFace?.["frameHeight"] === "number" ? ownFace["frameHeight"] : null,
    capacity: typeof pair?.["availableOutgoingBitrate"] === "number" ? pair["availableOutgoingBitrate"] : null,
    isHeldDown: outgoing.some(({ qualityLimitationReason }) => qualityLimitationReason === "bandwidth"),
  };
}

/** The pair of addresses that a call goes between. */
function pairIn(reports: readonly Report[]): Report | undefined {
  const transport = reports.find(({ type }) => type === "transport");
  const id = transport?.["selectedCandidatePairId"];
  const pairs = reports.filter(({ type }) => type === "candidate-pair");
  return pairs.find((pair) => (id === undefined ? pair["selected"] === true : pair["id"] === id));
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** Returns what lay between two looks at a call; `leastRttMs` is the quickest round trip so far. */
export function readingOf(earlier: Counters, later: Counters, leastRttMs: number | null): Reading {
  const seconds = Math.max(0.001, (later.atMs - earlier.atMs) / 1000);
  // Lines that begin anew count from the beginning.
  const grown = (field: "sent" | "lostThere" | "received" | "lostHere" | "bitsOut" | "bitsIn" | "played" | "madeUp" | "pictures" | "ownPictures"): number =>
    Math.max(0, later[field] - earlier[field]);
  const share = (part: number, whole: number): number | null => (whole < PACKETS_LEAST ? null : Math.min(1, part / whole));
  const { rttMs } = later;
  return {
    lossOut: share(grown("lostThere"), grown("sent")),
    lossIn: share(grown("lostHere"), grown("received") + grown("lostHere")),
    rttMs,
    queueMs: rttMs === null || leastRttMs === null ? 0 : Math.max(0, rttMs - leastRttMs),
    jitterMs: later.jitterMs,
    madeUp: grown("received") < PACKETS_LEAST ? null : share(grown("madeUp"), grown("played")),
    bitsPerSOut: grown("bitsOut") / seconds,
    bitsPerSIn: grown("bitsIn") / seconds,
    picturesPerS: grown("pictures") / seconds,
    height: later.height,
    ownPicturesPerS: grown("ownPictures") / seconds,
    ownHeight: later.ownHeight,
    capacity: later.capacity,
    isHeldDown: later.isHeldDown,
  };
}
