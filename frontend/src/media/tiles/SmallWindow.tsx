/** What the small window shows: faces, a screen, and one's own switches. */

import { render, type VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import { LineButton } from "../MediaBar.tsx";
import { NEEDED, type Media } from "../media.ts";
import { DEVICE_LINES } from "../devices.ts";
import { openWindow } from "./picture_in_picture.ts";

/** Opens it; `onClose` is called once it is closed, by whomever. Returns how to close it. */
export async function showInSmallWindow(lesson: Lesson, media: Media, onClose: () => void): Promise<(() => void) | null> {
  const opened = await openWindow();
  if (opened === null) return null;
  opened.document.title = t("tiles.window");
  render(<SmallWindow lesson={lesson} media={media} />, opened.document.body);
  opened.addEventListener("pagehide", () => {
    render(null, opened.document.body);
    onClose();
  });
  return () => opened.close();
}

interface SmallWindowProps {
  readonly lesson: Lesson;
  readonly media: Media;
}

function SmallWindow({ lesson, media }: SmallWindowProps): VNode {
  const shown = [...media.peers.value.values()].flatMap(({ peerId, userId, streams }) => {
    const person = lesson.state.value?.roster.get(userId);
    if (person === undefined || person.peer_id !== peerId) return [];
    return [
      ...(person.screen && streams.screen !== null ? [{ key: `${peerId}-screen`, name: t("media.screenOf", { name: person.name }), stream: streams.screen }] : []),
      ...(person.video && streams.video !== null && media.faces.value.has(peerId) ? [{ key: peerId, name: person.name, stream: streams.video }] : []),
      ...(person.video || person.screen ? [] : [{ key: peerId, name: person.name, stream: null }]),
    ];
  });
  return (
    <main class="small-window">
      <div class="small-window-faces">
        {shown.map(({ key, name, stream }) => (
          <figure key={key}>
            {stream && <Picture stream={stream} />}
            <figcaption>
              <bdi>{name}</bdi>
            </figcaption>
          </figure>
        ))}
      </div>
      <p>
        {DEVICE_LINES.filter((line) => lesson.may(NEEDED[line])).map((line) => (
          <LineButton key={line} own={media.own} line={line} />
        ))}
      </p>
    </main>
  );
}

function Picture({ stream }: { readonly stream: MediaStream }): VNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} autoPlay playsInline muted />;
}
