/** Quiet notices: what happens beside the board, for as long as it takes to read. */

import { effect, signal, untracked } from "@preact/signals";
import type { RoomState } from "../../client/replica/room_state.ts";
import type { Notification, Participant } from "../../client/wire.ts";
import { progressOf, type DocumentProgress } from "./documents.ts";
import type { Classroom } from "../classroom.ts";
import { happenings, said, type Happening, type HappeningKind } from "./happenings.ts";
import { chime, type Occasion } from "./sounds.ts";

export interface Notice {
  readonly key: number;
  readonly kind: HappeningKind | "told" | "document" | "reacted" | "picked" | "unmute";
  readonly people: readonly Participant[];
  /** What was written, or the code of what the server tells. */
  readonly text: string;
  readonly document?: DocumentProgress;
}

/** What the server tells that is shown nowhere else. */
const TOLD: ReadonlySet<string> = new Set(["overrun", "quota_near", "restarting", "muted", "recording_started", "recording_stopped", "recording_nearly_full"]);
const SHOWN_MS = 6_000;
/** A reaction is a glance; whose turn it is, is looked for. */
const REACTION_MS = 4_000;
const PICKED_MS = 12_000;
/** What waits for an answer stays until there is one. */
const WAITING: ReadonlySet<Notice["kind"]> = new Set(["knocks", "unmute"]);
const MOST = 4;
const OCCASIONS: Readonly<Record<Exclude<HappeningKind, "left">, Occasion>> = {
  knocks: "knock",
  asks: "hand",
  wrote: "message",
  came: "people",
  back: "people",
  dropped: "people",
};
/** A document of which nothing more is heard has ended with its server. */
const UNHEARD_OF_MS = 60_000;
/** Who loads a page anew is gone for a moment, and nobody needs to know. */
const GONE_FOR_MS = 4_000;

export class Notices {
  readonly shown = signal<readonly Notice[]>([]);

  readonly #room: Classroom;
  readonly #stops: (() => void)[];
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  /** Those whose connection is gone, and whether that was told. */
  readonly #dropped = new Map<number, ReturnType<typeof setTimeout> | "told">();
  #count = 0;
  #before: RoomState | null = null;

