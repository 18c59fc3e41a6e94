/** The page: its address decides what it shows. */

import { useSignal } from "@preact/signals";
import { render, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ClassroomPage } from "./classroom/ClassroomPage.tsx";
import type { HistoryPage } from "./history/HistoryPage.tsx";
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

/** Few come here, and not in a hurry: its code is fetched when it is wanted. */
function History({ sessionId }: { readonly sessionId: string }): VNode {
  const page = useSignal<{ readonly View: typeof HistoryPage } | null>(null);
  useEffect(() => {
    void import("./history/HistoryPage.tsx").then((module) => {
      page.value = { View: module.HistoryPage };
    });
  }, []);
  if (page.value === null) return <Message text={t("app.loading")} isBusy />;
  const { View } = page.value;
  return <View sessionId={sessionId} />;
}

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
      return <History key={here.sessionId} sessionId={here.sessionId} />;
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
