/** Where a film is written while it is made: a file that the person has chosen, or one of the browser's own, on its disk. */

import { saveFile } from "../../browser/save_file.ts";

/** A file in the making. */
export interface FilmFile {
  /** Puts bytes where they belong: most of them behind the others, some of the head at the end. */
  write(data: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  /** It is whole: the person has it, or the browser saves it. */
  keep(): Promise<void>;
  /** Nothing of it is left; what was chosen to be written over is as it was. */
  discard(): Promise<void>;
}

const FOLDER = "films";
/** A film that was saved is read by the browser for a while; one of another tab may be in the making. */
const OLD_MS = 24 * 3_600_000;

type Picker = (options: {
  readonly suggestedName: string;
  readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
}) => Promise<FileSystemFileHandle>;

/**
 * A new file for a film.
 *
 * @param name what it is called, with its ending.
 * @throws DOMException `AbortError`: the person wants none.
 */
export async function newFile(name: string, mediaType: string): Promise<FilmFile> {
  const picker = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (picker !== undefined) {
    const ending = name.slice(name.lastIndexOf("."));
    const handle = await picker.call(window, { suggestedName: name, types: [{ accept: { [mediaType]: [ending] } }] });
    // What was chosen is there from now on, and empty where it is new.
    const isNew = (await handle.getFile()).size === 0;
    const { remove } = handle as { remove?: () => Promise<void> };
    return written(await handle.createWritable(), {
      kept: () => Promise.resolve(),
      discarded: async () => {
        if (isNew) await remove?.call(handle);
      },
    });
  }
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  await removeOld(folder);
  const own = `${crypto.randomUUID()}${name.slice(name.lastIndexOf("."))}`;
  const handle = await folder.getFileHandle(own, { create: true });
  return written(await handle.createWritable(), {
    kept: async () => saveFile(await handle.getFile(), name),
    discarded: () => folder.removeEntry(own),
  });
}

function written(
  stream: FileSystemWritableFileStream,
  { kept, discarded }: { readonly kept: () => Promise<void>; readonly discarded: () => Promise<void> },
): FilmFile {
  return {
    write: (data, position) => stream.write({ type: "write", data, position }),
    keep: async () => {
      await stream.close();
      await kept();
    },
    discard: async () => {
      await stream.abort();
      await discarded();
    },
  };
}

/** Whether a browser can write one. */
export function mayWrite(): boolean {
  return "showSaveFilePicker" in window || (typeof FileSystemFileHandle !== "undefined" && "createWritable" in FileSystemFileHandle.prototype);
}

async function removeOld(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const entry of (folder as FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> }).values()) {
    if (entry.kind !== "file") continue;
    const { lastModified } = await (entry as FileSystemFileHandle).getFile();
    // One that another tab writes is locked.
    if (Date.now() - lastModified > OLD_MS) await folder.removeEntry(entry.name).catch(() => undefined);
  }
}
