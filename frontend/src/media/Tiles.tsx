/** The faces and screens that are shown, and the voices that are heard. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Participant } from "../client/wire.ts";
import { t } from "../language/language.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import type { Media, Peer } from "./media.ts";

interface TilesProps {
  readonly lesson: Lesson;
  readonly media: Media;
}

export function Tiles({ lesson, media }: TilesProps): VNode {
  const own = media.own.tracks.value;
  const me = lesson.me.value;
  const shown = [...media.peers.value.values()].flatMap((peer) => {
    const person = lesson.state.value?.roster.get(peer.userId);
    return person?.peer_id === peer.peerId ? [{ peer, person }] : [];
  });
  const isSomeFaceHidden = shown.some(({ peer, person }) => person.video && !media.faces.value.has(peer.peerId));
  return (
    <div class="tiles">
      {shown.map(({ peer, person }) => (
        <PeerTiles key={peer.peerId} media={media} peer={peer} person={person} />
      ))}
      {isSomeFaceHidden && <p class="tiles-hint card">{t("media.voicesFirst")}</p>}
      {own.screen && me && <OwnTile track={own.screen} label={t("media.ownScreen")} isScreen />}
      {own.video && me && (
        <OwnTile
          track={own.video}
          label={t("media.ownCamera")}
          isMuted={own.audio === null}
          isSpeaking={media.speaking.value.has(me.user_id)}
          isMirrored
        />
      )}
    </div>
  );
}

interface PeerTilesProps {
  readonly media: Media;
  readonly peer: Peer;
  readonly person: Participant;
}

function PeerTiles({ media, peer, person }: PeerTilesProps): VNode {
  const isSpeaking = media.speaking.value.has(person.user_id);
  const isFaceReceived = media.faces.value.has(peer.peerId);
  const { audio, video, screen } = peer.streams;
  const { name } = person;
  return (
    <>
      {audio && person.audio && <Voice media={media} stream={audio} />}
      {screen && person.screen && (
        <Tile stream={screen} label={t("media.screenOf", { name })} isScreen />
      )}
      {video && person.video && isFaceReceived && (
        <Tile stream={video} label={name} isSpeaking={isSpeaking} isMuted={!person.audio} />
      )}
      {person.video && !isFaceReceived && (
        <button
          type="button"
          class="name-tile"
          data-speaking={isSpeaking}
          aria-label={t("media.showFace", { name })}
          onClick={() => media.askForFace(peer.peerId)}
        >
          <Named person={person} icon="camera" />
        </button>
      )}
      {person.audio && !person.video && (
        <div class="name-tile" data-speaking={isSpeaking}>
          <Named person={person} icon="mic" />
        </div>
      )}
    </>
  );
}

function Named({ person, icon }: { readonly person: Participant; readonly icon: IconName }): VNode {
  return (
    <>
      <Avatar person={person} />
      <bdi>{person.name}</bdi>
      <Icon name={icon} size={18} />
    </>
  );
}

type OwnTileProps = Omit<TileProps, "stream"> & { readonly track: MediaStreamTrack };

function OwnTile({ track, ...rest }: OwnTileProps): VNode {
  const stream = useMemo(() => new MediaStream([track]), [track]);
  return <Tile stream={stream} {...rest} />;
}

interface TileProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly isMuted?: boolean;
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

function Voice({ media, stream }: { readonly media: Media; readonly stream: MediaStream }): VNode {
  const audio = useRef<HTMLAudioElement>(null);
  const isBlocked = media.isSoundBlocked.value;
  useEffect(() => {
    const { current } = audio;
    if (current === null) return;
    current.srcObject = stream;
    current.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        media.isSoundBlocked.value = true;
      }
    });
  }, [stream, isBlocked]);
  return <audio ref={audio} />;
}
