/** Who is signed in here: their name, and the ways out. */

import { useSignal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi, type Me } from "../client/rest/rest.ts";
import { isolated, t } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { goTo, isOperator, leaveEverything, signInWith } from "../browser/address.ts";
import { Dialog, Question } from "../ui/dialogs.tsx";
import { NameField } from "./NameField.tsx";

/** Asks once what others are to call somebody whom nobody has named. */
export function NameCard({ api, me }: { readonly api: ClassroomApi; readonly me: Signal<Me | null> }): VNode | null {
  if (me.value === null || me.value.is_named || !me.value.may_rename) return null;
  return (
    <section class="card form name-card">
      <h2>{t("account.ask")}</h2>
      <NameForm api={api} me={me} first="" />
    </section>
  );
}

interface NameFormProps {
  readonly api: ClassroomApi;
  readonly me: Signal<Me | null>;
  readonly first: string;
  readonly onDone?: () => void;
}

function NameForm({ api, me, first, onDone }: NameFormProps): VNode {
  const name = useSignal(first);
  const error = useSignal<string | null>(null);
  const save = async (): Promise<void> => {
    try {
      me.value = await api.rename(name.value.trim());
      onDone?.();
    } catch (caught) {
      if (!(caught instanceof ApiRefusal)) error.value = t("app.unreachable");
      else error.value = caught.error.field === "name" ? t("join.badName") : wordsOf(caught.error);
    }
  };
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <NameField label={t("account.name")} name={name} />
      <button type="submit" class="button primary" disabled={name.value.trim() === ""}>
        {t("account.save")}
      </button>
      {error.value && <p class="error" role="alert">{error.value}</p>}
    </form>
  );
}

interface AccountProps {
  readonly api: ClassroomApi;
  readonly token: string;
  readonly me: Signal<Me | null>;
}

/** Below the lessons: who one is here, another name, the operator's page, and out. */
export function Account({ api, token, me }: AccountProps): VNode {
  const isRenaming = useSignal(false);
  const isAsking = useSignal(false);
  const signOut = async (everywhere: boolean): Promise<void> => {
    // Whoever leaves a computer is signed out on it, also where the server is not reached.
    let wayOut: string | null = null;
    try {
      wayOut = (await api.signOut(everywhere)).provider_url;
    } catch {
      // The token ends by itself.
    }
    signInWith(null);
    leaveEverything();
    // Or whoever is next at this computer would be in by one click, as the same person.
    if (wayOut !== null) location.assign(wayOut);
  };
  return (
    <footer class="account hint">
      {me.value && <span>{t("account.signedIn", { name: isolated(me.value.name) })}</span>}
      {me.value?.may_rename && (
        <button type="button" class="link" onClick={() => { isRenaming.value = true; }}>
          {t("account.rename")}
        </button>
      )}
      {isOperator(token) && (
        <button type="button" class="link" onClick={() => goTo("/operator")}>{t("operator.title")}</button>
      )}
      <button type="button" class="link" onClick={() => void signOut(false)}>{t("home.signOut")}</button>
      <button type="button" class="link" onClick={() => { isAsking.value = true; }}>
        {t("account.everywhere")}
      </button>
      {isRenaming.value && me.value && (
        <Dialog title={t("account.rename")} onClose={() => { isRenaming.value = false; }}>
          <NameForm api={api} me={me} first={me.value.name} onDone={() => { isRenaming.value = false; }} />
        </Dialog>
      )}
      {isAsking.value && (
        <Question
          title={t("account.everywhereQuestion")}
          text={t("account.everywhereText")}
          confirm={t("account.everywhere")}
          onConfirm={() => void signOut(true)}
          onClose={() => { isAsking.value = false; }}
        />
      )}
    </footer>
  );
}

/** Who a token names; null until that is known. */
export function useMe(api: ClassroomApi, token: string): Signal<Me | null> {
  const me = useSignal<Me | null>(null);
  useEffect(() => {
    // What goes wrong is said where the lessons are.
    api.me().then((found) => { me.value = found; }, () => undefined);
  }, [token]);
  return me;
}
