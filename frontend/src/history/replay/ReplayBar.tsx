/** Plays a lesson again: by its time, with its voices, and who is heard when. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, isolated, locale, t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Switch } from "../../ui/forms.tsx";
import { fileNameOf } from "./keeping.ts";
import { REPLAY_SPEEDS, type Replay } from "./replay.ts";
import type { Heard, Part } from "./who.ts";
import "../../styles/pages/replay.css";

export function ReplayBar({ replay }: { readonly replay: Replay }): VNode {
  const [begin, end] = replay.span;
  const elapsed = replay.elapsed.value;
  const isPlaying = replay.isPlaying.value;
  const hasVoices = replay.who.length > 0;
  return (
    <section class="replay card" aria-label={t("replay.title")}>
      <div class="slider">
        <IconButton
          icon={isPlaying ? "pause" : "play"}
          label={t(isPlaying ? "history.pause" : hasVoices ? "replay.play" : "history.play")}
          onClick={() => (isPlaying ? replay.pause() : replay.play())}
        />
        <input
          type="range"
          min={0}
          max={Math.max(1, Math.ceil((end - begin) / 1_000))}
          value={Math.round(elapsed / 1_000)}
          aria-label={t("replay.moment")}
          aria-valuetext={clock(elapsed)}
          onInput={({ currentTarget }) => replay.seek(begin + Number(currentTarget.value) * 1_000)}
        />
        <output>
          {clock(elapsed)} / {clock(end - begin)}
        </output>
        <time dateTime={new Date(replay.now.value).toISOString()}>{timeOf(replay.now.value)}</time>
        <select
          aria-label={t("history.speed")}
          value={replay.speed.value}
          onChange={({ currentTarget }) => replay.setSpeed(Number(currentTarget.value))}
        >
          {REPLAY_SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </div>
      <p class="hint" role="status">
        {replay.isWaiting.value ? t("replay.waiting") : hasVoices && replay.speed.value > 2 ? t("replay.tooFast") : ""}
        {replay.faults.value.length > 0 && ` ${t("replay.fault", { names: namesOf(replay) })}`}
      </p>
      <Pictures replay={replay} />
      {hasVoices && (
        <ul class="heard" aria-label={t("replay.who")}>
          {replay.who.map((person) => (
            <Row key={person.userId} replay={replay} person={person} />
          ))}
        </ul>
      )}
    </section>
  );
}

function timeOf(ms: number): string {
  return new Intl.DateTimeFormat(locale.value, { timeStyle: "medium" }).format(ms);
}

function namesOf(replay: Replay): string {
  const ids = new Set(replay.faults.value.map(({ userId }) => userId));
  return replay.who.filter(({ userId }) => ids.has(userId)).map(({ name }) => isolated(name)).join(", ");
}

/** One person: when they are heard, and what is missing. */
function Row({ replay, person }: { readonly replay: Replay; readonly person: Heard }): VNode {
  const { userId, name, why, gaps, parts } = person;
  const isMuted = replay.muted.value.has(userId);
  const [begin, end] = replay.span;
  const place = ([from, to]: Part): Record<string, string> => ({
    insetInlineStart: `${((from - begin) / (end - begin || 1)) * 100}%`,
    width: `${((to - from) / (end - begin || 1)) * 100}%`,
  });
  const between = ([from, to]: Part): string => `${clock(from - begin)}–${clock(to - begin)}`;
  return (
    <li data-why={why ?? undefined}>
      {why === null ? (
        <IconButton
          icon={isMuted ? "micOff" : "mic"}
          label={t(isMuted ? "replay.unmute" : "replay.mute", { name })}
          pressed={isMuted}
          onClick={() => replay.mute(userId, !isMuted)}
        />
      ) : (
        <span class="not-heard">
          <Icon name="micOff" size={20} />
        </span>
      )}
      <span class="heard-name">
        <bdi>{name}</bdi>
        {why !== null && <small>{t(`replay.why.${why}`)}</small>}
        {gaps.length > 0 && <small>{t("replay.missing", { parts: gaps.map(between).join(", ") })}</small>}
        {person.isOpen && <small>{t("replay.open")}</small>}
        {parts.length > 0 && <span class="for-screen-readers">{t("replay.heard", { parts: parts.map(between).join(", ") })}</span>}
      </span>
      <span class="heard-strip" aria-hidden="true">
        {parts.map((part) => (
          <span key={part[0]} class="heard-part" style={place(part)} />
        ))}
        {gaps.map((part) => (
          <span key={part[0]} class="heard-gap" style={place(part)} />
        ))}
        <span class="heard-now" style={place([replay.now.value, replay.now.value])} />
      </span>
      {replay.mayKeep && parts.length > 0 && (
        <IconButton
          icon="download"
          label={t("replay.keep", { name })}
          disabled={replay.keeping.value.has(userId)}
          onClick={() =>
            void replay.keep(userId, (take, takes, title) =>
              fileNameOf(take, takes, { lesson: title || t("lesson.untitled"), name, kind: t(`replay.kind.${take.kind}`) }),
            )
          }
        />
      )}
    </li>
  );
}

/** Faces and screens, where there are any. */
function Pictures({ replay }: { readonly replay: Replay }): VNode | null {
  const pictures = replay.pictures.value;
  if (pictures.length === 0) return null;
  return (
    <div class="replay-pictures">
      <Switch
        label={t("replay.faces")}
        isOn={replay.areFacesShown.value}
        onChange={(isOn) => {
          replay.areFacesShown.value = isOn;
        }}
      />
      {replay.areFacesShown.value &&
        pictures.map(({ take, player }) => (
          <figure key={take.takeId}>
            <Placed player={player} />
            <figcaption>
              <bdi>{replay.who.find(({ userId }) => userId === take.userId)?.name}</bdi>
            </figcaption>
          </figure>
        ))}
    </div>
  );
}

function Placed({ player }: { readonly player: HTMLMediaElement }): VNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.replaceChildren(player);
  }, [player]);
  return <div ref={place} />;
}
