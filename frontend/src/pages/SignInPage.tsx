/** The sign-in link that the server printed: its code becomes a user token, once. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiRefusal } from "../client/http.ts";
import { ClassroomApi } from "../client/rest.ts";
import { t } from "../language/language.ts";
import { goTo, signInWith } from "../browser/address.ts";
import { SERVER } from "../browser/root.ts";
import { Message } from "../ui/Message.tsx";

export function SignInPage({ code }: { readonly code: string }): VNode {
  const error = useSignal<string | null>(null);
  useEffect(() => {
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
        error.value = t(caught instanceof ApiRefusal ? "signin.used" : "app.unreachable");
      },
    );
  }, [code]);
  return <Message text={error.value ?? t("signin.working")} isBusy={error.value === null} />;
}
