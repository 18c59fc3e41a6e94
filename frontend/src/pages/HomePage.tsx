/** One's own lessons; without a sign-in, the way into somebody else's. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../language/language.ts";
import { goTo, userToken } from "../browser/address.ts";
import { Logo } from "../ui/controls.tsx";
import { Field } from "../ui/forms.tsx";
import { pathOfInvitation } from "../browser/pasted_link.ts";
import { SERVER } from "../browser/root.ts";
import { Preferences } from "../ui/Preferences.tsx";
import { install } from "../browser/installing.ts";
import { Lessons } from "./home/Lessons.tsx";
import { UnsentList } from "./home/UnsentList.tsx";
import { HowToSignIn } from "./HowToSignIn.tsx";
import "../styles/pages/pages.css";
import "../styles/pages/home.css";

export function HomePage(): VNode {
  useEffect(() => {
    document.title = "lessonroom";
  }, []);
  return (
    <div class="home">
      <header class="home-bar">
        <Logo />
        <span class="wordmark">lessonroom</span>
        <span class="spring" />
        <Preferences />
      </header>
      <UnsentList />
      {userToken.value === null ? <SignedOut /> : <Lessons token={userToken.value} />}
      <footer class="home-foot">
        {install.value && (
          <button type="button" class="link" onClick={() => void install.value?.()}>
            {t("home.install")}
          </button>
        )}
        <a href={`${SERVER}/licences.txt`}>{t("home.licences")}</a>
      </footer>
    </div>
  );
}

function SignedOut(): VNode {
  const link = useSignal("");
  const isWrong = useSignal(false);
  return (
    <main class="welcome">
      <h1>{t("home.signedOut.title")}</h1>
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          const path = pathOfInvitation(link.value);
          isWrong.value = path === null;
          if (path !== null) goTo(path);
        }}
      >
        <p>{t("home.signedOut.text")}</p>
        <Field
          label={t("home.link")}
          value={link.value}
          placeholder={`${SERVER}/join/…`}
          onInput={(value) => {
            link.value = value;
          }}
        />
        {isWrong.value && <p class="error" role="alert">{t("home.linkWrong")}</p>}
        <button type="submit" class="button primary wide">{t("home.join")}</button>
      </form>
      <HowToSignIn />
    </main>
  );
}
