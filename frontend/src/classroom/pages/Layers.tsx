/** The layers, the topmost first. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { LONGEST, type Layer } from "../../client/wire.ts";
import { randomId } from "../../client/random_id.ts";
import { oneLine, t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icons.tsx";
import { EYE_OFF } from "../../ui/more_icons.ts";
import type { Classroom } from "../classroom.ts";

export function Layers({ room }: { readonly room: Classroom }): VNode {
  const { layers } = room.desk.board.value;
  return (
    <div class="layers">
      {room.lesson.may("can_add_layers") && (
        <button
          type="button"
          class="button wide"
          onClick={() => {
            const name = t("layers.name", { n: layers.length + 1 });
            const layer = { id: randomId(), name, page: room.desk.page.value.id };
            room.desk.edit([{ op: "add_layer", layer }]);
            room.desk.layer.value = layer.id;
          }}
        >
          <Icon name="plus" size={18} /> {t("layers.add")}
        </button>
      )}
      <ul>
        {[...layers].reverse().map((layer) => (
          <LayerLine key={layer.id} room={room} layer={layer} />
        ))}
      </ul>
      {!room.desk.mayDrawHere() && <p class="hint">{t("layers.lockedHint")}</p>}
    </div>
  );
}

function LayerLine({ room, layer }: { readonly room: Classroom; readonly layer: Layer }): VNode {
  const isRenaming = useSignal(false);
  const name = layer.name ?? t("layers.name", { n: 1 });
  const isActive = room.desk.activeLayer.value?.id === layer.id;
  const { layers } = room.desk.board.value;
  const mayChange = room.lesson.may("can_add_layers");
  const rename = (value: string): void => {
    isRenaming.value = false;
    const wanted = oneLine(value).slice(0, 64);
    if (wanted !== "" && wanted !== name) {
      room.desk.edit([{ op: "patch_layer", id: layer.id, set: { name: wanted } }]);
    }
  };
  return (
    <li class="layer" data-active={isActive}>
      {isRenaming.value ? (
        <input
          ref={(input) => input?.focus()}
          aria-label={t("layers.rename")}
          defaultValue={name}
          maxLength={LONGEST["Layer.name"]}
          onBlur={(event) => rename(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
          }}
        />
      ) : (
        <button
          type="button"
          class="layer-name"
          aria-pressed={isActive}
          aria-label={t("layers.draw", { name })}
          onClick={() => {
            room.desk.layer.value = layer.id;
          }}
          onDblClick={() => {
            isRenaming.value = mayChange;
          }}
          onKeyDown={(event) => {
            if (event.key === "F2") isRenaming.value = mayChange;
          }}
        >
          <bdi>{name}</bdi>
        </button>
      )}
      {mayChange && <Switches room={room} layer={layer} name={name} />}
      {isActive && room.lesson.may("can_reorder_layers") && layers.length > 1 && (
        <Moves room={room} layer={layer} name={name} />
      )}
      {isActive && room.lesson.may("can_delete_layers") && layers.length > 1 && layer.locked !== true && (
        <IconButton
          icon="trash"
          kind="small"
          label={t("layers.delete", { name })}
          disabled={room.desk.isComing.value}
          onClick={() => room.desk.edit([{ op: "remove_layer", id: layer.id }])}
        />
      )}
    </li>
  );
}

interface PartProps {
  readonly room: Classroom;
  readonly layer: Layer;
  readonly name: string;
}

function Switches({ room, layer, name }: PartProps): VNode {
  const isVisible = layer.visible !== false;
  const isLocked = layer.locked === true;
  const change = (set: Partial<Omit<Layer, "id">>): void =>
    room.desk.edit([{ op: "patch_layer", id: layer.id, set }]);
  return (
    <>
      {room.lesson.may("can_edit_others") && (
        <IconButton
          icon="people"
          kind="small"
          label={t("layers.letMove", { name })}
          pressed={layer.open === true}
          onClick={() => change({ open: layer.open !== true })}
        />
      )}
      <IconButton
        icon={isVisible ? "eye" : EYE_OFF}
        kind="small"
        label={t(isVisible ? "layers.hide" : "layers.show", { name })}
        onClick={() => change({ visible: !isVisible })}
      />
      <IconButton
        icon={isLocked ? "lock" : "unlock"}
        kind="small"
        label={t(isLocked ? "layers.unlock" : "layers.lock", { name })}
        onClick={() => change({ locked: !isLocked })}
      />
    </>
  );
}

function Moves({ room, layer, name }: PartProps): VNode {
  const order = room.desk.board.value.layers.map(({ id }) => id);
  const at = order.indexOf(layer.id);
  const moveTo = (to: number): void => {
    const moved = order.filter((id) => id !== layer.id);
    moved.splice(to, 0, layer.id);
    // The order is that of all pages: those of other pages stay where they are.
    const here = new Set(order);
    const all = room.client.board.layers.map(({ id }) => (here.has(id) ? moved.shift()! : id));
    room.desk.edit([{ op: "reorder_layers", order: all }]);
  };
  return (
    <>
      <IconButton
        icon="up"
        kind="small"
        label={t("layers.up", { name })}
        disabled={at === order.length - 1}
        onClick={() => moveTo(at + 1)}
      />
      <IconButton
        icon="down"
        kind="small"
        label={t("layers.down", { name })}
        disabled={at === 0}
        onClick={() => moveTo(at - 1)}
      />
    </>
  );
}
