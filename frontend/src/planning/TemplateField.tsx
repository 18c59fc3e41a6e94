/** What a lesson begins with: an empty board, or something on one's shelf, which is shown. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { SERVER } from "../browser/root.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import { ShelfApi, type ShelfItem } from "../client/rest/shelf_api.ts";
import { plural, t } from "../language/language.ts";
import { Choice } from "./SettingsFields.tsx";

/** Requests for lists: nobody chooses among more. */
const LISTS_MOST = 10;
const AT_ONCE = 100;

interface TemplateFieldProps {
  readonly token: string;
  /** Its id; null: an empty board. */
  readonly chosen: string | null;
  readonly onChange: (itemId: string | null) => void;
}

export function TemplateField({ token, chosen, onChange }: TemplateFieldProps): VNode | null {
  const api = useMemo(() => new ShelfApi(SERVER, token), [token]);
  const items = useSignal<readonly ShelfItem[]>([]);
  const picture = useSignal<string | null>(null);
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      let cursor: string | null = null;
      for (let lists = 0; lists < LISTS_MOST && !isGone; lists += 1) {
        const page = await api.items({ kind: "pages", limit: AT_ONCE, cursor });
        items.value = [...items.value, ...page.items];
        cursor = page.next_cursor;
        if (cursor === null) return;
      }
    };
    // Without them a lesson begins with an empty board, as ever.
    read().catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, [api]);
  const item = items.value.find(({ item_id: id }) => id === chosen);
  useEffect(() => {
    if (item?.picture == null) return undefined;
    let url: string | null = null;
    let isGone = false;
    new ClassroomApi(SERVER, token).image(item.picture).then(
      (blob) => {
        if (!isGone) picture.value = url = URL.createObjectURL(blob);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
      picture.value = null;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [item?.picture]);
  if (items.value.length === 0) return null;
  return (
    <div class="template-field">
      <Choice
        label={t("shelf.template")}
        value={chosen ?? ""}
        options={[
          ["", t("shelf.template.empty")],
          ...items.value.map((one) => [one.item_id, `${one.name} (${plural("shelf.pages", one.pages)})`] as const),
        ]}
        onChange={(value) => onChange(value === "" ? null : value)}
      />
      {picture.value !== null && <img src={picture.value} alt="" />}
    </div>
  );
}
