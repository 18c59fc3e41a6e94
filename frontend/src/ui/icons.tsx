/** Icons, drawn on 24 by 24 with a stroke. */

import type { VNode } from "preact";

const PATHS = {
  pen: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-2.5 4.5 4M15.5 10a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M9.500 5v14M14.700 5v14",
  graph: "M4 4v16h16M6.500 16c2.500-9 5-9 6.500-4.500s3.500 4.500 6-5",
  formula: "M17.5 5.5H7.5l5.5 6.500-5.500 6.500h10",
  undo: "M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
  redo: "M16 5l4 4-4 4M20 9h-9.5a5.5 5.5 0 0 0 0 11H15",
  before: "M14.500 6l-6 6 6 6",
  next: "M9.500 6l6 6-6 6",
  copy: "M9 9h11v11H9zM4 15V4h11",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500l5 5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.5 2.9-6 6.5-6s6.5 2.5 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.6c2.1.8 3.5 2.8 3.5 5.4",
  layers: "M12 3.5l9 5-9 5-9-5zM4 12.5l8 4.5 8-4.5M4 16.5l8 4.5 8-4.5",
  invite: "M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 20c0-3.5 2.9-6 6.5-6 1.5 0 2.9.4 4 1.2M18.5 14v7M15 17.5h7",
  menu: "M5 7h14M5 12h14M5 17h14",
  close: "M6 6l12 12M18 6L6 18",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.5 11V7a3.5 3.5 0 0 1 6.8-1.2",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  front: "M8 8h12v12H8zM4 16V4h12",
  back: "M4 4h12v12H4zM20 8v12H8",
  play: "M8 5l11 7-11 7z",
  pause: "M8.5 5v14M15.5 5v14",
  stop: "M6.5 6.5h11v11h-11z",
  leave: "M14 4H6v16h8M11 12h10M17.5 8.5L21 12l-3.5 3.5",
  fill: "M4 6.5h16v11H4z",
  mic: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.5",
  micOff: "M4 4l16 16M9.5 9.5v2a2.5 2.5 0 0 0 4 2M14.5 11V6.5a2.5 2.5 0 0 0-4.9-.7M6.5 11.5a5.5 5.5 0 0 0 9 4.2M17.5 11.5c0 .8-.2 1.5-.4 2.100M12 17v3.5",
  camera: "M3.5 7h11v10h-11zM14.5 11l6-3.500v9l-6-3.5",
  cameraOff: "M4 4l16 16M9.5 7h5v5.500M14.5 14.500V17h-11V7h2.500M14.5 11l6-3.500v9l-3-1.8",
  screen: "M3.5 5h17v11h-17zM8.5 20h7M12 16v4M12 13V8.500M9.5 10.500L12 8l2.5 2.5",
  line: "M4 20v-4M9.500 20v-8M15 20V8M4 4l16 16",
  chat: "M4 5h16v11.500H11L6.500 20v-3.500H4z",
} as const;

/** The name of an icon, or the lines of one that only its user knows. */
export type IconName = keyof typeof PATHS | { readonly path: string };

export function Icon({ name, size = 22 }: { name: IconName; size?: number }): VNode {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={typeof name === "string" ? PATHS[name] : name.path} />
    </svg>
  );
}
