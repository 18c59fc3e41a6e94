/** Coming in by an invitation. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi, type Invitation } from "../client/rest/rest.ts";
import { hasEnded } from "../client/replica/room_state.ts";
import { dateTime, isolated, t } from "../language/language.ts";
import { wordsOf } from "../language/words_of_errors.ts";
import { DEVICE_LINES } from "../media/devices.ts";
import { OwnMedia } from "../media/own_media.ts";
import { Preview } from "../media/Preview.tsx";
import { wish } from "../media/wishes.ts";
import { goTo, keepRoomToken, roomToken, signInWith, userToken } from "../browser/address.ts";
import { deviceStorage } from "../browser/browser_storage.ts";
import { Logo } from "../ui/controls.tsx";
import { Field } from "../ui/forms.tsx";
import { tellParent } from "../browser/embedding.ts";
import { SERVER } from "../browser/root.ts";
import { forgetSeat, keepJoined, seatsOf, type Seat } from "../browser/seats.ts";
import { Preferences } from "../ui/Preferences.tsx";
import { Over } from "../classroom/ending/Over.tsx";
import { ComingBack } from "./ComingBack.tsx";
import "../styles/lesson/recording.css";
import "../styles/pages/pages.css";
import { NameField } from "./NameField.tsx";

interface JoinProps {
  readonly sessionId: string;
  readonly code: string;
}

const NAME = "lessonroom.name";
/** What is said of a seat that is not to be had again. */
const VOID: ReadonlySet<string> = new Set(["wrong_access_code", "kicked", "not_found"]);

export function JoinPage({ sessionId, code }: JoinProps): VNode {
  const name = useSignal(deviceStorage.getItem(NAME) ?? "");
  const typedCode = useSignal(code);
  const error = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const isSignedIn = userToken.value !== null;
  const invited = useSignal<Invitation | null>(null);
  // Who is signed in may be expected: they are asked for a code once it is known that they need one.
  const needsCode = useSignal(code === "" && !isSignedIn);
  const seats = useSignal(isSignedIn ? [] : seatsOf(sessionId));
  const isSomebodyElse = useSignal(false);
  const isBack = seats.value.length > 0 && !isSomebodyElse.value;
  const isOver = invited.value !== null && hasEnded(invited.value.status);
  /** What can be read of a lesson that is over, by who was there. */
  const past = useSignal<ClassroomApi | null>(null);
  useEffect(() => {
    if (!isOver) return;
    const [seat] = seats.value;
    if (isSignedIn) past.value = new ClassroomApi(SERVER, userToken.value);
    else if (seat !== undefined) {
      new ClassroomApi(SERVER).renewToken(sessionId, seat.key).then(
        ({ token }) => {
          // For the history, which may be open next.
          keepRoomToken(sessionId, token);
          past.value = new ClassroomApi(SERVER, token);
        },
        // The page says that the lesson is over in any case.
        () => undefined,
      );
    }
  }, [isOver]);
  const [own] = useState(() => new OwnMedia());
  useEffect(() => {
    const [seat] = seats.value;
    if (code === "" && !isSignedIn && seat === undefined) return;
    const api = new ClassroomApi(SERVER, userToken.value);
    const look = (): Promise<Invitation> => api.invitation(sessionId, code, seat?.key);
    look().then(
      (found) => {
        invited.value = found;
        if (isSignedIn) needsCode.value = false;
        document.title = `${found.title || t("join.title")} · lessonroom`;
      },
      (caught: unknown) => {
        if (code === "" && isSignedIn) needsCode.value = true;
        else if (code !== "") error.value = wordsOfJoin(caught);
      },
    );
  }, [sessionId]);
  useEffect(() => {
    document.title = `${t("join.title")} · lessonroom`;
    // Whoever has a seat in this tab goes back to it.
    if (roomToken(sessionId) !== null) goTo(`/room/${sessionId}`);
    // The classroom opens them anew: what is shown here is let go of with the page.
    return () => own.dispose();
  }, [sessionId]);

  const join = async (seat?: Seat): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      const api = new ClassroomApi(SERVER, userToken.value);
      const asNew = {
        ...(typedCode.value.trim() !== "" && { access_code: typedCode.value.trim() }),
        ...(!isSignedIn && { name: name.value.trim() }),
      };
      const joined = await api.join(sessionId, seat ? { seat_key: seat.key } : asNew);
      if (!seat) deviceStorage.setItem(NAME, name.value.trim());
      keepJoined(sessionId, joined, seat?.key ?? joined.seat_key);
      wish(sessionId, DEVICE_LINES.filter((line) => own.isWanted(line)));
      goTo(`/room/${sessionId}`);
    } catch (caught) {
      // The sign-in is over: whoever has the code comes in with it all the same.
      if (isSignedIn && caught instanceof ApiRefusal && caught.status === 401) signInWith(null);
      error.value = wordsOfJoin(caught);
      if (seat && caught instanceof ApiRefusal && VOID.has(caught.error.code)) {
        forgetSeat(sessionId, seat.userId);
        seats.value = seatsOf(sessionId);
        if (caught.error.code !== "kicked") error.value = t("join.gone");
      }
      const code = caught instanceof ApiRefusal ? caught.error.code : "unreachable";
      tellParent({ type: "error", session_id: sessionId, code });
    } finally {
      isBusy.value = false;
    }
  };
  if (past.value !== null) return <Over sessionId={sessionId} seat={past.value} title={invited.value?.title ?? ""} />;
  return (
    <main class="join">
      <header class="home-bar">
        <Logo />
        <span class="wordmark">lessonroom</span>
        <span class="spring" />
        <Preferences />
      </header>
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy.value && !isOver && !isBack) void join();
        }}
      >
        <Invited invitation={invited.value} />
        <Preview own={own} />
        <div class="join-fields">
          {isBack && !isOver && (
            <ComingBack
              sessionId={sessionId}
              seats={seats}
              isBusy={isBusy.value}
              onTake={(seat) => void join(seat)}
              onOther={() => {
                isSomebodyElse.value = true;
              }}
            />
          )}
          {!isSignedIn && !isBack && (
            <NameField label={t("join.name")} name={name} />
          )}
          {needsCode.value && !isBack && (
            <Field
              label={t("join.code")}
              value={typedCode.value}
              hint={t("join.codeHint")}
              maxLength={16}
              kind="code"
              onInput={(value) => {
                typedCode.value = value.toUpperCase();
              }}
            />
          )}
          {error.value && <p class="error" role="alert">{error.value}</p>}
          {isOver && <p class="error" role="alert">{t("join.ended")}</p>}
          {!isBack && (
            <button
              type="submit"
              class="button primary wide"
              disabled={isBusy.value || isOver || (!isSignedIn && name.value.trim() === "")}
            >
              {t(isBusy.value ? "join.entering" : "join.enter")}
            </button>
          )}
          {!isSignedIn && (
            <p class="hint">
              {t("join.isHost")}{" "}
              <button type="button" class="link" onClick={() => goTo("/")}>{t("signin.title")}</button>
            </p>
          )}
        </div>
      </form>
    </main>
  );
}

