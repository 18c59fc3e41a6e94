/** A room in memory that orders events as the server does, for tests of the replica. */

import base from "../../../../tests/vectors/replica_base.json";
import { applyOperations, BoardDraft, EMPTY_BOARD, type Board } from "../../../src/client/replica/board.ts";
import { pageOf } from "../../../src/client/replica/arrangement.ts";
import { clientOf } from "../../../src/client/replica/pending.ts";
import { defaultPermissions } from "../../../src/client/replica/room_state.ts";
import type {
  ClientMessage,
  Element,
  ErrorData,
  Event,
  Id,
  Limits,
  Operation,
  Participant,
  ServerMessage,
  Session,
  Welcome,
} from "../../../src/client/wire.ts";

interface Logged {
  readonly seq: number;
  readonly from: number;
  readonly id: string;
  readonly ops: readonly Operation[];
}

/** Those of the vectors, so that a new one is written down in one place. */
export const LIMITS = base.welcome.limits as unknown as Limits;

export function participant(userId: number, changes: Partial<Participant> = {}): Participant {
  return {
    user_id: userId,
    name: `Person ${userId}`,
    role: userId === 1 ? "host" : "student",
    status: "connected",
    peer_id: `peer-${userId}`,
    video: false,
    audio: false,
    screen: false,
    joined_at: 1_000,
    is_admitted: true,
    custom_permissions: {},
    hand_raised_at: null,
    connection_quality: null,
    recording_consent: null,
    is_left_out: false,
    ...changes,
  };
}

export const SESSION: Session = {
  session_id: "lesson-1",
  session_type: "lesson",
  status: "active",
  title: "Geometry",
  host_id: 1,
  is_recorded: false,
  chat_policy: "all",
  scheduled_start: null,
  scheduled_end: null,
  actual_start: 1_000,
  actual_end: null,
  duration_ms: 0,
  timer: null,
  tools_down: false,
  recording: null,
  recording_settings: null,
};

export class FakeRoom {
  epoch = "epoch-1";
  log: Logged[] = [];
  board: Board = EMPTY_BOARD;
  /** Answers submissions for which it returns an error. */
  refuses: (ops: readonly Operation[]) => ErrorData | null = () => null;
  /** How many events back a delta can be had. */
  window = 1_000;
  /** Whether what is behind a passing refusal is refused as well, as BD-6 has it. */
  keepsOrder = true;
  /** The number that each client on each connection has to send again, and why. */
  readonly #gates = new Map<string, { readonly n: number; readonly error: ErrorData }>();

  get head(): number {
    return this.log.length;
  }

  welcome(userId: number): ServerMessage {
    const me = participant(userId);
    const data: Welcome = {
      protocol: "lessonroom.v1",
      connection_id: `connection-${userId}`,
      peer_id: `peer-${userId}`,
      participant: me,
      session: SESSION,
      permissions: defaultPermissions(me.role),
      roster: [me],
      head: this.head,
      epoch: this.epoch,
      ice_servers: [],
      ice_policy: "all",
      limits: LIMITS,
      server_time: 1_000,
      resume_window: this.window,
      durability: "power",
      board_schema: 5,
    };
    return { ch: "system", type: "welcome", data };
  }

  /** Answers a `sync_request`. */
  sync(userId: number, request: ClientMessage): ServerMessage {
    const { epoch, seq } = request.data as { epoch?: string; seq?: number };
    const isKnown = epoch === this.epoch && seq !== undefined && seq <= this.head;
    if (isKnown && this.head - seq <= this.window) {
      const events = this.log.slice(seq).map((logged) => event(logged, userId));
      return {
        ch: "board",
        type: "sync_response",
        data: { mode: "delta", epoch: this.epoch, from_seq: seq, seq: this.head, events },
      };
    }
    const me = participant(userId);
    return {
      ch: "board",
      type: "sync_response",
      data: {
        mode: "full",
        epoch: this.epoch,
        seq: this.head,
        session: SESSION,
        roster: [me],
        permissions: defaultPermissions(me.role),
        role_permissions: { student: { ...defaultPermissions("student"), can_export: false } },
        rest: [],
        board: { pages: this.board.pages, layers: this.board.layers, elements: Object.fromEntries(this.board.elements) },
      },
    };
  }

