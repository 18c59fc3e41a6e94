/** Icons that only panels and other pages show: the classroom does not wait for them. */

import type { IconName } from "./icons.tsx";

export const HAND: IconName = {
  path: "M8 13V7.500a1.300 1.300 0 0 1 2.600 0V11V5.800a1.300 1.300 0 0 1 2.600 0V11V6.600a1.300 1.300 0 0 1 2.600 0V12V9.300a1.300 1.300 0 0 1 2.600 0V15.500a5.500 5.500 0 0 1-5.500 5.500h-1c-2 0-3.200-.9-4.200-2.400L5.500 15a1.300 1.300 0 0 1 2.100-1.500zM5 8.500a8 8 0 0 1 2-4.800M21 7.500a8 8 0 0 0-2-4",
};
export const TIMER: IconName = {
  path: "M12 21a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15zM12 9.500V14l2.500 1.500M9.500 3h5",
};
export const KEYS: IconName = {
  path: "M3.5 6.500h17v11h-17zM7 10h.01M10.500 10h.01M14 10h.01M17 10h.01M8 14h8",
};
export const SETTINGS: IconName = {
  path: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400zM9 19.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400z",
};
export const FILE: IconName = { path: "M6 3.5h7l5 5v12H6zM13 3.5v5h5" };
export const HISTORY: IconName = {
  path: "M4 5v4.500h4.500M4.5 9.500A8 8 0 1 1 4 13M12 8v4.500l3 2",
};
export const RECORD: IconName = {
  path: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
};
export const SAVE: IconName = {
  path: "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6",
};
export const SEND: IconName = {
  path: "M4.5 12L3.500 4.500 21 12 3.500 19.500zM4.500 12H12",
};
export const EYE_OFF: IconName = {
  path: "M4 4l16 16M9.5 6c.8-.3 1.6-.5 2.5-.5 6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6 8c-2.2 1.8-3.5 4-3.5 4S6 18.5 12 18.5c1.3 0 2.5-.3 3.5-.8M10 10a3 3 0 0 0 4 4.3",
};
