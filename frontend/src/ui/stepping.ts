/** Arrow keys within a bar or a list: one of its controls at a time is in the order of tabs. */

export type Direction = "vertical" | "horizontal" | "both";

const STEPS: Readonly<Record<string, readonly [Direction, number]>> = {
  ArrowDown: ["vertical", 1],
  ArrowUp: ["vertical", -1],
  ArrowRight: ["horizontal", 1],
  ArrowLeft: ["horizontal", -1],
};

/** The controls of a bar that can have the focus, in order. */
export function controlsOf(bar: HTMLElement, selector: string): HTMLElement[] {
  return [...bar.querySelectorAll<HTMLElement>(selector)].filter(
    (control) => !control.matches(":disabled, [hidden]") && control.getClientRects().length > 0,
  );
}

/** Moves the focus by an arrow key, Home or End; round and round. A select keeps its own arrows. */
export function stepFocus(event: KeyboardEvent, bar: HTMLElement | null, selector: string, direction: Direction): void {
  const target = event.target as HTMLElement;
  if (bar === null || event.altKey || event.ctrlKey || event.metaKey || target instanceof HTMLSelectElement) return;
  const controls = controlsOf(bar, selector);
  const [along, by] = STEPS[event.key] ?? [null, 0];
  const at = controls.indexOf(target);
  let next: HTMLElement | undefined;
  if (event.key === "Home") [next] = controls;
  else if (event.key === "End") next = controls.at(-1);
  else if (along !== null && (direction === "both" || along === direction)) {
    next = controls[(at + by + controls.length) % controls.length];
  }
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
