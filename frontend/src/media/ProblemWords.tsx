/** Why a device cannot be had, and what helps. */

import type { VNode } from "preact";
import { t } from "../language/language.ts";
import type { MediaProblem } from "./own_media.ts";

export function ProblemWords({ problem }: { readonly problem: MediaProblem }): VNode {
  return (
    <span>
      {t(`media.problem.${problem}`)}
      {problem === "insecure" && <code>lessonroom serve --tls self-signed</code>}
    </span>
  );
}
