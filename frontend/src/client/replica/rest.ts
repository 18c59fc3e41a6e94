/** A board that comes page by page: what is there already, and what has happened since (BD-28). */

import type { Board } from "./board.ts";
import { LayeredMap } from "./layered_map.ts";
import type { BoardPart, Id } from "../wire.ts";

type Change = (board: Board) => Board;

export interface Rest {
  /** The event at which the board was told. */
  readonly of: number;
  /** The pages of which nothing has come yet. */
  readonly pages: readonly Id[];
  /** What has come, as it was then; */
  readonly told: Board;
  /** and what has changed it since. */
  readonly since: readonly Change[];
}

interface Resting {
  readonly board: Board;
  readonly rest: Rest | null;
}

/** Returns a state with its board changed, and what comes of it later will be as well. */
export function changed<State extends Resting>(state: State, change: Change): State {
  const { rest } = state;
  return { ...state, board: change(state.board), rest: rest && { ...rest, since: [...rest.since, change] } };
}

/** Lays what has come below what has happened since; something else that was asked for earlier is nothing. */
export function withPart<State extends Resting>(state: State, { of, page, elements }: BoardPart): State {
  const { rest } = state;
  if (rest?.of !== of) return state;
  const all = new LayeredMap(rest.told.elements);
  for (const [id, element] of Object.entries(elements)) all.set(id, element);
  const told = { ...rest.told, elements: all };
  const pages = rest.pages.filter((id) => id !== page);
  const board = rest.since.reduce((before, change) => change(before), told as Board);
  return { ...state, board, rest: pages.length > 0 ? { ...rest, pages, told } : null };
}
