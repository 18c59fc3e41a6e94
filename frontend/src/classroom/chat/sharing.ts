/** Files that one sends in the chat (CH-7): each is a message of its own, and stays until it is there. */

import { signal } from "@preact/signals";
import { randomId } from "../../client/random_id.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { ClassroomApi } from "../../client/rest/rest.ts";
import type { ErrorData } from "../../client/wire.ts";
import { OFFICE_TYPES } from "../office_types.ts";
import { sendFile, type FileQuery } from "./file_calls.ts";

export interface Sending {
  readonly file: File;
  readonly query: FileQuery;
  /** Why it did not come; null while it is on its way. */
  readonly error: ErrorData | null;
}

/** By their endings, where the device does not say what a file is. */
const TYPES: Readonly<Record<string, string>> = {
  ...OFFICE_TYPES,
  csv: "text/csv",
  md: "text/markdown",
  pdf: "application/pdf",
  txt: "text/plain",
};
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/** What a dialog of the device offers. */
export const OFFERED = [...PICTURES, ...Object.keys(TYPES).map((ending) => `.${ending}`)].join(",");

/** What a file claims to be; the server looks at what it is. */
export function typeOf({ name, type }: { readonly name: string; readonly type: string }): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return PICTURES.includes(type) ? type : (TYPES[ending] ?? (type || "application/octet-stream"));
}

export class Sharing {
  /** In the order in which they are sent: one at a time. */
  readonly sending = signal<readonly Sending[]>([]);

  readonly #send: (file: File, type: string, query: FileQuery) => Promise<unknown>;
  #isBusy = false;

  /** @param api the HTTP API, in this participant's name. */
  constructor(api: () => ClassroomApi, sessionId: string) {
    this.#send = (file, type, query) => sendFile(api(), sessionId, file, type, query);
  }

  /** Sends files, the first of them with `text`. */
  send(files: readonly File[], about: Omit<FileQuery, "name" | "client_id">): void {
    const { text, ...towards } = about;
    const added = files.map((file, n) => {
      const words = n === 0 && text ? { text } : {};
      // What is pasted often has no name.
      const name = file.name || `file.${file.type.split("/")[1] ?? "bin"}`;
      return { file, query: { ...towards, ...words, name, client_id: randomId() }, error: null };
    });
    this.sending.value = [...this.sending.value, ...added];
    void this.#go();
  }

  /** Under the same id: had it come after all, it is there once. */
  again(one: Sending): void {
    this.#put(one, { ...one, error: null });
    void this.#go();
  }

  drop(one: Sending): void {
    this.#put(one, null);
  }

  async #go(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let one = this.#next(); one !== undefined; one = this.#next()) {
      const type = typeOf(one.file);
      // Nobody waits for a film to be sent to hear that none is taken.
      const error = isTaken(type) ? await this.#send(one.file, type, one.query).then(() => null, errorOf) : NOT_TAKEN;
      this.#put(one, error && { ...one, error });
    }
    this.#isBusy = false;
  }

  #next(): Sending | undefined {
    return this.sending.value.find(({ error }) => error === null);
  }

  #put(one: Sending, changed: Sending | null): void {
    this.sending.value = this.sending.value.flatMap((each) => (each !== one ? [each] : changed === null ? [] : [changed]));
  }
}

const NOT_TAKEN: ErrorData = { code: "invalid", message: "" };

function isTaken(type: string): boolean {
  return PICTURES.includes(type) || Object.values(TYPES).includes(type);
}

function errorOf(error: unknown): ErrorData {
  // Without a network there is no answer at all.
  return error instanceof ApiRefusal ? error.error : { code: "unavailable", message: "" };
}
