/** Groups, and groups in them: which an element is of, what makes one of many and many of one (BD-19). */

import type { Element, Id } from "../../client/wire.ts";

/** Groups that lie in one another, at most. */
export const DEEPEST = 8;

/** The groups that an element is of, from the outside in. */
export function groupsOf({ group, inner_groups = [] }: Element): readonly Id[] {
  return group == null ? [] : [group, ...inner_groups];
}

/** The fields that say the same. */
export function fieldsOf([group, ...inner]: readonly Id[]): { readonly group: Id | null; readonly inner_groups: readonly Id[] } {
  return { group: group ?? null, inner_groups: inner };
}

/** The things that elements are: the members of a group are one; of a single group its groups and members are. */
export function unitsOf(elements: readonly Element[]): Element[][] {
  for (let level = 0; ; level += 1) {
    const units = new Map<Id, Element[]>();
    for (const element of elements) {
      const key = groupsOf(element)[level] ?? element.id;
      const unit = units.get(key);
      if (unit === undefined) units.set(key, [element]);
      else unit.push(element);
    }
    if (units.size !== 1 || elements.length === 1) return [...units.values()];
  }
}

/**
 * What each of some elements is of once they are a group: one within the groups that hold all of them.
 *
 * @param all those that there are.
 * @returns null where they are one already, or are too few; "deep" where it would lie too deep.
 */
export function grouped(all: Iterable<Element>, chosen: readonly Element[], id: Id): ReadonlyMap<Id, readonly Id[]> | "deep" | null {
  const [first, ...others] = chosen.map(groupsOf);
  if (first === undefined || others.length === 0) return null;
  let shared = 0;
  while (shared < first.length && others.every((groups) => groups[shared] === first[shared])) shared += 1;
  const within = first[shared - 1];
  if (within !== undefined && isWhole(all, within, new Set(chosen.map((each) => each.id)))) return null;
  const deeper = (groups: readonly Id[]): Id[] => [...groups.slice(0, shared), id, ...groups.slice(shared)];
  const now = chosen.map((element) => [element.id, deeper(groupsOf(element))] as const);
  return now.some(([, groups]) => groups.length > DEEPEST) ? "deep" : new Map(now);
}

/**
 * What each of some elements is of once their groups are dissolved: of those that are chosen whole the outermost, whose
 * own groups are then there again. What is chosen without the others of its group is taken out of that.
 */
export function ungrouped(all: Iterable<Element>, chosen: readonly Element[]): ReadonlyMap<Id, readonly Id[]> {
  const ids = new Set(chosen.map(({ id }) => id));
  const kept = [...all];
  const whole = new Map<Id, boolean>();
  const isGoing = (group: Id): boolean => {
    if (!whole.has(group)) whole.set(group, isWhole(kept, group, ids));
    return whole.get(group)!;
  };
  return new Map(
    chosen.flatMap((element) => {
      const groups = groupsOf(element);
      if (groups.length === 0) return [];
      const going = groups.find(isGoing) ?? groups.at(-1);
      return [[element.id, groups.filter((group) => group !== going)] as const];
    }),
  );
}

/**
 * Those that a second press at an element picks: of what is picked, the group in it that the element is of, or itself.
 *
 * @param all those that can be picked.
 */
export function inner(all: readonly Element[], picked: ReadonlySet<Id>, hit: Element): Set<Id> {
  const groups = groupsOf(hit);
  const members = (level: number): Id[] => all.filter((element) => groupsOf(element)[level] === groups[level]).map(({ id }) => id);
  const next = groups.findIndex((_, level) => {
    const ids = members(level);
    return ids.length > 1 && ids.length < picked.size && ids.every((id) => picked.has(id));
  });
  return new Set(next < 0 ? [hit.id] : members(next));
}

/** Whether all of a group is among some. */
function isWhole(all: Iterable<Element>, group: Id, ids: ReadonlySet<Id>): boolean {
  for (const element of all) if (groupsOf(element).includes(group) && !ids.has(element.id)) return false;
  return true;
}
