/** The icon of one's shelf: books on a board. */

export const SHELF = { path: "M3.500 19.500h17M6 19.500V6h3v13.500M9 19.500V9h3v10.500M13.500 19L16.300 6.500l2.900.7-2.800 12.300" } as const;
