/** One's own camera, as in a mirror. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";

export function OwnPicture({ track }: { readonly track: MediaStreamTrack }): VNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={video} aria-label={t("preview.picture")} data-mirrored autoPlay playsInline muted />;
}
