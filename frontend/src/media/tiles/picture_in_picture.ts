/** The call in a small window above all others, where the browser has such a thing. */

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const WIDTH = 320;
const HEIGHT = 240;

function ofDocuments(): DocumentPictureInPicture | null {
  return (globalThis as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture ?? null;
}

/** `page`: whatever one likes can be shown in it, but not from within a frame; `video`: one picture alone. */
export function pictureInPictureKind(): "page" | "video" | null {
  if (ofDocuments() !== null && window.top === window) return "page";
  return canFloat() ? "video" : null;
}

/** Some browsers know nothing of it, and have no such field. */
export function canFloat(): boolean {
  return (document as { pictureInPictureEnabled?: boolean }).pictureInPictureEnabled === true;
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

/** Takes one picture into a window of its own, or back; returns whether the browser did. */
export async function floatVideo(video: HTMLVideoElement | null): Promise<boolean> {
  const changing = document.pictureInPictureElement != null ? document.exitPictureInPicture() : video?.requestPictureInPicture();
  return Promise.resolve(changing).then(
    () => true,
    () => false,
  );
}
