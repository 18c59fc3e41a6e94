/** The page: its address decides what it shows. */

import { render, type FunctionComponent, type VNode } from "preact";
import { ClassroomPage } from "./classroom/ClassroomPage.tsx";
import { speakOfPages, speakPreferred, t } from "./language/language.ts";
import { deviceStorage } from "./browser/browser_storage.ts";
import { goTo, readAddress, route } from "./browser/address.ts";
import { tellParent } from "./browser/embedding.ts";
import { takeInstallOffers } from "./browser/installing.ts";
import { staySignedIn } from "./browser/staying_signed_in.ts";
import { KEPT } from "./recording/kept_flag.ts";
import { Later } from "./ui/Later.tsx";
import { Message } from "./ui/Message.tsx";
import "./ui/theme.ts";
import "./styles/base/theme.css";
import "./styles/base/base.css";
import "./styles/base/controls.css";
import "./styles/board/board.css";
import "./styles/lesson/classroom.css";
import "./styles/base/message.css";
import "./styles/base/print.css";

/** A page around the lessons, with its words: the classroom does not wait for its code. */
function LaterPage<Props extends object>({ load, props }: LaterPageProps<Props>): VNode {
  const withWords = (): Promise<FunctionComponent<Props>> =>
    Promise.all([load(), speakOfPages()]).then(([View]) => View);
  return <Later load={withWords} props={props} meanwhile={<Message text={t("app.loading")} isBusy />} />;
}

interface LaterPageProps<Props> {
  readonly load: () => Promise<FunctionComponent<Props>>;
  readonly props: Props;
}

const home = () => import("./pages/HomePage.tsx").then((module) => module.HomePage);
const signIn = () => import("./pages/SignInPage.tsx").then((module) => module.SignInPage);
const join = () => import("./pages/JoinPage.tsx").then((module) => module.JoinPage);
const history = () => import("./history/HistoryPage.tsx").then((module) => module.HistoryPage);
const historyWithWords = () => Promise.all([history(), speakOfPages()]).then(([View]) => View);
const series = () => import("./pages/series/SeriesPage.tsx").then((module) => module.SeriesPage);
const operator = () => import("./operator/OperatorPage.tsx").then((module) => module.OperatorPage);

function Page(): VNode {
  const here = route.value;
  switch (here.page) {
    case "home":
      return <LaterPage key="home" load={home} props={{}} />;
    case "signin":
      return <LaterPage key="signin" load={signIn} props={{ code: here.code }} />;
    case "join":
      return (
        <LaterPage
          key={`${here.sessionId}/${here.code}`}
          load={join}
          props={{ sessionId: here.sessionId, code: here.code }}
        />
      );
    case "room":
      // Whoever gets another token enters anew: they may be another person.
      return <ClassroomPage key={`${here.sessionId}/${here.token}`} sessionId={here.sessionId} history={historyWithWords} />;
    case "history":
      return (
        <LaterPage
          key={`${here.sessionId}/${JSON.stringify(here.moment)}`}
          load={history}
          props={{ sessionId: here.sessionId, moment: here.moment }}
        />
      );
    case "series":
      return <LaterPage key={here.seriesId} load={series} props={{ seriesId: here.seriesId }} />;
    case "operator":
      return (
        <LaterPage
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

const WORKER_AFTER_MS = 3_000;

readAddress();
window.addEventListener("popstate", readAddress);
staySignedIn();
takeInstallOffers();
void speakPreferred().then(() => {
  render(<Page />, document.getElementById("page")!);
  tellParent({ type: "ready" });
});
// Behind everything that somebody waits for.
setTimeout(() => {
  if (deviceStorage.getItem(KEPT)) void import("./recording/leftovers.ts").then((loaded) => loaded.sendLeft(), () => undefined);
}, WORKER_AFTER_MS);
setTimeout(() => void import("./browser/worker.ts").then((loaded) => loaded.keepPageFiles(), () => undefined), WORKER_AFTER_MS);
