/** Voices, faces and screens of a call, and one's own switches. */

import type { VNode } from "preact";
import type { Lesson } from "../lesson/lesson.ts";
import { MediaBar } from "./MediaBar.tsx";
import type { Media } from "./media.ts";
import { OwnLine } from "./line/LineWords.tsx";
import { Tiles } from "./Tiles.tsx";
import "../styles/lesson/media.css";
import "../styles/lesson/line.css";
import "../styles/lesson/preview.css";
import "../styles/lesson/tiles.css";

interface CallViewProps {
  readonly lesson: Lesson;
  readonly media: Media;
  /** Where Escape leads from the bar. */
  readonly onLeave: () => void;
}

export function CallView({ lesson, media, onLeave }: CallViewProps): VNode {
  return (
    <>
      <Tiles lesson={lesson} media={media} />
      <OwnLine media={media} />
      <MediaBar lesson={lesson} media={media} onLeave={onLeave} />
    </>
  );
}
