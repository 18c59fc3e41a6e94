/** What is typed holds after a breath: nobody asks the server for each letter of a name. */

import { useEffect, useRef } from "preact/hooks";

const BREATH_MS = 250;

interface Breath {
  /** Another letter was typed. */
  readonly typed: (value: string) => void;
  /** The person is done: Enter, or the field was left. */
  readonly settled: (value: string) => void;
}

/** @param onChange told of each value once, when it holds. */
export function useBreath(onChange: (value: string) => void): Breath {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const told = useRef<string | null>(null);
  const newest = useRef(onChange);
  newest.current = onChange;
  useEffect(() => () => clearTimeout(timer.current), []);
  const settled = (value: string): void => {
    clearTimeout(timer.current);
    if (value === told.current) return;
    told.current = value;
    newest.current(value);
  };
  const typed = (value: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => settled(value), BREATH_MS);
  };
  return { typed, settled };
}
