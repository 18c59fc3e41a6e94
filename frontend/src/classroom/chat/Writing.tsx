/** Where one writes: to everyone or to one person, an answer or something new. */

import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { LONGEST, type ChatPolicy, type Participant } from "../../client/wire.ts";
import { isolated, t, type Key } from "../../language/language.ts";
import { IconButton } from "../../ui/controls.tsx";
import { SEND } from "../../ui/more_icons.ts";
import type { Classroom } from "../classroom.ts";
import { nameOf } from "./Line.tsx";
import { OFFERED } from "./sharing.ts";

const CLIP = { path: "M19 11.500l-7.300 7.300a4.600 4.600 0 0 1-6.500-6.500l7.800-7.800a3 3 0 0 1 4.300 4.300l-7.600 7.600a1.500 1.500 0 0 1-2.200-2.200l6.800-6.800" } as const;
const POLICIES: readonly ChatPolicy[] = ["all", "host_only", "off"];

/** Whether one may write here now. */
export function mayWrite({ lesson }: Classroom): boolean {
  const policy = lesson.state.value?.session.chat_policy ?? "all";
  return policy === "all" || (policy === "host_only" && lesson.isHost.value);
}

interface WritingProps {
  readonly room: Classroom;
  /** Sends files, with what is in the draft. */
  readonly onFiles: (files: readonly File[]) => void;
}

export function Writing({ room, onFiles }: WritingProps): VNode {
  const { chat, lesson } = room;
  const area = useRef<HTMLTextAreaElement>(null);
  const policy = lesson.state.value?.session.chat_policy ?? "all";
  const may = mayWrite(room);
  const to = chat.to.value;
  const answers = chat.answers.value;
  useEffect(() => area.current?.focus(), [may, answers]);
  const words = to === null ? t("chat.placeholder") : t("chat.placeholderTo", { name: isolated(nameOf(room, to)) });
  return (
    <footer class="chat-writing">
      {lesson.isHost.value && <Policy room={room} policy={policy} />}
      {may ? (
        <>
          <Addressee room={room} />
          {answers !== null && (
            <div class="chat-answers">
              <span>
                {t("chat.answers", { name: isolated(nameOf(room, answers.from)) })} <bdi>{answers.text || answers.file?.name}</bdi>
              </span>
              <IconButton
                icon="close"
                label={t("chat.noAnswer")}
                kind="small"
                onClick={() => {
                  chat.answers.value = null;
                }}
              />
            </div>
          )}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              chat.send();
            }}
          >
            <textarea
              ref={area}
              rows={1}
              aria-label={words}
              value={chat.draft.value}
              maxLength={LONGEST["ChatMessage.text"]}
              placeholder={words}
              onInput={(event) => {
                chat.draft.value = event.currentTarget.value;
              }}
              onPaste={(event) => {
                const files = [...(event.clipboardData?.files ?? [])];
                // Copied cells bring a picture of themselves beside their words, which are meant.
                if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
                event.preventDefault();
                onFiles(files);
              }}
              onKeyDown={(event) => {
                if (event.key === "Escape" && answers !== null) {
                  event.stopPropagation();
                  chat.answers.value = null;
                }
                if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
                event.preventDefault();
                chat.send();
              }}
            />
            <Attach onFiles={onFiles} />
            <IconButton
              icon={SEND}
              label={t("chat.send")}
              disabled={chat.draft.value.trim() === ""}
              onClick={() => chat.send()}
            />
          </form>
        </>
      ) : (
        <p class="hint">{t(policy === "off" ? "chat.isOff" : "chat.isHostOnly")}</p>
      )}
    </footer>
  );
}

/** Whom one may write to alone (CH-4). */
function addressees(room: Classroom): readonly Participant[] {
  const { lesson, chat } = room;
  const me = lesson.state.value?.userId;
  const others = [...(lesson.state.value?.roster.values() ?? [])].filter(({ user_id, role, status }) => {
    const isThere = status === "connected" || status === "reconnecting" || user_id === chat.to.value;
    return user_id !== me && isThere && (lesson.isHost.value || role === "host");
  });
  return others.sort((a, b) => a.name.localeCompare(b.name));
}

function Attach({ onFiles }: Pick<WritingProps, "onFiles">): VNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={CLIP} label={t("chat.attach")} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={OFFERED}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file may be chosen once more.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

function Addressee({ room }: { readonly room: Classroom }): VNode | null {
  const id = useId();
  const { chat } = room;
  const people = addressees(room);
  const to = chat.to.value;
  if (people.length === 0) return null;
  return (
    <>
      <div class="chat-policy">
        <label for={id}>{t("chat.to")}</label>
        <select
          id={id}
          value={String(to ?? "")}
          aria-describedby={to === null ? undefined : `${id}-who`}
          onChange={({ currentTarget: { value } }) => {
            chat.to.value = value === "" ? null : Number(value);
            // An answer to a few goes to them alone.
            if (chat.answers.value?.to != null) chat.answers.value = null;
          }}
        >
          <option value="">{t("chat.everyone")}</option>
          {people.map(({ user_id, name }) => (
            <option key={user_id} value={String(user_id)}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {to !== null && (
        <p class="hint chat-private" id={`${id}-who`}>
          {t("chat.hostsRead", { name: isolated(nameOf(room, to)) })}
        </p>
      )}
    </>
  );
}

function Policy({ room, policy }: { readonly room: Classroom; readonly policy: ChatPolicy }): VNode {
  const id = useId();
  return (
    <div class="chat-policy">
      <label for={id}>{t("chat.whoMayWrite")}</label>
      <select
        id={id}
        value={policy}
        onChange={(event) => {
          void room.lesson.changeSettings({ chat_policy: event.currentTarget.value as ChatPolicy });
        }}
      >
        {POLICIES.map((one) => (
          <option key={one} value={one}>{t(`chat.policy.${one}` as Key)}</option>
        ))}
      </select>
    </div>
  );
}
