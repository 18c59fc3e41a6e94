/** The sign-in link that the server printed: its code becomes a user token, once. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi } from "../client/rest/rest.ts";
import { t } from "../language/language.ts";
import { goTo, signInWith, userToken } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { Logo } from "../ui/controls.tsx";
import { Message } from "../ui/Message.tsx";
import { HowToSignIn } from "./HowToSignIn.tsx";
import { wordsOfFault } from "./SchoolAccount.tsx";
import "../styles/pages/pages.css";

export function SignInPage({ code }: { readonly code: string }): VNode {
  const error = useSignal<string | null>(null);
  useEffect(() => {
    error.value = wordsOfFault(code);
    if (error.value !== null) return;
    // A platform may send its people here with a user token of its own making.
    const token = code.split(".").length === 3
      ? Promise.resolve(code)
      : new ClassroomApi(SERVER).signIn(code).then((signedIn) => signedIn.token);
    token.then(
      (value) => {
        signInWith(value);
        goTo("/");
      },
      (caught: unknown) => {
        // The link has done its work: a tab that was restored opens it once more.
        if (caught instanceof ApiRefusal && userToken.value !== null) goTo("/");
        else error.value = t(caught instanceof ApiRefusal ? "signin.used" : "app.unreachable");
      },
    );
  }, [code]);
  if (error.value === null) return <Message text={t("signin.working")} isBusy />;
  return (
    <main class="welcome">
      <Logo />
      <div role="alert">
        <h1>{error.value}</h1>
      </div>
      <HowToSignIn />
      <button type="button" class="button" onClick={() => goTo("/")}>{t("app.home")}</button>
    </main>
  );
}
