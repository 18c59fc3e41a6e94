/** Having the server set TeX. */

import type { ClassroomApi } from "../../client/rest/rest.ts";

/** What a formula looks like; `w` and `h` in board units, at a font size of 24. */
export interface DrawnFormula {
  /** For the `outline` of a `formula` element; null where it was only looked at. */
  readonly outline: string | null;
  readonly w: number;
  readonly h: number;
  readonly drawing: {
    readonly w: number;
    readonly h: number;
    readonly contours: readonly (readonly number[])[];
  };
}

/** Has TeX drawn, for a `formula` element, or only to look at it. */
export function setFormula({ http }: ClassroomApi, sessionId: string, tex: string, preview: boolean): Promise<DrawnFormula> {
  return http.call("POST", `/sessions/${encodeURIComponent(sessionId)}/formulas/`, { tex, preview });
}
