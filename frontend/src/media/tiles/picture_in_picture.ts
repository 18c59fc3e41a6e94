/** The call in a small window above all others, where the browser has such a thing. */

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const WIDTH = 320;
const HEIGHT = 240;

function ofDocuments(): DocumentPictureInPicture | null {
  return (globalThis as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture ?? null;
}

/** `page`: whatever one likes can be shown in it; `video`: one picture alone. */
export function pictureInPictureKind(): "page" | "video" | null {
  if (ofDocuments() !== null) return "page";
  return document.pictureInPictureEnabled ? "video" : null;
}

/** Opens a window with the styles of this page; null where the browser does not let it. */
export async function openWindow(): Promise<Window | null> {
  const opened = await ofDocuments()!.requestWindow({ width: WIDTH, height: HEIGHT }).catch(() => null);
  if (opened === null) return null;
  const { documentElement: ours } = document;
  for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
    const copy = opened.document.createElement("link");
    copy.rel = "stylesheet";
    copy.href = (link as HTMLLinkElement).href;
    opened.document.head.append(copy);
  }
  opened.document.documentElement.lang = ours.lang;
  for (const [name, value] of Object.entries(ours.dataset)) opened.document.documentElement.dataset[name] = value;
  return opened;
}

/** Takes one picture into a window of its own, or back. */
export async function floatVideo(video: HTMLVideoElement | null): Promise<void> {
  if (document.pictureInPictureElement !== null) await document.exitPictureInPicture().catch(() => undefined);
  else await video?.requestPictureInPicture().catch(() => undefined);
}