  /** Answers a `sync_request` of a client that takes parts: the page `shown`, then the others (BD-28). */
  syncInParts(userId: number, request: ClientMessage, shown: Id): readonly ServerMessage[] {
    const answer = this.sync(userId, request);
    const { parts } = request.data as { parts?: boolean };
    if (answer.type !== "sync_response" || answer.data.mode !== "full" || parts !== true) return [answer];
    const pageOfLayer = new Map(this.board.layers.map((layer) => [layer.id, pageOf(layer)]));
    const of = answer.data.seq;
    const on = (page: Id): Record<Id, Element> =>
      Object.fromEntries([...this.board.elements].filter(([, { layer }]) => pageOfLayer.get(layer) === page));
    const rest = this.board.pages.map(({ id }) => id).filter((id) => id !== shown && Object.keys(on(id)).length > 0);
    const { pages, layers } = this.board;
    return [
      { ...answer, data: { ...answer.data, rest, board: { pages, layers, elements: on(shown) } } },
      ...rest.map((page): ServerMessage => ({ ch: "board", type: "board_part", data: { of, page, elements: on(page) } })),
    ];
  }

  /** A participant has a new connection. */
  connected(userId: number): void {
    for (const key of this.#gates.keys()) if (key.startsWith(`${userId}/`)) this.#gates.delete(key);
  }

  /** Orders a submission: the answer to its author and, where it is new, the event for others. */
  order(
    userId: number,
    message: ClientMessage,
  ): { readonly answer: ServerMessage; readonly event: Logged | null } {
    const id = message.id ?? "";
    const { ops } = message.data as { ops: readonly Operation[] };
    const refused = (error: ErrorData): { answer: ServerMessage; event: null } => {
      return { answer: { ch: "system", type: "error", id, data: error }, event: null };
    };
    const key = `${userId}/${clientOf(id)}`;
    const gate = this.#gates.get(key);
    if (gate !== undefined && numberOf(id) > gate.n) return refused(gate.error);
    if (numberOf(id) === gate?.n) this.#gates.delete(key);
    const accepted = this.log.find((logged) => logged.id === id);
    if (accepted !== undefined) {
      const isSame = JSON.stringify(accepted.ops) === JSON.stringify(ops);
      return isSame ? { answer: ack(accepted), event: null } : refused(conflict("id"));
    }
    const newest = this.log.filter((logged) => clientOf(logged.id) === clientOf(id)).at(-1);
    if (newest !== undefined && numberOf(newest.id) > numberOf(id)) return refused(conflict("id"));
    const error = this.refuses(ops) ?? this.#misplaced(userId, ops);
    if (error?.retry_after_ms !== undefined && this.keepsOrder) {
      this.#gates.set(key, { n: numberOf(id), error });
    }
    if (error !== null) return refused(error);
    const logged = { seq: this.head + 1, from: userId, id, ops };
    this.log.push(logged);
    this.board = applyOperations(this.board, ops, userId);
    return { answer: ack(logged), event: logged };
  }

  #misplaced(userId: number, ops: readonly Operation[]): ErrorData | null {
    const draft = new BoardDraft(this.board);
    for (const [index, op] of ops.entries()) {
      const stroke = op.op === "append" ? draft.board().elements.get(op.id) : undefined;
      if (op.op === "append" && stroke?.type === "stroke") {
        if (stroke.by !== userId) return { code: "permission_denied", message: "not yours" };
        if (op.at !== stroke.points.length / 4) return conflict(`ops[${index}].at`);
      }
      draft.apply([op], userId);
    }
    return null;
  }

  /** Falls back to an older state, as after a restored backup. */
  forget(events: number): void {
    this.log = this.log.slice(0, this.log.length - events);
    this.epoch = `${this.epoch}-restored`;
    this.board = this.log.reduce(
      (board, logged) => applyOperations(board, logged.ops, logged.from),
      EMPTY_BOARD,
    );
  }
}

export function event(logged: Logged, reader: number): Event {
  return {
    ch: "board",
    type: "board_event",
    seq: logged.seq,
    from: logged.from,
    at: 1_000 + logged.seq,
    ...(reader === logged.from ? { id: logged.id } : {}),
    data: { ops: logged.ops },
  };
}

function numberOf(id: string): number {
  return Number(id.slice(clientOf(id).length + 1));
}

function conflict(field: string): ErrorData {
  return { code: "conflict", message: "no", field };
}

function ack(logged: Logged): ServerMessage {
  return { ch: "board", type: "ack", id: logged.id, seq: logged.seq, data: {} };
}
