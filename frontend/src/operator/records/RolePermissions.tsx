/** What each role may do on this server, unless a lesson says otherwise. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { PERMISSIONS } from "../../client/replica/room_state.ts";
import type { Permission, Permissions, Role } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { TableViewProps } from "./records.ts";

const ROLES = ["host", "solo", "student", "viewer"] as const satisfies readonly Role[];
/** A host who may not end the lesson would be stuck: that is for those who know, at the command line. */
const CHANGEABLE: ReadonlySet<Role> = new Set(["student", "viewer"]);

export function RolePermissions({ api, attempt }: TableViewProps): VNode {
  const granted = useSignal<ReadonlyMap<Role, Permissions> | null>(null);
  const isBusy = useSignal(false);
  useEffect(() => {
    void attempt(async () => {
      granted.value = await api.permissions();
    });
  }, []);
  const set = async (role: Role, name: Permission, isOn: boolean): Promise<void> => {
    const before = granted.value;
    if (before === null || isBusy.value) return;
    isBusy.value = true;
    const wanted = { ...before.get(role)!, [name]: isOn };
    granted.value = new Map(before).set(role, wanted);
    const went = await attempt(async () => {
      granted.value = new Map(before).set(role, await api.setPermissions(role, wanted));
    });
    if (!went) granted.value = before;
    isBusy.value = false;
  };
  return (
    <>
      <p class="hint">{t("operator.permissionsHint")}</p>
      <div class="card matrix" role="region" aria-label={t("operator.permissions")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <td />
              {ROLES.map((role) => (
                <th key={role} scope="col">{t(`people.${role}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {PERMISSIONS.map((name) => (
              <tr key={name}>
                <th scope="row">{t(`permission.${name}`)}</th>
                {ROLES.map((role) => (
                  <td key={role}>
                    <Grant
                      role={role}
                      name={name}
                      isOn={granted.value?.get(role)?.[name] ?? null}
                      onChange={(isOn) => void set(role, name, isOn)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface GrantProps {
  readonly role: Role;
  readonly name: Permission;
  /** Null while it is not known. */
  readonly isOn: boolean | null;
  readonly onChange: (isOn: boolean) => void;
}

function Grant({ role, name, isOn, onChange }: GrantProps): VNode {
  if (CHANGEABLE.has(role)) {
    return (
      <Switch
        label={`${t(`people.${role}`)}: ${t(`permission.${name}`)}`}
        isLabelHidden
        isOn={isOn ?? false}
        disabled={isOn === null}
        onChange={onChange}
      />
    );
  }
  return (
    <span class="given">
      {isOn && <Icon name="check" size={20} />}
      <span class={isOn === false ? undefined : "for-screen-readers"}>
        {isOn === null ? t("app.loading") : isOn ? t("operator.yes") : "–"}
      </span>
    </span>
  );
}
