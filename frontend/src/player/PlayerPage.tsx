/** A lesson from a pack: its board and its voices, with no server. */

import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Assets, PicturesOf } from "../board/drawing/assets.ts";
import { Changes } from "../history/replay/changes.ts";
import { Replay } from "../history/replay/replay.ts";
import { ReplayBar } from "../history/replay/ReplayBar.tsx";
import { Shown } from "../history/shown.ts";
import { StillBoard } from "../history/StillBoard.tsx";
import { Timeline } from "../history/Timeline.tsx";
import { choose, language, t, type Language } from "../language/language.ts";
import { LANGUAGES } from "../language/names.ts";
import { fileIn, type Packed } from "./pack.ts";
import "../styles/pages/history.css";

const file = (id: string): Promise<Blob> => fileIn(document.getElementById(id));

export function PlayerPage({ packed }: { readonly packed: Packed }): VNode {
  const { lesson, events, changes } = packed;
  const course = useMemo(() => {
    const shown = new Shown();
    shown.events.value = events;
    return shown;
  }, [events]);
  const assets = useMemo(() => new Assets((asset) => file(`asset-${asset}`)), []);
  const replay = useMemo(() => {
    if (changes.length === 0 && lesson.takes.length === 0) return null;
    const found = { changes: new Changes(changes), takes: lesson.takes, recordings: lesson.recordings, seats: lesson.people };
    return new Replay(course, { media: (takeId) => file(`take-${takeId}`) }, found);
  }, [course, lesson, changes]);
  const title = lesson.title || t("lesson.untitled");
  useEffect(() => {
    // The newest board is what one sees first, as in any history.
    replay?.seek(replay.span[1]);
    return () => replay?.dispose();
  }, [replay]);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div class="history">
      <header class="top-bar">
        <h1 class="lesson-title">
          <bdi>{title}</bdi>
        </h1>
        <span class="hint">{t("app.history")}</span>
        <span class="spring" />
        <select
          aria-label={t("app.language")}
          value={language.value}
          onChange={({ currentTarget }) => void choose(currentTarget.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </header>
      <main>
        <PicturesOf.Provider value={assets}>
          <StillBoard course={course} fetch={(asset) => file(`asset-${asset}`)} />
        </PicturesOf.Provider>
        {replay !== null && <ReplayBar replay={replay} />}
      </main>
      <Timeline course={course} onGo={(event) => replay?.seek(Date.parse(event.at))} />
    </div>
  );
}
