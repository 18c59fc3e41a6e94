/** Calls of the HTTP API: the token, JSON, and what a refusal says. */

import type { ErrorCode, ErrorData } from "../wire.ts";

/** The API refused a call; `error.code` is stable. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    readonly error: ErrorData,
  ) {
    super(error.message);
    this.name = "ApiRefusal";
  }
}

export class Http {
  readonly #base: string;
  readonly #token: string | null;

  /** @param base what every path begins with. */
  constructor(base: string, token: string | null) {
    this.#base = base;
    this.#token = token;
  }

  async call<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const encoded = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.request(method, path, encoded, "application/json");
    return (await response.json()) as Result;
  }

  async request(
    method: string,
    path: string,
    body?: Blob | string,
    mediaType = "",
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#token !== null) headers["Authorization"] = `Bearer ${this.#token}`;
    if (body !== undefined) headers["Content-Type"] = mediaType;
    const request: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (body !== undefined) request.body = body;
    const response = await fetch(this.#base + path, request);
    if (response.ok) return response;
    throw new ApiRefusal(response.status, await problemOf(response));
  }
}

/** What a refusal says. */
export async function problemOf(response: Response): Promise<ErrorData> {
  try {
    const { code, detail, field, retry_after_ms } = (await response.json()) as {
      code: ErrorCode;
      detail: string;
      field?: string | null;
      retry_after_ms?: number | null;
    };
    return {
      code,
      message: detail,
      ...(field && { field }),
      ...(retry_after_ms && { retry_after_ms }),
    };
  } catch {
    return { code: "internal", message: `the server answered ${response.status}` };
  }
}
