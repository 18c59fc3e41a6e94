/** What is needed less often: the button that opens it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { userToken } from "../../browser/address.ts";
import { t } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { Classroom } from "../classroom.ts";
import { MenuList } from "./MenuList.tsx";

export function Menu({ room }: { readonly room: Classroom }): VNode {
  const isOpen = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (!menu.current?.contains(event.target as Node)) isOpen.value = false;
    };
    document.addEventListener("pointerdown", outside);
    // Guests have no shelf.
    if (userToken.value !== null) room.desk.aids.keep = () => void (room.asking.value = "keep");
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  /** Back to the button: what had the focus is gone. */
  const close = (): void => {
    isOpen.value = false;
    menu.current?.querySelector("button")?.focus();
  };
  return (
    <div
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen.value) return;
        event.preventDefault();
        close();
      }}
    >
      <IconButton
        icon="menu"
        label={t("app.menu")}
        isExpanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      />
      {isOpen.value && (
        <MenuList room={room} onClose={close} />
      )}
    </div>
  );
}
