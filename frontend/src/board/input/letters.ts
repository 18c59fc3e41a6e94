/** Which letter a key says: the one that is printed on it. */

type Key = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/**
 * The Latin letter or digit of a key, in lower case; null where it is another.
 *
 * What is printed counts: on a German keyboard Z is where Y is elsewhere. On a keyboard of another
 * script (Ukrainian, Greek, Hebrew) the same key has the Latin letter that stands in its place on
 * most keyboards, and on a French one a digit needs no shift.
 */
export function letterOf({ key, code, shiftKey }: Key): string | null {
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  const digit = shiftKey || /[-+=]/.test(key) ? undefined : /^Digit(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const isOtherScript = /^\p{L}\p{M}*$/u.test(key) && !/\p{Script=Latin}/u.test(key);
  return (isOtherScript && /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase()) || null;
}
