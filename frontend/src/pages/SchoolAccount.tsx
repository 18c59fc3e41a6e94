/** The account that a school's people have already, where this server lets them in by it. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ClassroomApi } from "../client/rest/rest.ts";
import { t, type Key } from "../language/language.ts";
import { SERVER } from "../browser/root.ts";

export interface Provider {
  /** Where the browser goes. */
  readonly url: string;
  /** The operator's words; empty for ours. */
  readonly button: string;
}

const ERROR = "error=";
const FAULTS = [
  "unreachable",
  "misconfigured",
  "expired",
  "replayed",
  "denied",
  "wrong_token",
  "not_invited",
  "barred",
  "busy",
] as const;

/** The way in by a provider; null where there is none, or until that is known. */
export function useProvider(): Provider | null {
  const provider = useSignal<Provider | null>(null);
  useEffect(() => {
    const asked = new ClassroomApi(SERVER).http.call<{ oidc: Provider | null }>("GET", "/sign-in/ways/");
    // Without an answer there is no button; the link works all the same.
    asked.then(({ oidc }) => { provider.value = oidc; }, () => undefined);
  }, []);
  return provider.value;
}

/** Why somebody came back from the provider and is not signed in; null for any other code. */
export function wordsOfFault(code: string): string | null {
  if (!code.startsWith(ERROR)) return null;
  const fault = FAULTS.find((known) => known === code.slice(ERROR.length)) ?? "denied";
  return t(`signin.error.${fault}` satisfies Key);
}

export function SchoolAccount({ provider }: { readonly provider: Provider }): VNode {
  return (
    <a class="button primary wide" href={provider.url}>
      {provider.button || t("signin.account")}
    </a>
  );
}
