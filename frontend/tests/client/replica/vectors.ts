/** Runs a scenario of tests/vectors/replica on a replica; its README tells the format. */

import { Replica, type Happening, type Kept, type Reaction } from "../../../src/client/replica/replica.ts";
import type { BoardData, Edit, Limits, ServerMessage, SyncFull, Welcome } from "../../../src/client/wire.ts";

export type Step =
  | { readonly do: "opened" | "closed" | "release" }
  | { readonly do: "welcome" }
  | { readonly do: "full"; readonly epoch: string; readonly seq: number; readonly board: BoardData; readonly rest?: readonly string[] }
  | { readonly do: "receive"; readonly message: ServerMessage }
  | { readonly do: "submit"; readonly ops: readonly Edit[] }
  | { readonly do: "say"; readonly text: string; readonly at: number };

export interface Expected {
  readonly send?: readonly unknown[];
  readonly happened?: readonly unknown[];
}

export interface Scenario {
  readonly name: string;
  readonly client_id: string;
  readonly takes_parts?: boolean;
  readonly limits?: Partial<Limits>;
  readonly unsent?: readonly (Omit<Kept, "mayBeSent"> & { readonly may_be_sent: boolean })[];
  readonly steps: readonly (Step & Expected)[];
  readonly pending: readonly string[];
  readonly board: BoardData;
}

/** The messages that scenarios name in a word. */
export interface Base {
  readonly welcome: Welcome;
  readonly full: Omit<SyncFull, "epoch" | "seq" | "board" | "mode" | "rest">;
}

export interface Outcome {
  readonly steps: readonly Expected[];
  readonly pending: readonly string[];
  readonly board: BoardData;
}

/** What a replica does in a scenario, in the words of a scenario. */
export function outcomeOf(scenario: Scenario, base: Base): Outcome {
  const unsent = (scenario.unsent ?? []).map(({ may_be_sent: mayBeSent, ...one }) => ({ ...one, mayBeSent }));
  const replica = new Replica(scenario.client_id, scenario.takes_parts);
  replica.adopt(unsent, true);
  const limits = { ...base.welcome.limits, ...scenario.limits };
  const steps = scenario.steps.map((step) => {
    const { send, happened } = taken(replica, step, { ...base, welcome: { ...base.welcome, limits } });
    const words = happened.flatMap(wordsOf);
    return { ...(send.length > 0 && { send }), ...(words.length > 0 && { happened: words }) };
  });
  const { pages, layers, elements } = replica.board;
  const isNew = JSON.stringify(pages) === JSON.stringify([{ id: "p1" }]);
  return {
    steps,
    pending: replica.pending.map(({ id }) => id),
    board: { ...(!isNew && { pages }), layers, elements: Object.fromEntries(elements) },
  };
}

const NOTHING: Reaction = { send: [], happened: [] };

function taken(replica: Replica, step: Step, base: Base): Reaction {
  switch (step.do) {
    case "opened":
      replica.opened();
      return NOTHING;
    case "closed":
      replica.closed();
      return NOTHING;
    case "release":
      return replica.release();
    case "welcome":
      return replica.receive({ ch: "system", type: "welcome", data: base.welcome });
    case "full": {
      const { epoch, seq, board, rest = [] } = step;
      const data: SyncFull = { ...base.full, mode: "full", epoch, seq, board, rest };
      return replica.receive({ ch: "board", type: "sync_response", data });
    }
    case "receive":
      return replica.receive(step.message);
    case "submit":
      return replica.submit(step.ops).reaction;
    case "say":
      return replica.submit([], { text: step.text, at: step.at }).reaction;
    default:
      return step satisfies never;
  }
}

function wordsOf(what: Happening): readonly object[] {
  switch (what.type) {
    case "refused":
      return [{ type: "refused", id: what.pending.id, code: what.error.code }];
    case "held":
      return [{ type: "held", retry_after_ms: what.retryAfterMs }];
    case "cut":
    case "regrouped":
      return [];
    default:
      return [what];
  }
}

