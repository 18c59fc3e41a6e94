/** Taking up a lesson pack: `POST /sessions/import/`. No lesson loads this. */

import { ApiRefusal, problemOf } from "../../client/rest/http.ts";
import type { SessionSummary } from "../../client/rest/rest.ts";

/** What came in, as the server tells it. */
export interface ImportedLesson {
  readonly session: SessionSummary;
  readonly events: number;
  readonly people: readonly { readonly packed_id: number; readonly user_id: number; readonly name: string; readonly is_known: boolean }[];
  readonly files: number;
  readonly takes: number;
  /** Lessons of the same host that are this one already. */
  readonly copies: readonly string[];
  readonly left_out: readonly string[];
}

/** The connection broke off; `wasSent`: behind the last byte, so that it may have come in. */
export class BrokenOff extends Error {
  constructor(readonly wasSent: boolean) {
    super("the connection broke off");
    this.name = "BrokenOff";
  }
}

export interface Sending {
  readonly server: string;
  readonly token: string;
  readonly file: Blob;
  /** Ends it: nothing of the lesson comes in then. */
  readonly signal: AbortSignal;
  /** How much of it was sent: 0 to 1. */
  readonly onSent: (share: number) => void;
}

/**
 * Sends a pack and waits for what comes of it. `fetch` does not tell how far it is with a body.
 *
 * @throws ApiRefusal, BrokenOff; an `AbortError` where it was ended.
 */
export function importPack({ server, token, file, signal, onSent }: Sending): Promise<ImportedLesson> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let share = 0;
    const ended = (): void => reject(new DOMException("ended", "AbortError"));
    if (signal.aborted) return ended();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onSent((share = loaded / total));
    };
    request.upload.onload = () => onSent((share = 1));
    request.onabort = ended;
    request.onerror = () => reject(new BrokenOff(share === 1));
    request.onload = () => {
      const answered = (async (): Promise<ImportedLesson> => {
        const response = new Response(request.responseText, { status: request.status });
        if (!response.ok) throw new ApiRefusal(response.status, await problemOf(response));
        return (await response.json()) as ImportedLesson;
      })();
      resolve(answered);
    };
    request.open("POST", `${server.replace(/\/+$/, "")}/api/v1/classroom/sessions/import/`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", "application/zip");
    request.send(file);
  });
}
