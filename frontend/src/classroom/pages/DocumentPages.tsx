/** Choosing pages of a PDF by what they look like: drawn by the server as one comes to them, a few at a time. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { ApiRefusal } from "../../client/rest/http.ts";
import { t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import type { Classroom } from "../classroom.ts";
import { ChoosePages } from "./ChoosePages.tsx";
import { numbersIn, rangesOf } from "./ranges.ts";

/** So many are drawn for one question. */
const AT_ONCE = 24;

interface DocumentPreview {
  readonly pages_total: number;
  readonly thumbnails: readonly { readonly number: number; readonly picture: string | null }[];
}

interface DocumentPagesProps {
  readonly room: Classroom;
  readonly file: File;
  /** What was written in the field, such as `1-3, 7`; empty for all. */
  readonly written: string;
  /** Called with what is to be written there. */
  readonly onChosen: (pages: string) => void;
  readonly onClose: () => void;
}

export function DocumentPages({ room, file, written, onChosen, onClose }: DocumentPagesProps): VNode {
  const total = useSignal<number | null>(null);
  /** By number; null of a page that cannot be drawn. */
  const pictures = useSignal<ReadonlyMap<number, string | null>>(new Map());
  const chosen = useSignal<ReadonlySet<number>>(new Set());
  const problem = useSignal<string | null>(null);
  const drawing = useMemo(() => new Drawing(room, file), [file]);
  useEffect(() => {
    drawing.onDrawn = (pages, drawn) => {
      if (total.value === null) {
        total.value = pages;
        const meant = written.trim() === "" ? null : numbersIn(written, pages);
        chosen.value = new Set(meant ?? Array.from({ length: pages }, (_, n) => n + 1));
      }
      pictures.value = new Map([...pictures.value, ...drawn]);
      problem.value = null;
    };
    drawing.onFailed = (error) => {
      problem.value = error instanceof ApiRefusal ? wordsFor(error) : t("app.unreachable");
    };
    drawing.need(1);
    return () => drawing.stop();
  }, [drawing]);
  const choosable = useMemo(
    () =>
      Array.from({ length: total.value ?? 0 }, (_, n) => ({
        key: n + 1,
        name: String(n + 1),
        picture: <Sketch url={pictures.value.get(n + 1)} onSeen={() => drawing.need(n + 1)} />,
      })),
    [total.value, pictures.value],
  );
  const numbers = [...chosen.value].sort((a, b) => a - b);
  return (
    <Dialog title={file.name} onClose={onClose}>
      {total.value === null && problem.value === null && <p role="status">{t("document.reading")}</p>}
      {total.value !== null && (
        <ChoosePages pages={choosable} chosen={chosen.value} onChoose={(now) => void (chosen.value = now)} />
      )}
      {problem.value !== null && <p class="error" role="alert">{problem.value}</p>}
      <footer>
        <button
          type="button"
          class="button primary"
          disabled={numbers.length === 0}
          onClick={() => {
            onChosen(numbers.length === total.value ? "" : rangesOf(numbers));
            onClose();
          }}
        >
          {t("document.choose", { n: numbers.length })}
        </button>
      </footer>
    </Dialog>
  );
}

function wordsFor(refusal: ApiRefusal): string {
  return refusal.error.code === "invalid" ? refusal.error.message : wordsOf(refusal.error);
}

/** Asks for what comes into view, one question after the other. */
class Drawing {
  onDrawn: (pages: number, drawn: ReadonlyMap<number, string | null>) => void = () => {};
  onFailed: (error: unknown) => void = () => {};
  readonly #asked = new Set<number>();
  readonly #waiting: number[] = [];
  #isAsking = false;
  #isGone = false;

  constructor(
    readonly room: Classroom,
    readonly file: File,
  ) {}

  need(number: number): void {
    const first = number - ((number - 1) % AT_ONCE);
    if (this.#asked.has(first) || this.#isGone) return;
    this.#asked.add(first);
    this.#waiting.push(first);
    void this.#go();
  }

  stop(): void {
    this.#isGone = true;
  }

  async #go(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let first = this.#waiting.pop(); first !== undefined && !this.#isGone; first = this.#waiting.pop()) {
      try {
        const { pages_total, thumbnails } = await this.#preview(first);
        if (!this.#isGone) this.onDrawn(pages_total, new Map(thumbnails.map(({ number, picture }) => [number, picture])));
      } catch (error) {
        // Asked for again where one comes back to it.
        this.#asked.delete(first);
        if (!this.#isGone) this.onFailed(error);
      }
    }
    this.#isAsking = false;
  }

  /** What two dozen pages look like, from page `first` on; nothing of it is kept. */
  async #preview(first: number): Promise<DocumentPreview> {
    const { lesson } = this.room;
    const path = `/sessions/${encodeURIComponent(lesson.sessionId)}/documents/preview/?first=${first}`;
    const response = await lesson.api().http.request("POST", path, this.file, "application/pdf");
    return (await response.json()) as DocumentPreview;
  }
}

/** @param url undefined until it is drawn, null where it cannot be. */
function Sketch({ url, onSeen }: { readonly url: string | null | undefined; readonly onSeen: () => void }): VNode {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (url !== undefined || place.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen();
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [url]);
  if (url) return <img src={url} alt="" />;
  return <span ref={place} class="no-picture">{url === null ? t("document.noPicture") : ""}</span>;
}
