/** A part whose code is fetched when it is wanted: nothing that is needed at once waits for it. */

import { useSignal } from "@preact/signals";
import type { FunctionComponent, VNode } from "preact";
import { useEffect } from "preact/hooks";

const AGAIN_MS = 1_000;

interface LaterProps<Props> {
  readonly load: () => Promise<FunctionComponent<Props>>;
  readonly props: Props;
  /** What is shown until then. */
  readonly meanwhile?: VNode;
}

export function Later<Props extends object>({ load, props, meanwhile }: LaterProps<Props>): VNode | null {
  const loaded = useSignal<{ readonly View: FunctionComponent<Props> } | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    // Without a connection it is asked for again until there is one.
    const fetched = (): void => {
      load().then(
        (View) => {
          if (!isGone) loaded.value = { View };
        },
        () => {
          if (!isGone) timer = setTimeout(fetched, AGAIN_MS);
        },
      );
    };
    fetched();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, []);
  if (loaded.value === null) return meanwhile ?? null;
  const { View } = loaded.value;
  return <View {...props} />;
}
