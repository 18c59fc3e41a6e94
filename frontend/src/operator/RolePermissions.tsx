/** What students and viewers may do on this server, unless a lesson says otherwise. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { PERMISSIONS } from "../client/room_state.ts";
import type { Permission, Permissions } from "../client/wire.ts";
import { t } from "../language/language.ts";
import { Switch } from "../page/controls.tsx";
import type { Attempt } from "./OperatorPage.tsx";
import type { OperatorApi } from "./operator_api.ts";

const ROLES = ["student", "viewer"] as const;

interface RolePermissionsProps {
  readonly api: OperatorApi;
  readonly attempt: Attempt;
}

export function RolePermissions({ api, attempt }: RolePermissionsProps): VNode {
  return (
    <section>
      <h2>{t("operator.permissions")}</h2>
      <p class="hint">{t("operator.permissionsHint")}</p>
      <div class="roles">
        {ROLES.map((role) => (
          <OneRole key={role} role={role} api={api} attempt={attempt} />
        ))}
      </div>
    </section>
  );
}

interface OneRoleProps extends RolePermissionsProps {
  readonly role: (typeof ROLES)[number];
}

function OneRole({ role, api, attempt }: OneRoleProps): VNode {
  const granted = useSignal<Permissions | null>(null);
  const isBusy = useSignal(false);
  useEffect(() => {
    void attempt(async () => {
      granted.value = await api.permissions(role);
    });
  }, [role]);
  const set = async (name: Permission, isOn: boolean): Promise<void> => {
    const before = granted.value;
    if (before === null || isBusy.value) return;
    isBusy.value = true;
    granted.value = { ...before, [name]: isOn };
    const went = await attempt(async () => {
      granted.value = await api.setPermissions(role, { ...before, [name]: isOn });
    });
    if (!went) granted.value = before;
    isBusy.value = false;
  };
  return (
    <div class="role card" role="group" aria-label={t(`people.${role}`)}>
      <h3>{t(`people.${role}`)}</h3>
      {PERMISSIONS.map((name) => (
        <Switch
          key={name}
          label={t(`permission.${name}`)}
          isOn={granted.value?.[name] ?? false}
          disabled={granted.value === null}
          onChange={(isOn) => void set(name, isOn)}
        />
      ))}
    </div>
  );
}
