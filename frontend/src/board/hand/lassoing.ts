/** The lasso: a loop drawn by hand selects what lies inside it, for the greater part. */

import type { Desk } from "../desk.ts";
import type { Element, Id } from "../../client/wire.ts";
import { boundsOf, around, centre, cornersOf, isInside, overlaps, rotated, absolutePoints, type Bounds, type Point } from "../geometry/geometry.ts";
import type { Gesture, Modifiers, Sample } from "../tools/gesture.ts";
import { outerBounds } from "../geometry/turning.ts";
import { withGroups } from "../arranging/selecting.ts";
import { reachable } from "../drawing/stacking.ts";

/** So much of an element is to lie inside. */
const SHARE = 0.5;
/** As many places of an element are looked at. */
const PLACES_MOST = 64;
const GRID = 6;
/** Points of the loop closer to each other than these many pixels say nothing. */
const STEP = 3;

/** Which share of what is painted of an element lies inside a loop, 0 to 1. */
export function shareInside(loop: readonly Point[], element: Element): number {
  const places = placesOn(element);
  return places.filter((place) => isInside(loop, place)).length / places.length;
}

function placesOn(element: Element): Point[] {
  const bounds = boundsOf(element);
  const places = unturned(element, bounds);
  if (!element.rotation) return places;
  const middle = centre(bounds);
  return places.map((place) => rotated(place, middle, element.rotation!));
}

function unturned(element: Element, { x, y, w, h }: Bounds): Point[] {
  switch (element.type) {
    case "stroke": {
      const points = absolutePoints(element);
      const step = Math.ceil(points.length / PLACES_MOST);
      return points.filter((_, n) => n % step === 0);
    }
    case "line":
    case "arrow": {
      const { x1, y1, x2, y2 } = element;
      return shares().map((share) => ({ x: x1 + (x2 - x1) * share, y: y1 + (y2 - y1) * share }));
    }
    default: {
      const grid = shares().flatMap((across) => shares().map((down) => ({ across, down })));
      const places = grid.map(({ across, down }) => ({ x: x + w * across, y: y + h * down }));
      if (element.type === "ellipse") return places.filter((_, n) => Math.hypot(grid[n]!.across - 0.5, grid[n]!.down - 0.5) <= 0.5);
      if (element.type !== "polygon") return places;
      const corners = cornersOf(element);
      return [...corners, ...places.filter((place) => isInside(corners, place))];
    }
  }
}

/** In the middles of as many parts of equal size. */
function shares(): number[] {
  return Array.from({ length: GRID }, (_, n) => (n + 0.5) / GRID);
}

export function lassoing(desk: Desk, start: Sample, { shift }: Modifiers): Gesture {
  const before: ReadonlySet<Id> = shift ? desk.selection.value : new Set();
  const elements = reachable(desk.board.value, desk.mayMove);
  let loop: Point[] = [start];
  desk.selection.value = before;
  const select = (): void => {
    const box = around(loop);
    const inside = elements.filter(
      (element) => overlaps(box, outerBounds(element)) && shareInside(loop, element) >= SHARE,
    );
    desk.selection.value = new Set([...before, ...withGroups(elements, inside.map(({ id }) => id))]);
  };
  return {
    move(samples) {
      const step = STEP / desk.camera.value.zoom;
      for (const { x, y } of samples) {
        const last = loop.at(-1)!;
        if (Math.hypot(x - last.x, y - last.y) >= step) loop = [...loop, { x, y }];
      }
      desk.lasso.value = loop;
      if (loop.length > 2) select();
    },
    end() {
      desk.lasso.value = null;
      // What one does next is to move it.
      if (desk.selection.value.size > 0) desk.chosenTool.value = "select";
    },
    cancel() {
      desk.lasso.value = null;
      desk.selection.value = before;
    },
  };
}
