/** What of an edit the room would take: the rest is not asked for. */

import type { Edit, Element, Id } from "../../client/wire.ts";

/** What moves an element, and does nothing else to it (BD-27). */
const MOVED: ReadonlySet<string> = new Set(["x", "y", "x1", "y1", "x2", "y2", "rotation", "z"]);

/** Returns the operation without what touches locked elements, or those that are not theirs to change, or to move. */
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
      return isKept(op.element.id) ? [] : [op];
    case "patch": {
      const isUnlocking = op.set?.["locked"] === false || op.unset?.includes("locked") === true;
      const isMove = [...Object.keys(op.set ?? {}), ...(op.unset ?? [])].every((name) => MOVED.has(name));
      return isKept(op.id, isUnlocking, isMove ? mayMove : mayChange) ? [] : [op];
    }
    case "remove": {
      const ids = op.ids.filter((id) => !isKept(id));
      return ids.length > 0 ? [{ ...op, ids }] : [];
    }
    default:
      return [op];
  }
}
