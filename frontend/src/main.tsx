/** The page: its address decides what it shows. */

import { useSignal } from "@preact/signals";
import { render, type FunctionComponent, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ClassroomPage } from "./classroom/ClassroomPage.tsx";
import { t } from "./language/language.ts";
import { goTo, readAddress, route } from "./page/address.ts";
import { HomePage } from "./page/HomePage.tsx";
import { JoinPage } from "./page/JoinPage.tsx";
import { Message } from "./page/Message.tsx";
import { SignInPage } from "./page/SignInPage.tsx";
import "./page/theme.ts";
import "./styles/base.css";
import "./styles/classroom.css";
import "./styles/pages.css";

/** A page that few come to, and not in a hurry: its code is fetched when it is wanted. */
function Later<Props extends object>({ load, props }: LaterProps<Props>): VNode {
  const loaded = useSignal<{ readonly View: FunctionComponent<Props> } | null>(null);
  useEffect(() => {
    void load().then((View) => {
      loaded.value = { View };
    });
  }, []);
  if (loaded.value === null) return <Message text={t("app.loading")} isBusy />;
  const { View } = loaded.value;
  return <View {...props} />;
}

interface LaterProps<Props> {
  readonly load: () => Promise<FunctionComponent<Props>>;
  readonly props: Props;
}

const history = () => import("./history/HistoryPage.tsx").then((module) => module.HistoryPage);
const operator = () => import("./operator/OperatorPage.tsx").then((module) => module.OperatorPage);

function Page(): VNode {
  const here = route.value;
  switch (here.page) {
    case "home":
      return <HomePage />;
    case "signin":
      return <SignInPage code={here.code} />;
    case "join":
      return <JoinPage key={here.sessionId} sessionId={here.sessionId} code={here.code} />;
    case "room":
      return <ClassroomPage key={here.sessionId} sessionId={here.sessionId} />;
    case "history":
      return <Later key={here.sessionId} load={history} props={{ sessionId: here.sessionId }} />;
    case "operator":
      return (
        <Later
          key="operator"
          load={operator}
          props={{ table: here.table, sessionId: here.sessionId }}
        />
      );
    case "unknown":
      return (
        <Message text={t("app.notFound")}>
          <button type="button" class="button" onClick={() => goTo("/")}>
            {t("app.home")}
          </button>
        </Message>
      );
    default:
      return here satisfies never;
  }
}

readAddress();
window.addEventListener("popstate", readAddress);
render(<Page />, document.getElementById("page")!);
