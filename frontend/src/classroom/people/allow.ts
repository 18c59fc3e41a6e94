/** Letting one person, or all students, do something, or not. */

import type { Permission } from "../../client/wire.ts";
import type { Classroom } from "../classroom.ts";

export function allow(
  room: Classroom,
  whom: { readonly user_id: number } | { readonly role: "student" },
  permissions: Partial<Record<Permission, boolean>>,
): Promise<boolean> {
  return room.lesson.ask("set_permissions", { ...whom, permissions });
}
