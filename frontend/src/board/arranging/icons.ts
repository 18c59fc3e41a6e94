/** The icons of what arranges things, drawn as those of `ui/icons.tsx`. */

export const ICONS = {
  group: { path: "M4 4h4v4H4zM16 4h4v4h-4zM4 16h4v4H4zM16 16h4v4h-4zM8 6h8M8 18h8M6 8v8M18 8v8" },
  ungroup: { path: "M4 4h9v9H4zM11 16h-.5M13 20H20V11h-4" },
  turnRight: { path: "M18 8a7 7 0 1 0 1 5M18.500 3.500V8H14" },
  turnLeft: { path: "M6 8a7 7 0 1 1-1 5M5.500 3.500V8H10" },
  flipAcross: { path: "M12 3v18M9 7v10H3.500zM15 7v10h5.500z" },
  flipDown: { path: "M3 12h18M7 9h10V3.500zM7 15h10v5.500z" },
  alignLeft: { path: "M4 3v18M7 6h12v4H7zM7 14h7v4H7z" },
  alignCenter: { path: "M12 3v18M6 6h12v4H6zM8.500 14h7v4h-7z" },
  alignRight: { path: "M20 3v18M5 6h12v4H5zM10 14h7v4h-7z" },
  alignTop: { path: "M3 4h18M6 7h4v12H6zM14 7h4v7h-4z" },
  alignMiddle: { path: "M3 12h18M6 6h4v12H6zM14 8.500h4v7h-4z" },
  alignBottom: { path: "M3 20h18M6 5h4v12H6zM14 10h4v7h-4z" },
  distributeAcross: { path: "M4 3v18M20 3v18M9.500 7h5v10h-5z" },
  distributeDown: { path: "M3 4h18M3 20h18M7 9.500h10v5H7z" },
  all: { path: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h8v8H8z" },
  keep: { path: "M3.500 19.500h17M6 19.500V6h3v13.500M9 19.500V9h3v10.500M13.500 19L16.300 6.500l2.900.7-2.800 12.300" },
  duplicate: { path: "M8 8h12v12H8zM4 16V4h12M14 11v6M11 14h6" },
  cut: { path: "M6 9a2.5 2.5 0 1 0 0-5 2.5 2.500 0 0 0 0 5zM6 20a2.5 2.5 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM8 7.500l12 10M8 16.500l12-10" },
  paste: { path: "M8 5H5v16h14V5h-3M8.500 3h7v4h-7z" },
} as const;
