/** A QR code as a path. */

import { encode } from "uqr";

/** The quiet zone that the standard asks for (ISO/IEC 18004), in modules. */
const QUIET = 4;

/** Returns the size of a code in modules, its quiet zone included, and the path of the dark ones. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  // M: a crease or a reflection does not make it useless.
  const { size, data } = encode(text, { ecc: "M", border: QUIET });
  const rows = data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join(""));
  return { size, path: rows.join("") };
}
