/** Who is known on this server, what they are, and who may come in no more. */

import { useSignal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { dateTime, isolated, t } from "../../language/language.ts";
import { AskedButton } from "../AskedButton.tsx";
import type { KnownUser, OperatorApi, UserRole } from "../operator_api.ts";
import { ChoiceFilter, Filters, TextFilter } from "../tables/filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { usePages } from "../tables/paging.ts";
import type { Column } from "../tables/Table.tsx";
import type { TableViewProps } from "./records.ts";
import { LINK_LASTS_H, UserInvitation } from "./UserInvitation.tsx";

const ROLES = ["teacher", "operator"] as const;
const KINDS = ["registered", "guest"] as const;
const BARRED = ["true", "false"] as const;
/** Of those whom this server vouches for by its links. */
const OWN = "lessonroom";

const COLUMNS: readonly Column<KnownUser>[] = [
  { title: "operator.person", cell: ({ name, user_id }) => <span><bdi>{name}</bdi> ({user_id})</span> },
  { title: "operator.role", cell: ({ role, kind }) => roleOf(role, kind) },
  { title: "operator.vouchedBy", cell: ({ issuer, kind }) => vouchedBy(issuer, kind) },
  { title: "operator.mayComeIn", cell: ({ is_barred }) => t(is_barred ? "operator.no" : "operator.yes") },
  { title: "operator.created", cell: ({ created_at }) => dateTime(created_at) },
];

function roleOf(role: UserRole | null, kind: KnownUser["kind"]): string {
  if (kind === "guest") return t("operator.kind.guest");
  return role === null ? "–" : t(`operator.userRole.${role}`);
}

function vouchedBy(issuer: string, kind: KnownUser["kind"]): VNode | string {
  if (kind === "guest") return "–";
  return issuer === OWN ? t("operator.byLink") : <bdi>{issuer}</bdi>;
}

const NO_FILTER = {
  q: "",
  kind: "registered" as KnownUser["kind"] | "",
  role: "" as UserRole | "",
  barred: "" as (typeof BARRED)[number] | "",
};

interface Invited {
  readonly name: string;
  readonly link: string;
}

export function UsersTable({ api, attempt }: TableViewProps): VNode {
  const filter = useSignal(NO_FILTER);
  const invited = useSignal<Invited | null>(null);
  const pages = usePages(attempt, (cursor) => api.users(filter.value, cursor), JSON.stringify(filter.value));
  const set = (change: Partial<typeof NO_FILTER>): void => {
    filter.value = { ...filter.value, ...change };
  };
  const invite = (user: KnownUser): Promise<boolean> =>
    attempt(async () => {
      invited.value = { name: user.name, link: await api.signInLink(user, LINK_LASTS_H) };
    });
  return (
    <>
      <AddUser
        onAdd={(name, role) =>
          attempt(async () => {
            const user = await api.addUser(name, role);
            pages.reload();
            await invite(user);
          })
        }
      />
      <Filters onRefresh={pages.reload}>
        <TextFilter label="operator.person" value={filter.value.q} onChange={(q) => set({ q })} />
        <ChoiceFilter
          label="operator.role"
          value={filter.value.role}
          choices={ROLES}
          wordsFor={(role) => t(`operator.userRole.${role}`)}
          onChange={(role) => set({ role })}
        />
        <ChoiceFilter
          label="operator.mayComeIn"
          value={filter.value.barred}
          choices={BARRED}
          wordsFor={(choice) => t(choice === "true" ? "operator.no" : "operator.yes")}
          onChange={(barred) => set({ barred })}
        />
        <ChoiceFilter
          label="operator.type"
          value={filter.value.kind}
          choices={KINDS}
          wordsFor={(kind) => t(`operator.kind.${kind}`)}
          onChange={(kind) => set({ kind })}
        />
      </Filters>
      <PagedTable
        label="operator.users"
        columns={COLUMNS}
        pages={pages}
        keyOf={({ user_id }) => user_id}
        actions={(user) => (
          <Actions api={api} attempt={attempt} user={user} onInvite={() => void invite(user)} onDone={pages.reload} />
        )}
      />
      {invited.value && (
        <UserInvitation {...invited.value} onClose={() => { invited.value = null; }} />
      )}
    </>
  );
}

interface ActionsProps {
  readonly api: OperatorApi;
  readonly attempt: TableViewProps["attempt"];
  readonly user: KnownUser;
  readonly onInvite: () => void;
  readonly onDone: () => void;
}

function Actions({ api, attempt, user, onInvite, onDone }: ActionsProps): VNode {
  const name = isolated(user.name);
  const isOwn = user.issuer === OWN;
  const other: UserRole = user.role === "operator" ? "teacher" : "operator";
  const isAccount = user.kind === "registered";
  return (
    <>
      {isOwn && !user.is_barred && (
        <button type="button" class="button small" onClick={onInvite}>{t("operator.inviteUser")}</button>
      )}
      {isOwn && (
        <AskedButton
          label={t(`operator.make.${other}`)}
          title={t(`operator.makeQuestion.${other}`, { name })}
          text={t(`operator.makeText.${other}`)}
          confirm={t(`operator.make.${other}`)}
          isHarmless={other === "teacher"}
          attempt={attempt}
          deed={() => api.changeUser(user.user_id, { role: other })}
          onDone={onDone}
        />
      )}
      {isAccount && (
        <AskedButton
          label={t(user.is_barred ? "operator.unbar" : "operator.bar")}
          title={t(user.is_barred ? "operator.unbarQuestion" : "operator.barQuestion", { name })}
          text={t(user.is_barred ? "operator.unbarText" : "operator.barText")}
          confirm={t(user.is_barred ? "operator.unbar" : "operator.bar")}
          isHarmless={user.is_barred}
          attempt={attempt}
          deed={() => api.changeUser(user.user_id, { is_barred: !user.is_barred })}
          onDone={onDone}
        />
      )}
      <AskedButton
        label={t("operator.erase")}
        title={t("operator.eraseQuestion", { name })}
        text={t("operator.eraseText")}
        confirm={t("operator.erase")}
        attempt={attempt}
        deed={() => api.eraseUser(user.user_id)}
        onDone={onDone}
      />
    </>
  );
}

function AddUser({ onAdd }: { readonly onAdd: (name: string, role: UserRole) => Promise<boolean> }): VNode {
  const name = useSignal("");
  const role: Signal<UserRole> = useSignal<UserRole>("teacher");
  return (
    <form
      class="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        void onAdd(name.value.trim(), role.value).then((isAdded) => {
          if (isAdded) name.value = "";
        });
      }}
    >
      <label class="field">
        {t("operator.newUser")}
        <input
          value={name.value}
          maxLength={200}
          autoComplete="off"
          onInput={({ currentTarget }) => { name.value = currentTarget.value; }}
        />
      </label>
      <label class="field">
        {t("operator.role")}
        <select value={role.value} onChange={({ currentTarget }) => { role.value = currentTarget.value as UserRole; }}>
          {ROLES.map((each) => <option key={each} value={each}>{t(`operator.userRole.${each}`)}</option>)}
        </select>
      </label>
      <button type="submit" class="button primary" disabled={name.value.trim() === ""}>{t("operator.addUser")}</button>
    </form>
  );
}
