/** The keys that do something, in words. */

import type { VNode } from "preact";
import { FIGURE_KEYS, FIGURES } from "../../board/figures/figure.ts";
import { TOOL_KEYS, TOOLS } from "../../board/tools/tools.ts";
import { keyName } from "../../board/arranging/key_names.ts";
import { t, type Key } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";

/** What is done, and the keys for it: those of an entry together, entries instead of each other. */
const GROUPS: readonly { readonly title: Key; readonly keys: readonly (readonly [Key, ...string[]])[] }[] = [
  {
    title: "keys.drawing",
    keys: [
      ["keys.make", "Enter"],
      ["keys.put", "Enter"],
      ["keys.lead", "← ↑ → ↓", "Shift+← ↑ → ↓"],
      ["keys.dropped", "Backspace"],
      ["keys.write", "Enter"],
      ["keys.finish", "Escape"],
      ["board.undo", "Ctrl+Z"],
      ["board.redo", "Ctrl+Shift+Z"],
    ],
  },
  {
    title: "keys.selecting",
    keys: [
      ["keys.pick", "Enter"],
      ["keys.walk", "Tab", "Shift+Tab"],
      ["keys.all", "Ctrl+A"],
      ["keys.one", "Ctrl"],
      ["keys.move", "← ↑ → ↓"],
      ["keys.far", "Shift+← ↑ → ↓"],
      ["keys.size", "Alt+← ↑ → ↓"],
      ["keys.corners", "Enter"],
      ["keys.turn", ".", ","],
      ["keys.turnLittle", "Alt+.", "Alt+,"],
      ["keys.steps", "Shift"],
      ["keys.noSnap", "Ctrl"],
      ["keys.copies", "Alt"],
      ["arrange.duplicate", "Ctrl+D"],
      ["arrange.cut", "Ctrl+X"],
      ["arrange.copy", "Ctrl+C"],
      ["arrange.paste", "Ctrl+V"],
      ["letters.bold", "Ctrl+B"],
      ["letters.italic", "Ctrl+I"],
      ["arrange.group", "Ctrl+G"],
      ["arrange.ungroup", "Ctrl+Shift+G"],
      ["keys.lock", "Ctrl+Shift+L"],
      ["flip.across", "Shift+X"],
      ["flip.down", "Shift+Y"],
      ["order.forward", "Ctrl+]"],
      ["order.backward", "Ctrl+["],
      ["board.toFront", "]"],
      ["board.toBack", "["],
      ["arrange.align", "Ctrl+Shift+← ↑ → ↓"],
      ["board.delete", "Delete"],
      ["arrange.menu", "Shift+F10"],
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
      ["keys.pages", "Page Up", "Page Down"],
      ["find.open", "Ctrl+F"],
    ],
  },
  {
    title: "instruments.title",
    keys: [
      ["keys.move", "← ↑ → ↓"],
      ["keys.turn", "<", ">"],
      ["keys.turnLittle", ",", "."],
      ["keys.radius", "Ctrl+← ↑ → ↓"],
      ["instruments.away", "Delete"],
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
          <kbd key={key}>{keyName(key)}</kbd>
        ))}
      </dd>
    </div>
  );
}
