/** The faces and screens that are shown, and the voices that are heard. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Participant } from "../client/wire.ts";
import { t } from "../language/language.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { chosenSpeaker, mayChooseSpeaker } from "./devices.ts";
import { StagedScreen } from "./StagedScreen.tsx";
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
  const putAway = useSignal<ReadonlySet<string>>(new Set());
  const screens = shown.filter(({ peer, person }) => peer.streams.screen !== null && person.screen);
  const staged = screens.findLast(({ peer }) => !putAway.value.has(peer.peerId)) ?? null;
  const put = (peerId: string, isAway: boolean): void => {
    const others = screens.filter(({ peer }) => peer.peerId !== peerId && putAway.value.has(peer.peerId));
    putAway.value = new Set([...others.map(({ peer }) => peer.peerId), ...(isAway ? [peerId] : [])]);
  };
  useEffect(() => {
    // A screen that is shown anew takes the stage anew.
    const kept = screens.filter(({ peer }) => putAway.value.has(peer.peerId));
    if (kept.length !== putAway.value.size) putAway.value = new Set(kept.map(({ peer }) => peer.peerId));
  });
  return (
    <>
      {staged && (
        <StagedScreen
          key={staged.peer.peerId}
          stream={staged.peer.streams.screen!}
          name={staged.person.name}
          onPutAway={() => put(staged.peer.peerId, true)}
        />
      )}
      <div class="tiles">
        {shown.map(({ peer, person }) => (
          <PeerTiles
            key={peer.peerId}
            media={media}
            peer={peer}
            person={person}
            isStaged={peer === staged?.peer}
            onStage={() => put(peer.peerId, false)}
          />
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
    </>
  );
}

interface PeerTilesProps {
  readonly media: Media;
  readonly peer: Peer;
  readonly person: Participant;
  readonly isStaged: boolean;
  readonly onStage: () => void;
}

function PeerTiles({ media, peer, person, isStaged, onStage }: PeerTilesProps): VNode {
  const isSpeaking = media.speaking.value.has(person.user_id);
  const isFaceReceived = media.faces.value.has(peer.peerId);
  const { audio, video, screen } = peer.streams;
  const { name } = person;
  return (
    <>
      {audio && person.audio && <Voice media={media} stream={audio} />}
      {screen && person.screen && !isStaged && (
        <Tile stream={screen} label={t("media.screenOf", { name })} isScreen onEnlarge={onStage} />
      )}
      {video && person.video && isFaceReceived && (
        <Tile
          stream={video}
          label={name}
          isSpeaking={isSpeaking}
          isMuted={!person.audio}
          isAsking={person.hand_raised_at !== null}
        />
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
      {person.hand_raised_at !== null && <Icon name="hand" size={18} />}
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
  /** Whether their hand is up. */
  readonly isAsking?: boolean;
  readonly isScreen?: boolean;
  readonly isSpeaking?: boolean;
  readonly isMirrored?: boolean;
  /** What enlarging it means, where it does not grow in its place. */
  readonly onEnlarge?: () => void;
}

function Tile(props: TileProps): VNode {
  const { stream, label, isMuted, isAsking, isScreen, isSpeaking, isMirrored, onEnlarge } = props;
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
        if (onEnlarge) onEnlarge();
        else isLarge.value = !isLarge.value;
      }}
    >
      <video ref={video} data-mirrored={isMirrored} autoPlay playsInline muted />
      <span class="tile-name">
        {isMuted && <Icon name="micOff" size={14} />}
        {isAsking && <Icon name="hand" size={16} />}
        <bdi>{label}</bdi>
      </span>
    </button>
  );
}

function Voice({ media, stream }: { readonly media: Media; readonly stream: MediaStream }): VNode {
  const audio = useRef<HTMLAudioElement>(null);
  const isBlocked = media.isSoundBlocked.value;
  const speaker = chosenSpeaker.value;
  useEffect(() => {
    const { current } = audio;
    if (current === null) return;
    current.srcObject = stream;
    if (mayChooseSpeaker) {
      // One that is not plugged in now gives way to the browser's own choice.
      current.setSinkId(speaker).catch(() => current.setSinkId("").catch(() => undefined));
    }
    current.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        media.isSoundBlocked.value = true;
      }
    });
  }, [stream, isBlocked, speaker]);
  return <audio ref={audio} />;
}
