/** A page that has one thing to say. */

import type { ComponentChildren, VNode } from "preact";
import { Logo } from "./controls.tsx";

interface MessageProps {
  readonly text: string;
  readonly detail?: string;
  readonly isBusy?: boolean;
  readonly children?: ComponentChildren;
}

export function Message({ text, detail, isBusy = false, children }: MessageProps): VNode {
  return (
    <main class="message">
      <Logo />
      <div role="status" aria-busy={isBusy}>
        <h1>{text}</h1>
        {detail && <p>{detail}</p>}
      </div>
      <div class="actions">{children}</div>
    </main>
  );
}
