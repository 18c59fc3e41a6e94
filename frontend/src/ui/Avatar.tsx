/** A person's initial, in the colour of their cursor. */

import type { VNode } from "preact";
import { colorOf } from "./color_of.ts";
import type { Participant } from "../client/wire.ts";

export function Avatar({ person }: { readonly person: Participant }): VNode {
  return (
    <span class="avatar" data-person={colorOf(person.user_id)} aria-hidden="true">
      {[...person.name][0]?.toUpperCase()}
    </span>
  );
}
