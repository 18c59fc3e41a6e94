/** tldraw as its documentation shows it, with strokes from `strokes.json`. */

import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { b64Vecs, createShapeId, Tldraw } from "tldraw";
import "tldraw/tldraw.css";

const strokes = await (await fetch("./strokes.json")).json();
const shapes = strokes.map(({ x, y, points }, n) => ({
  id: createShapeId(`s${n}`),
  type: "draw",
  x,
  y,
  props: {
    segments: [{ type: "free", path: b64Vecs.encodePoints(points.map(([px, py]) => ({ x: px, y: py, z: 0.5 }))) }],
    size: "s",
    isComplete: true,
  },
}));
createRoot(document.getElementById("board")).render(
  createElement(Tldraw, {
    // Its own limit of 4,000 is a choice, not what it can bear.
    options: { maxShapesPerPage: 20_000 },
    onMount: (editor) => {
      editor.createShapes(shapes);
      editor.clearHistory();
      window.drawn = () => editor.getCurrentPageShapeIds().size;
    },
  }),
);
