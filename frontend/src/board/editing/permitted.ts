/** What of an edit the room would take: the rest is not asked for. */

import type { Edit, Element, Id } from "../../client/wire.ts";

/** Returns the operation without what touches locked elements, or those that are not theirs to change. */
export function permitted(
  op: Edit,
  elements: ReadonlyMap<Id, Element>,
  mayChange: (element: Element) => boolean,
): Edit[] {
  const isKept = (id: Id, isUnlocking = false): boolean => {
    const element = elements.get(id);
    return element !== undefined && (!mayChange(element) || (element.locked === true && !isUnlocking));
  };
  switch (op.op) {
    case "put":
      return isKept(op.element.id) ? [] : [op];
    case "patch": {
      const isUnlocking = op.set?.["locked"] === false || op.unset?.includes("locked") === true;
      return isKept(op.id, isUnlocking) ? [] : [op];
    }
    case "remove": {
      const ids = op.ids.filter((id) => !isKept(id));
      return ids.length > 0 ? [{ ...op, ids }] : [];
    }
    default:
      return [op];
  }
}
