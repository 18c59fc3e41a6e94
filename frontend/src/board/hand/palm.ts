/** The palm of a hand that draws: what it touches beside the board, or of what lies above it, is not meant. */

/** Has nothing come of it while a pen is on the board. Returns how to stop. */
export function keepPalmOff(): () => void {
  const stop = new AbortController();
  const options = { capture: true, signal: stop.signal };
  const pens = new Set<number>();
  /** What came down under a pen: its click may come when that is up again. */
  const palms = new Set<number>();
  const ignore = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const down = (event: PointerEvent): void => {
    const { pointerId, pointerType, target } = event;
    if (!(target instanceof Element)) return;
    if (pointerType === "pen" && target.closest(".board") !== null) pens.add(pointerId);
    if (pointerType !== "touch") return;
    if (pens.size === 0) {
      palms.clear();
      return;
    }
    palms.add(pointerId);
    // On the board itself it is known for what it is: see `contacts.ts`.
    if (target.closest(".board") === null || target.closest(".instrument") !== null) ignore(event);
  };
  const up = ({ pointerId }: PointerEvent): void => void pens.delete(pointerId);
  // It was lifted, and nobody said so.
  const move = ({ pointerId, buttons }: PointerEvent): void => void (buttons === 0 && pens.delete(pointerId));
  const click = (event: MouseEvent): void => {
    const { pointerId, pointerType } = event as PointerEvent;
    if (pointerType === "touch" && (pens.size > 0 || palms.has(pointerId))) ignore(event);
  };
  window.addEventListener("pointerdown", down, options);
  window.addEventListener("pointermove", move, options);
  window.addEventListener("pointerup", up, options);
  window.addEventListener("pointercancel", up, options);
  window.addEventListener("blur", () => pens.clear(), options);
  window.addEventListener("click", click, options);
  return () => stop.abort();
}
