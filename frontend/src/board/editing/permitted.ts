/** What of an edit the room would take: the rest is not asked for. */

import { patchedElement, withoutDefaults } from "../../client/replica/board.ts";
import type { Edit, Element, Id } from "../../client/wire.ts";
import { isSame } from "./same.ts";

/** What moves an element, and does nothing else to it (BD-27). */
const MOVED: ReadonlySet<string> = new Set(["x", "y", "x1", "y1", "x2", "y2", "rotation", "z"]);

/**
 * Returns the operation without what touches locked elements, or those that are not theirs to change, or to move;
 * without what leaves an element as it is, too: the room makes no step of that, and would count others than we do (BD-11).
 */
export function permitted(
  op: Edit,
  elements: ReadonlyMap<Id, Element>,
  mayChange: (element: Element) => boolean,
  mayMove = mayChange,
): Edit[] {
  const isKept = (id: Id, isUnlocking = false, may = mayChange): boolean => {
    const element = elements.get(id);
    return element !== undefined && (!may(element) || (element.locked === true && !isUnlocking));
  };
  switch (op.op) {
    case "put":
      return isKept(op.element.id) || isNothing(op, elements.get(op.element.id)) ? [] : [op];
    case "patch": {
      const isUnlocking = op.set?.["locked"] === false || op.unset?.includes("locked") === true;
      const isMove = [...Object.keys(op.set ?? {}), ...(op.unset ?? [])].every((name) => MOVED.has(name));
      const isLeft = isKept(op.id, isUnlocking, isMove ? mayMove : mayChange) || isNothing(op, elements.get(op.id));
      return isLeft ? [] : [op];
    }
    case "remove": {
      const ids = op.ids.filter((id) => !isKept(id));
      return ids.length > 0 ? [{ ...op, ids }] : [];
    }
    default:
      return [op];
  }
}

function isNothing(op: Extract<Edit, { op: "put" | "patch" }>, element: Element | undefined): boolean {
  if (element === undefined) return false;
  const after = op.op === "put" ? op.element : patchedElement(element, op.set ?? {}, op.unset ?? []);
  const [was, is] = [element, after].map((each): Record<string, unknown> => ({ ...withoutDefaults(each), by: null }));
  const names = op.op === "put" ? Object.keys({ ...was, ...is }) : [...Object.keys(op.set ?? {}), ...(op.unset ?? [])];
  return names.every((path) => {
    const [name] = path.split(".") as [string];
    return isSame(was![name], is![name]);
  });
}
