/** Ruler, protractor and compass: laid on the board, and taken away again. */

import type { VNode } from "preact";
import { INSTRUMENTS, PLAIN_RADIUS, type InstrumentKind } from "../../board/hand/instruments.ts";
import { toBoard } from "../../board/geometry/geometry.ts";
import { t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { Classroom } from "../classroom.ts";
import { Flyout } from "./ToolGroup.tsx";

const PATHS: Readonly<Record<InstrumentKind, string>> = {
  ruler: "M3 16.500L16.500 3 21 7.500 7.500 21zM7 12.500l2 2M10 9.500l3 3M13 6.500l2 2",
  protractor: "M3 17.500a9 9 0 0 1 18 0zM12 17.500v-3M7 12l1.500 1.500M17 12l-1.500 1.500",
  compass: "M12 3v3M12 6l-6 15M12 6l6 15M8 16h8",
};

export function InstrumentGroup({ room }: { readonly room: Classroom }): VNode {
  const { desk } = room;
  const lies = (kind: InstrumentKind): boolean => desk.instruments.value.some((one) => one.kind === kind);
  const toggle = (kind: InstrumentKind): void => {
    const { width, height } = desk.viewSize.peek();
    const others = desk.instruments.value.filter((one) => one.kind !== kind);
    const { x, y } = toBoard(desk.camera.peek(), { x: width / 2, y: height / 2 });
    const fresh = { kind, x: Math.round(x), y: Math.round(y), rotation: 0, radius: PLAIN_RADIUS[kind] };
    desk.instruments.value = lies(kind) ? others : [...others, fresh];
  };
  const label = t("tools.instruments");
  return (
    <Flyout label={label} name={label} icon={{ path: PATHS.ruler }} pressed={desk.instruments.value.length > 0}>
      {(close) =>
        INSTRUMENTS.map((kind) => (
          <IconButton
            key={kind}
            icon={{ path: PATHS[kind] }}
            label={t(`instrument.${kind}`)}
            pressed={lies(kind)}
            onClick={() => {
              toggle(kind);
              close();
            }}
          />
        ))
      }
    </Flyout>
  );
}
