/** Files of messages: pictures to be seen, all others to be saved; and those on their way. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { saveFile } from "../../browser/save_file.ts";
import { ApiRefusal } from "../../client/rest/http.ts";
import type { ChatFile } from "../../client/wire.ts";
import { isolated, size, t } from "../../language/language.ts";
import { wordsOf } from "../../language/words_of_errors.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/dialogs.tsx";
import { Icon } from "../../ui/icons.tsx";
import type { Classroom } from "../classroom.ts";
import { chatFile } from "./file_calls.ts";
import type { Sending, Sharing } from "./sharing.ts";

interface SharedProps {
  readonly room: Classroom;
  readonly seq: number;
  readonly file: ChatFile;
}

export function Shared({ room, seq, file }: SharedProps): VNode {
  return file.media_type.startsWith("image/") ? <Picture room={room} seq={seq} file={file} /> : <Saved room={room} seq={seq} file={file} />;
}

async function take({ room, seq }: SharedProps): Promise<Blob | null> {
  try {
    return await chatFile(room.lesson.api(), room.lesson.sessionId, seq);
  } catch (error) {
    room.lesson.show(error instanceof ApiRefusal ? error.error : { code: "unavailable", message: "" });
    return null;
  }
}

function Saved(props: SharedProps): VNode {
  const { file } = props;
  const isBusy = useSignal(false);
  const save = async (): Promise<void> => {
    isBusy.value = true;
    const blob = await take(props);
    isBusy.value = false;
    if (blob !== null) saveFile(blob, file.name);
  };
  return (
    <button type="button" class="chat-file" disabled={isBusy.value} aria-label={t("chat.save", { name: isolated(file.name), size: size(file.size_bytes) })} onClick={() => void save()}>
      <Icon name="download" size={20} />
      <span>
        <bdi>{file.name}</bdi>
        <small>{size(file.size_bytes)}</small>
      </span>
    </button>
  );
}

function Picture(props: SharedProps): VNode {
  const { file } = props;
  const address = useSignal<string | null>(null);
  const taken = useRef<Blob | null>(null);
  const isLarge = useSignal(false);
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    let isGone = false;
    // Of a long chat those are fetched that are looked at.
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      void take(props).then((blob) => {
        if (blob === null || isGone) return;
        taken.current = blob;
        address.value = URL.createObjectURL(blob);
      });
    });
    watch.observe(place.current!);
    return () => {
      isGone = true;
      watch.disconnect();
      if (address.value !== null) URL.revokeObjectURL(address.value);
    };
  }, []);
  const shape = file.width != null && file.height != null ? { width: file.width, height: file.height } : {};
  return (
    <>
      <button
        ref={place}
        type="button"
        class="chat-picture"
        aria-label={t("chat.enlarge", { name: isolated(file.name) })}
        onClick={() => {
          isLarge.value = address.value !== null;
        }}
      >
        <img src={address.value ?? BLANK} alt="" {...shape} />
      </button>
      {isLarge.value && (
        <Dialog
          title={file.name}
          onClose={() => {
            isLarge.value = false;
          }}
        >
          <img class="chat-large" src={address.value!} alt={file.name} {...shape} />
          <footer>
            <button type="button" class="button" data-harmless onClick={() => saveFile(taken.current!, file.name)}>
              <Icon name="download" size={18} /> {t("chat.saveIt")}
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

/** Holds the room of a picture that is not here yet. */
const BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

export function OnTheirWay({ sharing }: { readonly sharing: Sharing }): VNode {
  return (
    <>
      {sharing.sending.value.map((one) => (
        <OnItsWay key={one.query.client_id} sharing={sharing} one={one} />
      ))}
    </>
  );
}

function OnItsWay({ sharing, one }: { readonly sharing: Sharing; readonly one: Sending }): VNode {
  const { error, query } = one;
  return (
    <div class="chat-row" data-own>
      <p class="chat-line" data-own data-unsent={error === null || undefined} role={error === null ? undefined : "alert"}>
        <bdi>{query.name}</bdi>
        <small>{error === null ? t("chat.sending") : error.code === "invalid" ? t("chat.notTaken") : wordsOf(error)}</small>
      </p>
      {error !== null && (
        <span class="chat-acts" data-stays>
          {error.code !== "invalid" && (
            <button type="button" class="button small" onClick={() => sharing.again(one)}>
              {t("chat.again")}
            </button>
          )}
          <IconButton icon="close" label={t("chat.drop", { name: isolated(query.name) })} kind="small" onClick={() => sharing.drop(one)} />
        </span>
      )}
    </div>
  );
}
