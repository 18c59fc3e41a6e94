/** Excalidraw as its documentation shows it, with strokes from `strokes.json`. */

import { Excalidraw, restoreElements } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const strokes = await (await fetch("./strokes.json")).json();
const elements = strokes.map(({ x, y, points }, n) => ({
  id: `s${n}`,
  type: "freedraw",
  x,
  y,
  points,
  pressures: [],
  simulatePressure: true,
  strokeWidth: 2,
  strokeColor: "#1e1e1e",
  // What it asks of each element; the box is that of the points.
  width: Math.max(...points.map(([px]) => px)),
  height: Math.max(...points.map(([, py]) => py)) - Math.min(...points.map(([, py]) => py)),
  seed: n + 1,
  version: 1,
  versionNonce: n + 1,
}));
const initialData = { elements: restoreElements(elements, null), appState: { scrollX: 0, scrollY: 0, zoom: { value: 1 } } };
createRoot(document.getElementById("board")).render(
  createElement(Excalidraw, {
    initialData,
    excalidrawAPI: (api) => {
      window.drawn = () => api.getSceneElements().length;
    },
  }),
);