  constructor(room: Classroom) {
    this.#room = room;
    this.#stops = [
      effect(() => {
        const state = room.lesson.state.value;
        if (state?.epoch != null) untracked(() => this.#follow(state));
      }),
      effect(() => {
        if (room.panel.value === "chat") untracked(() => this.#keep(({ kind }) => kind !== "wrote"));
      }),
      room.client.on("notification", (told) => this.#tell(told)),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    for (const timer of [...this.#timers.values(), ...this.#dropped.values()]) {
      if (timer !== "told") clearTimeout(timer);
    }
  }

  dismiss(key: number): void {
    this.#keep((notice) => notice.key !== key);
  }

  #follow(state: RoomState): void {
    const before = this.#before;
    this.#before = state;
    if (before === null) {
      // Who waited before one came waits still.
      const waiting = untracked(() => this.#room.lesson.waiting.value);
      for (const person of waiting) this.#take({ kind: "knocks", person });
      return;
    }
    for (const happening of happenings(before, state)) this.#take(happening);
    if (before.chatRemoved !== state.chatRemoved) this.#forgetRemoved(before, state);
    if (state.roster.get(state.userId)?.audio === true) this.#keep(({ kind }) => kind !== "unmute");
    this.#keep(({ kind, people }) => kind !== "knocks" || people.some((person) => waits(state, person)));
  }

  /** What a host takes out of the chat is not shown a moment longer. */
  #forgetRemoved(before: RoomState, after: RoomState): void {
    const gone = before.chat.filter((line) => said(line) !== "" && after.chatRemoved.has(line.seq));
    this.#keep(({ kind, text }) => kind !== "wrote" || gone.every((line) => said(line) !== text));
  }

  #take(happening: Happening): void {
    const { kind, person } = happening;
    const id = person.user_id;
    const dropped = this.#dropped.get(id);
    if (kind === "dropped") {
      this.#dropped.set(id, setTimeout(() => {
        this.#dropped.set(id, "told");
        this.#show(happening);
      }, GONE_FOR_MS));
      return;
    }
    if (dropped !== undefined && kind !== "wrote") {
      if (dropped !== "told") clearTimeout(dropped);
      this.#dropped.delete(id);
      if (kind === "back" && dropped !== "told") return;
    }
    if (kind === "asks" && !this.#room.lesson.isHost.value) return;
    if (kind === "knocks" && !this.#room.lesson.may("can_invite")) return;
    if (kind === "wrote" && this.#room.panel.value === "chat") return;
    this.#show(happening);
    if (kind !== "left") chime(kind === "knocks" ? "knock" : "note", OCCASIONS[kind]);
  }

  #tell(notification: Notification): void {
    const progress = progressOf(notification);
    if (progress !== null) this.#followDocument(progress);
    const { code, params } = notification;
    const person = this.#before?.roster.get(Number(params?.["user_id"] ?? params?.["by"]));
    if (code === "reaction" && person !== undefined) this.#react(person, String(params?.["reaction"]));
    if (code === "picked" && person !== undefined) {
      this.#keep(({ kind }) => kind !== "picked");
      this.#add({ kind: "picked", people: [person], text: "" }, PICKED_MS);
      chime("note", "hand");
    }
    if (code === "unmute_asked") {
      this.#keep(({ kind }) => kind !== "unmute");
      this.#add({ kind: "unmute", people: person ? [person] : [], text: "" });
      chime("knock");
    }
    if (code === "spotlight" && person?.user_id === this.#before?.userId) this.#add({ kind: "told", people: [], text: code });
    const isFull = code === "recording_stopped" && params?.["reason"] === "full";
    if (TOLD.has(code)) this.#add({ kind: "told", people: [], text: isFull ? "recording_full" : code });
  }

  /** Those who react alike stand together, the newest last. */
  #react(person: Participant, reaction: string): void {
    const same = this.shown.value.find(({ kind, text }) => kind === "reacted" && text === reaction);
    if (same !== undefined) this.dismiss(same.key);
    const others = (same?.people ?? []).filter(({ user_id }) => user_id !== person.user_id);
    this.#add({ kind: "reacted", people: [...others, person], text: reaction }, REACTION_MS);
  }

  /** A document has one notice, which stays where it is and goes some time after the last word of it. */
  #followDocument(document: DocumentProgress): void {
    const of = this.shown.value.find((notice) => notice.document?.document_id === document.document_id);
    const person = this.#before?.roster.get(document.user_id);
    const notice = { kind: "document" as const, people: person ? [person] : [], text: document.title, document };
    const forMs = document.status === "importing" ? UNHEARD_OF_MS : SHOWN_MS;
    if (of === undefined) this.#add(notice, forMs);
    else {
      this.shown.value = this.shown.value.map((each) => (each === of ? { ...notice, key: of.key } : each));
      this.#goLater(of.key, forMs);
    }
  }

  /** People who come or go at once stand in one notice; who knocks, in one each. */
  #show({ kind, person, text = "" }: Happening): void {
    const same = this.shown.value.find(
      (notice) => notice.kind === kind && (kind === "wrote" || kind === "knocks" ? notice.people[0]?.user_id === person.user_id : true),
    );
    if (same !== undefined) this.dismiss(same.key);
    const others = (same?.people ?? []).filter(({ user_id }) => user_id !== person.user_id);
    this.#add({ kind, people: [...others, person], text });
  }

  #add(notice: Omit<Notice, "key">, forMs = SHOWN_MS): void {
    this.#count += 1;
    const key = this.#count;
    const all = [...this.shown.value, { key, ...notice }];
    const tooMany = all.length - MOST;
    // Who knocks stays until somebody answers.
    const gone = new Set(all.filter(({ kind }) => !WAITING.has(kind)).slice(0, Math.max(0, tooMany)));
    this.shown.value = all.filter((one) => !gone.has(one));
    if (WAITING.has(notice.kind)) return;
    this.#goLater(key, forMs);
  }

  #goLater(key: number, afterMs: number): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => {
      this.#timers.delete(key);
      this.dismiss(key);
    }, afterMs));
  }

  #keep(isKept: (notice: Notice) => boolean): void {
    if (!this.shown.value.every(isKept)) this.shown.value = this.shown.value.filter(isKept);
  }
}

function waits(state: RoomState, { user_id }: Participant): boolean {
  const person = state.roster.get(user_id);
  return person?.status === "joining" && !person.is_admitted;
}
