/** A link for the camera of a phone, black on white in every theme: otherwise phones do not read it. */

import type { VNode } from "preact";
import { t } from "../language/language.ts";
import { qrPath } from "./qr_path.ts";

export function QrCode({ link }: { readonly link: string }): VNode {
  const { size, path } = qrPath(link);
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("invite.qr")} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
