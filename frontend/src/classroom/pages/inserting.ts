/** Pages from elsewhere: copied by the server behind the page that one looks at, as one change. */

import { randomId } from "../../client/random_id.ts";
import type { Id } from "../../client/wire.ts";
import type { Classroom } from "../classroom.ts";

/** What pages come from: another lesson, or something on a shelf. */
export type Elsewhere = { readonly from_session: Id } | { readonly from_shelf: Id };

/** @param pages at least one, in the order in which they are to come. */
export async function insertPages(
  { client, desk }: Classroom,
  [page, ...more]: readonly Id[],
  from: Elsewhere,
): Promise<void> {
  const id = randomId();
  await client.command("copy_page", { page: page!, id, more, after: desk.page.value.id, ...from });
  // They stand in a row, under ids that the server has made.
  const order = client.board.pages.map((each) => each.id);
  const at = order.indexOf(id);
  desk.pageCame(id, ...order.slice(at + 1, at + 1 + more.length));
}
