/** The faces and screens that are shown, and the voices that are heard. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Classroom } from "../classroom/classroom.ts";
import type { Participant } from "../client/wire.ts";
import { t } from "../language/language.ts";
import { Icon } from "../page/icons.tsx";
import type { Peer } from "./media.ts";

export function Tiles({ room }: { readonly room: Classroom }): VNode {
  const { media } = room;
  const own = media.own.value;
  const me = room.me.value;
  const shown = [...media.peers.value.values()].flatMap((peer) => {
    const person = room.state.value?.roster.get(peer.userId);
    return person?.peer_id === peer.peerId ? [{ peer, person }] : [];
  });
  return (
    <div class="tiles">
      {shown.map(({ peer, person }) => (
        <PeerTiles key={peer.peerId} room={room} peer={peer} person={person} />
      ))}
      {own.video && me && <OwnTile track={own.video} />}
    </div>
  );
}

interface PeerTilesProps {
  readonly room: Classroom;
  readonly peer: Peer;
  readonly person: Participant;
}

function PeerTiles({ room, peer, person }: PeerTilesProps): VNode {
  const isSpeaking = room.media.speaking.value.has(person.user_id);
  const { audio, video, screen } = peer.streams;
  const { name } = person;
  return (
    <>
      {audio && person.audio && <Voice room={room} stream={audio} />}
      {screen && person.screen && (
        <Tile stream={screen} label={t("media.screenOf", { name })} isScreen isMuted={false} />
      )}
      {video && person.video && (
        <Tile stream={video} label={name} isSpeaking={isSpeaking} isMuted={!person.audio} />
      )}
    </>
  );
}

function OwnTile({ track }: { readonly track: MediaStreamTrack }): VNode {
  const stream = useSignal(new MediaStream([track]));
  if (stream.value.getTracks()[0] !== track) stream.value = new MediaStream([track]);
  return <Tile stream={stream.value} label={t("people.you")} isMirrored isMuted={false} />;
}

interface TileProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly isMuted: boolean;
  readonly isScreen?: boolean;
  readonly isSpeaking?: boolean;
  readonly isMirrored?: boolean;
}

function Tile(props: TileProps): VNode {
  const { stream, label, isMuted, isScreen, isSpeaking, isMirrored } = props;
  const video = useRef<HTMLVideoElement>(null);
  const isLarge = useSignal(false);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <button
      type="button"
      class="tile"
      data-large={isLarge.value}
      data-screen={isScreen}
      data-speaking={isSpeaking}
      aria-label={t(isLarge.value ? "media.shrink" : "media.enlarge", { name: label })}
      onClick={() => {
        isLarge.value = !isLarge.value;
      }}
    >
      <video ref={video} data-mirrored={isMirrored} autoPlay playsInline muted />
      <span class="tile-name">
        {isMuted && <Icon name="micOff" size={14} />}
        <bdi>{label}</bdi>
      </span>
    </button>
  );
}

function Voice({ room, stream }: { readonly room: Classroom; readonly stream: MediaStream }): VNode {
  const audio = useRef<HTMLAudioElement>(null);
  const isBlocked = room.media.isSoundBlocked.value;
  useEffect(() => {
    const { current } = audio;
    if (current === null) return;
    current.srcObject = stream;
    current.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        room.media.isSoundBlocked.value = true;
      }
    });
  }, [stream, isBlocked]);
  return <audio ref={audio} />;
}
