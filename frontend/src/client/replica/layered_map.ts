/**
 * A map of which another one, with few changes, is made in no time: both share what lies below, and tell
 * at once where they differ. Of a board with ten thousand elements a piece of a stroke changes one.
 */

/** With more changes on top of it what lies below is made anew. */
const CHANGES_MOST = 256;

/** In the order of a `Map`: what is set again stays where it was, what is new comes last. */
export class LayeredMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly #below: ReadonlyMap<Key, Value>;
  /** Under keys that are there below; */
  readonly #changed: Map<Key, Value>;
  /** under keys that are not, or were deleted and have come again. */
  readonly #added: Map<Key, Value>;
  /** What of it below is there no longer. */
  readonly #gone: Set<Key>;

  /** @param of is not to be changed any more. */
  constructor(of: ReadonlyMap<Key, Value>) {
    const isLayered = of instanceof LayeredMap;
    if (isLayered && of.#changes <= CHANGES_MOST) {
      this.#below = of.#below;
      this.#changed = new Map(of.#changed);
      this.#added = new Map(of.#added);
      this.#gone = new Set(of.#gone);
    } else {
      this.#below = isLayered ? new Map(of) : of;
      [this.#changed, this.#added, this.#gone] = [new Map(), new Map(), new Set()];
    }
  }

  /** The keys under which two maps may hold something else; null where they have nothing in common. */
  static apart<Key, Value>(one: ReadonlyMap<Key, Value>, other: ReadonlyMap<Key, Value>): ReadonlySet<Key> | null {
    const layered = [one, other].filter((map) => map instanceof LayeredMap);
    const [below, also] = [one, other].map((map) => (map instanceof LayeredMap ? map.#below : map));
    if (below !== also) return null;
    return new Set(layered.flatMap((map) => [...map.#changed.keys(), ...map.#added.keys(), ...map.#gone]));
  }

  get #changes(): number {
    return this.#changed.size + this.#added.size + this.#gone.size;
  }

  get size(): number {
    return this.#below.size - this.#gone.size + this.#added.size;
  }

  has(key: Key): boolean {
    return this.#added.has(key) || (this.#below.has(key) && !this.#gone.has(key));
  }

  get(key: Key): Value | undefined {
    if (this.#added.has(key)) return this.#added.get(key);
    if (this.#changed.has(key)) return this.#changed.get(key);
    return this.#gone.has(key) ? undefined : this.#below.get(key);
  }

  /** Only before anybody else has it. */
  set(key: Key, value: Value): void {
    (this.#below.has(key) && !this.#gone.has(key) ? this.#changed : this.#added).set(key, value);
  }

  /** Likewise. */
  delete(key: Key): void {
    if (this.#added.delete(key) || !this.#below.has(key)) return;
    this.#changed.delete(key);
    this.#gone.add(key);
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const entry of this.#below) {
      const [key] = entry;
      if (this.#gone.has(key)) continue;
      if (this.#changed.has(key)) yield [key, this.#changed.get(key)!];
      else yield entry;
    }
    yield* this.#added;
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(call: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this) call(value, key, this);
  }
}
