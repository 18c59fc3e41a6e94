/** The keys that do something, in words. */

import type { VNode } from "preact";
import { FIGURE_KEYS, FIGURES } from "../../board/figures/figure.ts";
import { TOOL_KEYS, TOOLS } from "../../board/tools/tools.ts";
import { t, type Key } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";

/** Names on a Mac's keyboard. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const CONTROL = isMac ? "⌘" : "Ctrl";

/** What is done, and the keys for it: those of an entry together, entries instead of each other. */
const GROUPS: readonly { readonly title: Key; readonly keys: readonly (readonly [Key, ...string[]])[] }[] = [
  {
    title: "keys.drawing",
    keys: [
      ["keys.make", "Enter"],
      ["keys.move", "← ↑ → ↓"],
      ["keys.far", "Shift + ← ↑ → ↓"],
      ["keys.size", `${CONTROL} + ← ↑ → ↓`],
      ["keys.walk", "Alt + ← →"],
      ["keys.write", "Enter"],
      ["keys.finish", "Escape"],
      ["board.delete", "Delete"],
      ["keys.all", `${CONTROL} + A`],
      ["board.undo", `${CONTROL} + Z`],
      ["board.redo", `${CONTROL} + Shift + Z`],
    ],
  },
  {
    title: "board.view",
    keys: [
      ["keys.moveBoard", "← ↑ → ↓"],
      ["keys.grab", "Space"],
      ["board.zoomIn", "+"],
      ["board.zoomOut", "−"],
      ["board.zoomReset", "0"],
      ["board.fit", "1"],
    ],
  },
  {
    title: "keys.page",
    keys: [
      ["keys.bars", "Tab"],
      ["keys.within", "← →"],
      ["keys.board", "Escape"],
      ["hand.raise", "Shift + H"],
      ["keys.these", "?"],
    ],
  },
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }): VNode {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <div class="keys" tabIndex={0} role="group" aria-label={t("keys.title")}>
        <section>
          <h3>{t("board.tools")}</h3>
          <dl>
            {FIGURES.map((kind) => (
              <Line key={kind} what={t(`figure.${kind}`)} keys={[FIGURE_KEYS[kind]]} />
            ))}
            {TOOLS.map((tool) => {
              const key = TOOL_KEYS[tool];
              return key && <Line key={tool} what={t(`tool.${tool}`)} keys={[key]} />;
            })}
          </dl>
        </section>
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {keys.map(([what, ...pressed]) => (
                <Line key={what} what={t(what)} keys={pressed} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Line({ what, keys }: { readonly what: string; readonly keys: readonly string[] }): VNode {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}
