/** Putting the page among a device's apps. */

import { signal } from "@preact/signals";

interface InstallEvent extends Event {
  prompt(): Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

/** Asks to install; null where the browser does not offer it, or has done it. */
export const install = signal<(() => Promise<void>) | null>(null);

/** From now on: takes up the browser's offer, which it would otherwise make over the board. */
export function takeInstallOffers(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    install.value = async () => {
      // It can be asked once; the browser makes another offer when it was declined.
      install.value = null;
      await (event as InstallEvent).prompt();
    };
  });
  window.addEventListener("appinstalled", () => {
    install.value = null;
  });
}
