/** Two people wrote in one text: what both of them meant. */

/** What one of them did to the text that both began with. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The smallest part of `base` that is another one in `text`. */
function changeOf(base: string, text: string): Change {
  const most = Math.min(base.length, text.length);
  let from = 0;
  while (from < most && base[from] === text[from]) from += 1;
  let end = 0;
  while (end < most - from && base[base.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  return { from, to: base.length - end, text: text.slice(from, text.length - end) };
}

/** The text with both changes in it; null where they are of the same words. */
export function merged(base: string, theirs: string, mine: string): string | null {
  if (theirs === base || theirs === mine) return mine;
  if (mine === base) return theirs;
  const [one, two] = [changeOf(base, theirs), changeOf(base, mine)];
  if (one.from === two.from && one.to === one.from && two.to === two.from) {
    return base.slice(0, one.from) + joined(one.text, two.text) + base.slice(one.from);
  }
  const [first, second] = one.from <= two.from && one.to <= two.from ? [one, two] : [two, one];
  if (first.to > second.from) return null;
  return base.slice(0, first.from) + first.text + base.slice(first.to, second.from) + second.text + base.slice(second.to);
}

/** Both wrote on at the same place: each on a line of its own, unless something stands between them. */
function joined(theirs: string, mine: string): string {
  return /\s$/.test(theirs) || /^\s/.test(mine) ? theirs + mine : `${theirs}\n${mine}`;
}
