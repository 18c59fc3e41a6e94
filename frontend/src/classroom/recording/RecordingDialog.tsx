/** Recording a lesson: begun and ended by its host, answered by everyone for themself. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { roomToken, userToken } from "../../browser/address.ts";
import { SERVER } from "../../browser/root.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import { RecordingApi } from "../../client/rest/recording_api.ts";
import type { Participant, Recording, RecordingSettings } from "../../client/wire.ts";
import { t } from "../../language/language.ts";
import { Dialog } from "../../ui/dialogs.tsx";
import { Switch } from "../../ui/forms.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { Classroom } from "../classroom.ts";
import { listed } from "./ConsentQuestion.tsx";
import { KINDS, RecordingFields, USUAL } from "./RecordingFields.tsx";
import { standingOf } from "./standing.ts";
import { standingIn } from "./standing_words.ts";
import "../../styles/lesson/recording.css";

interface RecordingDialogProps {
  readonly room: Classroom;
  readonly onClose: () => void;
}

export function RecordingDialog({ room, onClose }: RecordingDialogProps): VNode {
  const { lesson } = room;
  const session = lesson.state.value?.session;
  const recording = session?.recording ?? null;
  const told = session?.recording_settings ?? USUAL;
  const settings = useSignal<RecordingSettings>(told);
  const isBusy = useSignal(false);
  const isHost = lesson.isHost.value;
  const start = async (): Promise<void> => {
    isBusy.value = true;
    try {
      const token = roomToken(lesson.sessionId) ?? userToken.value;
      await new RecordingApi(SERVER, token).prepare(lesson.sessionId, settings.value);
      if (await lesson.ask("start_recording", {})) onClose();
    } catch (caught) {
      const code = "unavailable" as const;
      lesson.show(caught instanceof ApiRefusal ? caught.error : { code, message: "" });
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={t("recording.title")} onClose={onClose}>
      {recording === null ? <p>{t(isHost ? "recording.intro" : "recording.off")}</p> : <p>{t("recording.onText", { what: listed(recording.kinds) })}</p>}
      {isHost && recording === null && (
        <RecordingFields
          settings={settings.value}
          onChange={(change) => {
            settings.value = { ...settings.value, ...change };
          }}
        />
      )}
      {recording !== null && <Mine room={room} recording={recording} />}
      {recording !== null && <InIt room={room} recording={recording} />}
      {isHost && (
        <footer>
          {recording === null ? (
            <button
              type="button"
              class="button primary"
              disabled={isBusy.value || session?.status !== "active" || !KINDS.some((kind) => settings.value.kinds.includes(kind))}
              onClick={() => void start()}
            >
              <span class="recording-dot" aria-hidden="true" /> {t("recording.start")}
            </button>
          ) : (
            <button
              type="button"
              class="button danger"
              onClick={() => {
                void lesson.ask("stop_recording", {});
                onClose();
              }}
            >
              <Icon name="stop" size={18} /> {t("recording.stop")}
            </button>
          )}
        </footer>
      )}
      {isHost && recording === null && session?.status !== "active" && <p class="hint">{t("recording.notYet")}</p>}
    </Dialog>
  );
}

interface InItProps {
  readonly room: Classroom;
  readonly recording: Recording;
}

/** One's own answer, which can be another at any time. */
function Mine({ room, recording }: InItProps): VNode | null {
  const me = room.lesson.me.value;
  if (me === null) return null;
  const standing = standingOf(me, recording.roles);
  if (standing === "unasked") return <p class="hint">{t("recording.me.unasked")}</p>;
  return (
    <div class="setting">
      <Switch
        label={t("recording.mine")}
        isOn={me.recording_consent === "given"}
        onChange={(isOn) => void room.lesson.ask("recording_consent", { answer: isOn ? "given" : "declined" })}
      />
      <p class="hint">{t(standing === "leftOut" ? "recording.me.leftOut" : "recording.mine.text")}</p>
    </div>
  );
}

/** Who is in it, and who is silent there. A host may keep somebody out. */
function InIt({ room, recording }: InItProps): VNode {
  const me = room.lesson.state.value?.userId;
  const people = room.lesson.present.value.filter(({ role }) => recording.roles.includes(role));
  return (
    <section class="in-recording" aria-label={t("recording.people")}>
      <h3>{t("recording.people")}</h3>
      <ul>
        {people.map((person) => (
          <li key={person.user_id}>
            <span>
              <bdi>{person.name}</bdi> <small>{standingIn(room, person, recording).words}</small>
            </span>
            {room.lesson.isHost.value && person.user_id !== me && <KeepOut room={room} person={person} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function KeepOut({ room, person }: { readonly room: Classroom; readonly person: Participant }): VNode {
  return (
    <button
      type="button"
      class="button small"
      aria-label={`${t(person.is_left_out ? "recording.takeIn" : "recording.keepOut")}: ${person.name}`}
      onClick={() => void room.lesson.ask("record_participant", { user_id: person.user_id, is_recorded: person.is_left_out })}
    >
      {t(person.is_left_out ? "recording.takeIn" : "recording.keepOut")}
    </button>
  );
}
