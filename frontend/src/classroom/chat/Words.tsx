/** What somebody wrote, with its addresses as links; nothing else of it means anything. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";

const ADDRESS = /((?:https?:\/\/|mailto:)[^\s<>"']+[^\s<>"'.,;:!?)\]])/i;
const MAY_OPEN: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

export function Words({ text }: { readonly text: string }): VNode {
  return <bdi>{text.split(ADDRESS).map((part, n) => (n % 2 === 1 ? <Address key={n} text={part} /> : part))}</bdi>;
}

function Address({ text }: { readonly text: string }): VNode {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !MAY_OPEN.has(url.protocol)) return <>{text}</>;
  // Where it leads, whatever stands before an @ of it.
  const title = url.host === "" ? undefined : t("chat.link", { host: url.host });
  return (
    <a href={url.href} title={title} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  );
}
