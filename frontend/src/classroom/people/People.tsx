/** Who is here, and, for the host, what each may do. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { permissionsOf } from "../../client/replica/room_state.ts";
import type { Participant, Permission } from "../../client/wire.ts";
import { isolated, plural, t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { HAND, RECORD } from "../../ui/more_icons.ts";
import { allow } from "./allow.ts";
import { Everyone } from "./Everyone.tsx";
import { Hands } from "./Hands.tsx";
import { Kick } from "./Kick.tsx";
import { canStopLeading, MakeHost, StopLeading } from "./Leading.tsx";
import { Reactions } from "./Reactions.tsx";
import { mayBeLit, Spotlights } from "./Spotlights.tsx";
import type { Classroom } from "../classroom.ts";
import { standingIn } from "../recording/standing_words.ts";

const OFFERED: readonly Permission[] = [
  "can_draw",
  "can_erase",
  "can_edit_others",
  "can_clear_board",
  "can_add_layers",
  "can_delete_layers",
  "can_upload_images",
  "can_export",
  "can_toggle_audio",
  "can_toggle_video",
  "can_share_screen",
];

export function People({ room }: { readonly room: Classroom }): VNode {
  const isHost = room.lesson.me.value?.role === "host";
  const people = [...room.lesson.present.value].sort(byRoleThenName);
  const there = room.lesson.connected.value.length;
  const students = people.filter(({ role }) => role === "student");
  return (
    <div class="people">
      <p class="hint" role="status">
        {plural("people.count", there)}
        {people.length > there && `, ${t("people.reconnectingCount", { count: people.length - there })}`}
      </p>
      {room.lesson.may("can_invite") && room.lesson.waiting.value.length > 0 && <Lobby room={room} />}
      {room.lesson.hands.value.length > 0 && <Hands room={room} isHost={isHost} />}
      {room.lesson.state.value?.session.session_type !== "solo" && <Reactions lesson={room.lesson} />}
      {isHost && people.length > 1 && <Everyone room={room} students={students} />}
      <ul class="roster">
        {people.map((person) => (
          <Person key={person.user_id} room={room} person={person} isHost={isHost} />
        ))}
      </ul>
      {people.length <= 1 && <p class="hint">{t("people.alone")}</p>}
      {room.lesson.may("can_invite") && (
        <button
          type="button"
          class="button wide"
          onClick={() => {
            room.asking.value = "invite";
          }}
        >
          <Icon name="invite" size={20} /> {t("invite.title")}
        </button>
      )}
    </div>
  );
}

/** Those who wait outside, each with a way in and a way off. */
function Lobby({ room }: { readonly room: Classroom }): VNode {
  return (
    <section class="lobby" aria-label={t("people.waiting")}>
      <h3>{t("people.waiting")}</h3>
      <ul>
        {room.lesson.waiting.value.map(({ user_id, name }) => (
          <li key={user_id}>
            <bdi>{name}</bdi>
            {room.lesson.may("can_kick") && (
              <button type="button" class="button" onClick={() => void room.lesson.ask("kick", { user_id })}>
                {t("people.decline")}
              </button>
            )}
            <button
              type="button"
              class="button primary"
              onClick={() => void room.lesson.ask("admit", { user_id })}
            >
              {t("people.admit")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ORDER = { host: 0, solo: 0, student: 1, viewer: 2 } as const;

function byRoleThenName(a: Participant, b: Participant): number {
  return ORDER[a.role] - ORDER[b.role] || a.name.localeCompare(b.name);
}

/** What of a person is on, in words. */
function mediaOf(person: Participant): string {
  return (["audio", "video", "screen"] as const)
    .filter((line) => person[line])
    .map((line) => t(`people.on.${line}`))
    .join(", ");
}

/** Whether they are there, and their page says that the line is weak (RT-6). */
function isWeak({ status, connection_quality: quality }: Participant): boolean {
  return status === "connected" && quality !== null && quality !== "good";
}

interface PersonProps {
  readonly room: Classroom;
  readonly person: Participant;
  readonly isHost: boolean;
}

function Person({ room, person, isHost }: PersonProps): VNode {
  const isOpen = useSignal(false);
  const isMe = person.user_id === room.lesson.state.value?.userId;
  const canManage = isHost && !isMe && person.role !== "host";
  const canDemote = canStopLeading(room, person);
  const canBeLit = isHost && mayBeLit(room, person);
  const isAway = room.lesson.gestures.value?.away.value.has(person.user_id) === true;
  const recording = room.lesson.state.value?.session.recording ?? null;
  const standing = recording !== null && person.is_admitted ? standingIn(room, person, recording) : null;
  // Whoever leads is to see at once whose voice will be missing.
  const isSaid = room.lesson.isHost.value && standing !== null && standing.kind !== "recorded";
  const line = (
    <>
      <Avatar person={person} />
      <span class="person-name">
        <bdi>{person.name}</bdi>
        {isMe && <small> ({t("people.you")})</small>}
        <small class="person-role">
          {person.status === "reconnecting" ? t("people.reconnecting") : t(`people.${person.role}`)}
          {isAway && `, ${t("people.away")}`}
          {standing && isSaid && `, ${standing.words}`}
        </small>
      </span>
      <span class="person-media">
        {standing && <InRecording {...standing} isSaid={isSaid} />}
        {person.hand_raised_at !== null && (
          <span class="asks" role="img" aria-label={t("hand.isUp")}>
            <Icon name={HAND} size={18} />
          </span>
        )}
        {isWeak(person) && (
          <span class="weak" role="img" aria-label={t(isMe ? "line.own.weak" : "line.theirs", { name: isolated(person.name) })}>
            <Icon name="line" size={18} />
          </span>
        )}
        {person.screen && <Icon name="screen" size={18} />}
        {person.video && <Icon name="camera" size={18} />}
        <Icon name={person.audio ? "mic" : "micOff"} size={18} />
        <span class="for-screen-readers">{mediaOf(person)}</span>
      </span>
    </>
  );
  return (
    <li
      class="person"
      data-status={isAway ? "away" : person.status}
      data-speaking={room.media.value?.speaking.value.has(person.user_id)}
    >
      {canManage || canDemote || canBeLit ? (
        <button
          type="button"
          class="person-line"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          {line}
          <Icon name={isOpen.value ? "up" : "down"} size={18} />
        </button>
      ) : (
        <div class="person-line">{line}</div>
      )}
      {room.lesson.leader.value?.user_id === person.user_id && <Follow room={room} userId={person.user_id} />}
      {canBeLit && isOpen.value && <Spotlights room={room} person={person} />}
      {canManage && isOpen.value && <Rights room={room} person={person} />}
      {canDemote && isOpen.value && <StopLeading room={room} person={person} />}
    </li>
  );
}

/** Whether somebody is in the recording that is on: everyone sees of everyone (RC-4). */
function InRecording({ kind, words, isSaid }: ReturnType<typeof standingIn> & { readonly isSaid: boolean }): VNode {
  const named = isSaid ? ({ "aria-hidden": true } as const) : ({ role: "img", "aria-label": words } as const);
  return (
    <span class="in-recording-mark" data-standing={kind} title={words} {...named}>
      <Icon name={RECORD} size={18} />
    </span>
  );
}

function Follow({ room, userId }: { readonly room: Classroom; readonly userId: number }): VNode {
  return (
    <Switch
      label={t("follow.switch")}
      isOn={room.following.userId.value === userId}
      onChange={(isOn) => (isOn ? room.following.start(userId) : room.following.stop())}
    />
  );
}

function Rights({ room, person }: Omit<PersonProps, "isHost">): VNode | null {
  const isAsking = useSignal(false);
  const state = room.lesson.state.value;
  if (state === null) return null;
  const permissions = permissionsOf(state, person);
  return (
    <div class="rights" role="group" aria-label={t("people.permissionsOf", { name: person.name })}>
      {OFFERED.map((name) => (
        <Switch
          key={name}
          label={t(`permission.${name}`)}
          isOn={permissions[name]}
          onChange={(isOn) => void allow(room, { user_id: person.user_id }, { [name]: isOn })}
        />
      ))}
      <MakeHost room={room} person={person} />
      {person.audio ? (
        <button
          type="button"
          class="button"
          onClick={() => void room.lesson.ask("mute", { user_id: person.user_id })}
        >
          <Icon name="micOff" size={18} /> {t("people.mute")}
        </button>
      ) : (
        permissions.can_toggle_audio && (
          <button
            type="button"
            class="button"
            onClick={() => void room.lesson.ask("ask_unmute", { user_id: person.user_id })}
          >
            <Icon name="mic" size={18} /> {t("people.askUnmute")}
          </button>
        )
      )}
      <button
        type="button"
        class="button"
        onClick={() => void room.lesson.ask("undo", { user_id: person.user_id })}
      >
        <Icon name="undo" size={18} /> {t("people.undo")}
      </button>
      <button
        type="button"
        class="button danger-quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {t("people.kick")}
      </button>
      {isAsking.value && (
        <Kick
          room={room}
          person={person}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </div>
  );
}
