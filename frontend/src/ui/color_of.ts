/** A steady colour for a person: of their cursor and their initial; a number from 0 to 7. */
export function colorOf(userId: number): number {
  return userId % 8;
}
