/** Something on a shelf: what it looks like, what it is called, and what can be done with it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Pictures } from "../../board/drawing/assets.ts";
import type { ShelfItem } from "../../client/rest/shelf_api.ts";
import { isolated, oneLine, plural, t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Question } from "../../ui/dialogs.tsx";
import { Icon } from "../../ui/icons.tsx";

interface ItemCardProps {
  readonly item: ShelfItem;
  readonly pictures: Pictures;
  readonly isBusy: boolean;
  readonly mayUse: boolean;
  readonly onUse: () => void;
  readonly onRename: (name: string) => void;
  readonly onRemove: () => void;
}

export function ItemCard({ item, pictures, isBusy, mayUse, onUse, onRename, onRemove }: ItemCardProps): VNode {
  const isRenaming = useSignal(false);
  const isAsking = useSignal(false);
  const name = isolated(item.name);
  return (
    <li class="shelf-item">
      <button
        type="button"
        class="shelf-use"
        aria-label={t("shelf.use", { name })}
        aria-busy={isBusy}
        disabled={!mayUse}
        onClick={onUse}
      >
        {item.picture === null ? (
          <Icon name={item.kind === "pages" ? "copy" : "image"} size={40} />
        ) : (
          <img src={pictures.url(item.picture).value ?? undefined} alt="" />
        )}
      </button>
      {isRenaming.value ? (
        <input
          ref={(input) => input?.focus()}
          aria-label={t("shelf.rename", { name })}
          defaultValue={item.name}
          maxLength={200}
          onBlur={(event) => {
            isRenaming.value = false;
            const called = oneLine(event.currentTarget.value);
            if (called !== "" && called !== item.name) onRename(called);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              event.currentTarget.blur();
            }
          }}
        />
      ) : (
        <bdi>{item.name}</bdi>
      )}
      <span class="hint">
        {item.kind === "pages" ? plural("shelf.pages", item.pages) : plural("shelf.elements", item.elements)}
        {item.is_shared && ` · ${t("shelf.shared")}`}
      </span>
      {item.is_own && (
        <span class="shelf-acts">
          <IconButton
            icon="pen"
            kind="small"
            label={t("shelf.rename", { name })}
            onClick={() => {
              isRenaming.value = true;
            }}
          />
          <IconButton
            icon="trash"
            kind="small"
            label={t("shelf.delete", { name })}
            onClick={() => {
              isAsking.value = true;
            }}
          />
        </span>
      )}
      {isAsking.value && (
        <Question
          title={t("shelf.deleteQuestion", { name })}
          text={t(item.is_shared ? "shelf.deleteShared" : "shelf.deleteText")}
          confirm={t("board.delete")}
          onConfirm={onRemove}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </li>
  );
}
