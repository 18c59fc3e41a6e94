/** The report of a lesson: who was there, spoke and wrote; to look at, to print, to keep. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { saveFile } from "../browser/save_file.ts";
import { SERVER } from "../browser/root.ts";
import { t } from "../language/language.ts";
import { wordsFor } from "../language/words_of_errors.ts";
import { Dialog } from "../ui/dialogs.tsx";
import { Icon } from "../ui/icons.tsx";
import { ReportApi, type PageReport, type PersonReport, type Report } from "./report_api.ts";
import "../styles/report.css";

export interface ReportDialogProps {
  readonly sessionId: string;
  /** Of who leads it. */
  readonly token: string;
  readonly onClose: () => void;
}

export function ReportDialog({ sessionId, token, onClose }: ReportDialogProps): VNode {
  const api = useMemo(() => new ReportApi(SERVER, token, sessionId), [token, sessionId]);
  const report = useSignal<Report | null>(null);
  const making = useSignal<"html" | "csv" | null>(null);
  const error = useSignal<string | null>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      error.value = null;
      await work();
    } catch (caught) {
      error.value = wordsFor(caught);
    }
  };
  useEffect(() => {
    void attempt(async () => {
      report.value = await api.report();
    });
  }, [api]);
  const save = async (format: "html" | "csv"): Promise<void> => {
    making.value = format;
    await attempt(async () => {
      const { name, file } = await api.file(format);
      saveFile(file, name);
    });
    making.value = null;
  };
  const saving = (format: "html" | "csv", label: string, look: string): VNode => (
    <button
      type="button"
      class={look}
      disabled={making.value !== null || report.value === null}
      aria-busy={making.value === format}
      onClick={() => void save(format)}
    >
      <Icon name="download" size={20} /> {making.value === format ? t("report.making") : label}
    </button>
  );
  return (
    <Dialog title={t("report.title")} onClose={onClose}>
      {error.value && <p class="error" role="alert">{error.value}</p>}
      {report.value === null && error.value === null && <p class="hint" role="status">{t("report.counting")}</p>}
      {report.value !== null && <Told report={report.value} />}
      <footer>
        {saving("csv", t("report.table"), "button")}
        {saving("html", t("report.print"), "button primary")}
      </footer>
    </Dialog>
  );
}

function Told({ report }: { readonly report: Report }): VNode {
  const names = new Map(report.participants.map((person) => [person.user_id, person.name]));
  const written = report.pages.filter((page) => page.written.length > 0);
  return (
    <div class="report" tabIndex={0} role="region" aria-label={t("report.title")}>
      <p>
        {report.title && <strong><bdi>{report.title}</bdi></strong>} {t("report.active", { time: lengthOf(report.active_seconds) })}
      </p>
      <ul class="report-people">
        {inOrder(report.participants).map((person) => <Person key={person.user_id} person={person} />)}
      </ul>
      {report.takes_pending > 0 && <p class="hint">{t("report.pending")}</p>}
      {written.length > 0 && (
        <>
          <h3>{t("report.pages")}</h3>
          <ul class="report-pages">
            {written.map((page) => (
              <li key={page.id}>
                <strong>{nameOf(page)}</strong>{" "}
                {page.written.map(({ user_id, elements }) => (
                  <span key={user_id}>
                    <bdi>{names.get(user_id ?? 0) ?? t("report.operator")}</bdi> {elements}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Person({ person }: { readonly person: PersonReport }): VNode {
  const facts: readonly (readonly [string, string])[] = [
    [t("report.there"), lengthOf(person.time_in_room_seconds)],
    [t(`report.spoke.${person.spoke_from}`), lengthOf(person.spoke_seconds)],
    [t("report.wrote"), String(person.elements_written)],
    [t("report.chat"), String(person.chat.messages)],
    [t("report.hands"), String(person.hands_raised)],
  ];
  return (
    <li>
      <strong><bdi>{person.name}</bdi></strong>
      <dl>
        {facts.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** Who leads, then who was there longest. */
function inOrder(people: readonly PersonReport[]): readonly PersonReport[] {
  const follows = ({ role }: PersonReport): number => Number(role !== "host" && role !== "solo");
  return [...people].sort((a, b) => follows(a) - follows(b) || b.time_in_room_seconds - a.time_in_room_seconds);
}

function nameOf({ number, title }: PageReport): string {
  if (number === null) return t("report.gone");
  const name = t("report.page", { number });
  return title === "" ? name : `${name}: ${title}`;
}

function lengthOf(allSeconds: number): string {
  const seconds = Math.floor(allSeconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return t("report.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return minutes > 0 ? t("report.minutes", { minutes, seconds: seconds % 60 }) : t("report.seconds", { seconds });
}