/** To what one is invited, and by whom: that one is right here. */
function Invited({ invitation }: { readonly invitation: Invitation | null }): VNode {
  if (invitation === null) return <h1>{t("join.title")}</h1>;
  const { title, host_name: host, scheduled_start: start, status, is_being_recorded: isRecorded } = invitation;
  const isPlanned = status === "scheduled" || status === "waiting";
  return (
    <header class="invited">
      <p class="hint">{t("join.title")}</p>
      <h1>
        <bdi>{title || t("lesson.untitled")}</bdi>
      </h1>
      {host !== "" && <p>{t("join.with", { name: isolated(host) })}</p>}
      {isRecorded && <p role="status"><span class="recording-dot" aria-hidden="true" /> {t("join.isRecorded")}</p>}
      {start !== null && isPlanned && <p class="hint">{dateTime(start)}</p>}
    </header>
  );
}

function wordsOfJoin(caught: unknown): string {
  if (!(caught instanceof ApiRefusal)) return t("app.unreachable");
  const { error } = caught;
  switch (error.code) {
    case "wrong_access_code":
    case "not_found":
      return t("join.wrongCode");
    case "room_full":
      return t("join.full");
    case "session_ended":
      return t("join.ended");
    case "kicked":
      return t("join.kicked");
    case "permission_denied":
      return t("join.noGuests");
    case "rate_limited":
      return t("join.tooMany", { seconds: Math.ceil((error.retry_after_ms ?? 10_000) / 1000) });
    case "invalid":
      return error.field?.endsWith("name") ? t("join.badName") : wordsOf(error);
    default:
      return wordsOf(error);
  }
}
