/** A lesson as one participant has it: who is there, what one may do, what one is told. */

import { batch, computed, signal } from "@preact/signals";
import { SERVER } from "../browser/root.ts";
import { ApiRefusal } from "../client/rest/http.ts";
import { Refusal } from "../client/refusal.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import type { RoomClient, Status } from "../client/room_client.ts";
import { defaultPermissions, type RoomState } from "../client/replica/room_state.ts";
import type { Gestures } from "./gestures.ts";
import type { ChatPolicy, Commands, ErrorData, Notification, Permission } from "../client/wire.ts";

export interface Toast {
  readonly key: number;
  readonly error: ErrorData;
}

const TOAST_MS = 5_000;
const CONNECTING: Status = { connection: "connecting", ending: null, reason: "", isSilent: false, unsaved: 0, sending: null };

export class Lesson {
  /** The HTTP API, in this participant's name. */
  readonly api: () => ClassroomApi;

  readonly state = signal<RoomState | null>(null);
  readonly status = signal<Status>(CONNECTING);
  /** Nothing gets through; what is drawn is kept. */
  readonly isOffline = computed(() => this.status.value.connection === "reconnecting" || this.status.value.isSilent);
  readonly toast = signal<Toast | null>(null);
  /** There once its code is here; what was told until then is `told`. */
  readonly gestures = signal<Gestures | null>(null);
  readonly told: Notification[] = [];

  readonly me = computed(() => {
    const state = this.state.value;
    return state?.roster.get(state.userId) ?? null;
  });
  readonly isHost = computed(() => {
    const role = this.me.value?.role;
    return role === "host" || role === "solo";
  });
  readonly present = computed(() =>
    [...(this.state.value?.roster.values() ?? [])].filter(
      ({ status }) => status === "connected" || status === "reconnecting",
    ),
  );
  /** Those whose connection is there now. */
  readonly connected = computed(() => this.present.value.filter(({ status }) => status === "connected"));
  /** Whoever leads the lesson is not there, and one does not lead it oneself. */
  readonly isHostAway = computed(
    () =>
      this.state.value?.session.session_type !== "solo" &&
      !this.isHost.value &&
      !this.connected.value.some(({ role }) => role === "host"),
  );
  /** Those who wait to be let in. */
  readonly waiting = computed(() =>
    [...(this.state.value?.roster.values() ?? [])].filter(
      ({ is_admitted, status }) => !is_admitted && status === "joining",
    ),
  );
  /** Whose hands are up, in the order in which they asked. */
  readonly hands = computed(() =>
    this.present.value
      .filter((person) => person.hand_raised_at !== null)
      .sort((a, b) => a.hand_raised_at! - b.hand_raised_at!),
  );
  /** Whom one can follow: the lesson's own host, or another one, while they are there. */
  readonly leader = computed(() => {
    const state = this.state.value;
    const others = this.present.value.filter(
      ({ role, user_id: id }) => role === "host" && id !== state?.userId,
    );
    return others.find(({ user_id: id }) => id === state?.session.host_id) ?? others[0] ?? null;
  });
  readonly isBoardOpen = computed(() => {
    const status = this.state.value?.session.status;
    return status === "active" || (this.isHost.value && (status === "waiting" || status === "paused" || status === "scheduled"));
  });

  /** By how much the server's clock is ahead of the device's, in ms: what arrives was late, and never early. */
  #aheadMs = Number.NEGATIVE_INFINITY;
  readonly #stop: () => void;
  #toastCount = 0;

  /** @param token the room token as it is now; it may be renewed. */
  constructor(
    readonly client: RoomClient,
    readonly sessionId: string,
    token: () => string | null,
  ) {
    this.api = () => new ClassroomApi(SERVER, token());
    const stops = [
      client.on("refused", ({ error }) => this.show(error)),
      client.on("notification", (notice) => this.gestures.value ?? this.told.push(notice)),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
  }

  dispose(): void {
    this.#stop();
  }

  /** Takes up what the client holds now. */
  follow(): void {
    const { state, status } = this.client;
    if (state !== null) this.#aheadMs = Math.max(this.#aheadMs, state.measuredAt - Date.now());
    batch(() => {
      this.state.value = state;
      this.status.value = status;
    });
  }

  may(permission: Permission): boolean {
    const state = this.state.value;
    return (state?.permissions ?? defaultPermissions("viewer"))[permission];
  }

  /** Asks the room; a refusal is shown. Whether it was carried out. */
  async ask<Name extends keyof Commands>(name: Name, args: Commands[Name]): Promise<boolean> {
    try {
      await this.client.command(name, args);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.show(error.error);
      return false;
    }
  }

  /** The time by the server's clock, in ms since the Unix epoch. */
  serverTime(): number {
    return Date.now() + (Number.isFinite(this.#aheadMs) ? this.#aheadMs : 0);
  }

  /** Raises one's hand, or takes it down. */
  async turnHand(): Promise<void> {
    if (this.me.value?.hand_raised_at == null) await this.ask("raise_hand", {});
    else await this.ask("lower_hand", {});
  }

  /** Changes how the lesson is run; what goes wrong is shown. */
  async changeSettings(settings: { chat_policy?: ChatPolicy }): Promise<void> {
    try {
      await this.api().changeSettings(this.sessionId, settings);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.show(error.error);
    }
  }

  show(error: ErrorData): void {
    this.#toastCount += 1;
    const toast = { key: this.#toastCount, error };
    this.toast.value = toast;
    setTimeout(() => {
      if (this.toast.value === toast) this.toast.value = null;
    }, TOAST_MS);
  }
}
