/** What runs on this server, and what may be done there: for its operator alone. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/rest/http.ts";
import { t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { goTo, isOperator, signInWith, userToken } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { Logo } from "../ui/controls.tsx";
import { Message } from "../ui/Message.tsx";
import { Preferences } from "../ui/Preferences.tsx";
import type { Attempt } from "./attempt.ts";
import { LiveRooms } from "./live/LiveRooms.tsx";
import { OperatorApi } from "./operator_api.ts";
import { Records } from "./records/Records.tsx";
import "../styles/pages/operator.css";
import "../styles/pages/pages.css";

interface OperatorPageProps {
  /** Which table is open, as the address has it. */
  readonly table: string;
  /** Of which session; of all where it is empty. */
  readonly sessionId: string;
}

export function OperatorPage(props: OperatorPageProps): VNode {
  useEffect(() => {
    document.title = `${t("operator.title")} · lessonroom`;
  }, []);
  if (userToken.value === null || !isOperator(userToken.value)) {
    return (
      <Message text={t("operator.forbidden")}>
        <button type="button" class="button" onClick={() => goTo("/")}>{t("app.home")}</button>
      </Message>
    );
  }
  return <Operator token={userToken.value} {...props} />;
}

function Operator({ token, table, sessionId }: OperatorPageProps & { readonly token: string }): VNode {
  const error = useSignal<string | null>(null);
  const api = new OperatorApi(SERVER, token);
  const attempt: Attempt = async (work) => {
    try {
      await work();
      error.value = null;
      return true;
    } catch (caught) {
      if (caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      else error.value = wordsFor(caught);
      return false;
    }
  };
  return (
    <div class="home">
      <header class="home-bar">
        <button type="button" class="logo-link" aria-label={t("app.home")} onClick={() => goTo("/")}>
          <Logo />
        </button>
        <span class="wordmark">lessonroom</span>
        <span class="spring" />
        <Preferences />
      </header>
      <main class="lessons operator">
        <h1>{t("operator.title")}</h1>
        {error.value && <p class="error" role="alert">{error.value}</p>}
        <LiveRooms api={api} attempt={attempt} />
        <Records api={api} attempt={attempt} table={table} sessionId={sessionId} />
      </main>
    </div>
  );
}
