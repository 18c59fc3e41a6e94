/** Whose camera one receives: everybody's in a small call; in a large one voices come first. */

/** People whose cameras a mesh of calls bears, oneself among them. */
export const FACES = 6;

export interface Face {
  readonly peerId: string;
  readonly isHost: boolean;
  readonly hasVideo: boolean;
}

/**
 * Returns the peers whose cameras are received.
 *
 * Up to `FACES` people see each other. In a larger call a host sees those who came first, the others
 * see the host, and everyone may ask for a face: the one asked for last takes the place of another.
 *
 * @param peers in the order in which they came.
 * @param asked peers that were asked for, the last one first.
 * @param saves whether no other than these are received, to save data.
 */
export function facesToReceive(
  peers: readonly Face[],
  { amHost, asked, saves = false }: { readonly amHost: boolean; readonly asked: readonly string[]; readonly saves?: boolean },
): ReadonlySet<string> {
  if (saves) return new Set(peers.filter(({ peerId }) => asked.includes(peerId)).map(({ peerId }) => peerId).slice(0, FACES - 1));
  if (peers.length < FACES) return new Set(peers.map(({ peerId }) => peerId));
  const shown = peers.filter(({ hasVideo }) => hasVideo);
  const inOrder = [
    ...asked.filter((peerId) => shown.some((face) => face.peerId === peerId)),
    ...shown.filter(({ isHost }) => isHost || amHost).map(({ peerId }) => peerId),
  ];
  return new Set([...new Set(inOrder)].slice(0, FACES - 1));
}

/** The bits per second that all copies of a camera or a screen may take together. */
const UPLINK = { video: 3_000_000, screen: 5_000_000 } as const;
const BEST = { video: 800_000, screen: 2_500_000 } as const;
const WORST = { video: 100_000, screen: 250_000 } as const;

/** Returns the bits per second for each of `receivers` copies. */
export function bitsPerCopy(line: "video" | "screen", receivers: number): number {
  const share = Math.floor(UPLINK[line] / Math.max(1, receivers));
  return Math.min(BEST[line], Math.max(WORST[line], share));
}
