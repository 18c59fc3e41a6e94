/** Gives the focus to the board: where Escape leads from the bars and panels around it. */
export function focusBoard(): void {
  document.querySelector<HTMLElement>(".board")?.focus({ preventScroll: true });
}
