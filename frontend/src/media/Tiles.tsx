/** The faces and screens that are shown, and the voices that are heard. */

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Participant } from "../client/wire.ts";
import { t } from "../language/language.ts";
import type { Spotlight } from "../lesson/gestures.ts";
import type { Lesson } from "../lesson/lesson.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { HAND } from "../ui/more_icons.ts";
import { chosenSpeaker, mayChooseSpeaker, pluggings } from "./devices.ts";
import { wordsOfLine } from "./line/LineWords.tsx";
import { savesData } from "./line/saving.ts";
import { Staged } from "./Staged.tsx";
import type { Media, Peer } from "./media.ts";
import { Frame } from "./tiles/Frame.tsx";

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
  // Who is neither seen nor heard takes no room.
  const count = shown.filter(({ person }) => person.audio || person.video || person.screen).length + (own.video ? 1 : 0) + (own.screen ? 1 : 0);
  const putAway = useSignal<ReadonlySet<string>>(new Set());
  const screens = shown.filter(({ peer, person }) => peer.streams.screen !== null && person.screen);
  const spotlight = lesson.gestures.value?.spotlight.value ?? null;
  const lit = shown.find(({ person }) => person.user_id === spotlight?.userId) ?? null;
  const isLitHere = useLit(media, spotlight, lit);
  const passed = useSignal<Spotlight | null>(null);
  const showsLit = isLitHere && passed.value !== spotlight;
  const staged = showsLit ? lit : (screens.findLast(({ peer }) => !putAway.value.has(peer.peerId)) ?? null);
  const isScreen = !showsLit || spotlight?.isScreen === true;
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
        <Staged
          key={staged.peer.peerId}
          stream={staged.peer.streams[isScreen ? "screen" : "video"]!}
          name={staged.person.name}
          isScreen={isScreen}
          onPutAway={() => {
            if (showsLit) passed.value = spotlight;
            if (isScreen) put(staged.peer.peerId, true);
          }}
          onEnd={showsLit && lesson.isHost.value ? () => void lesson.ask("end_spotlight", {}) : null}
          onRefused={(message) => lesson.show({ code: "conflict", message })}
        />
      )}
      <Frame lesson={lesson} media={media} count={count}>
        {shown.map(({ peer, person }) => (
          <PeerTiles
            key={peer.peerId}
            media={media}
            peer={peer}
            person={person}
            isStaged={peer === staged?.peer && isScreen}
            onStage={() => put(peer.peerId, false)}
            onLit={
              peer === lit?.peer && isLitHere && !showsLit && spotlight?.isScreen === false
                ? () => {
                    passed.value = null;
                  }
                : null
            }
          />
        ))}
        {isSomeFaceHidden && <p class="tiles-hint card">{t(savesData.value ? "line.saves" : "media.voicesFirst")}</p>}
        {own.screen && me && <OwnTile track={own.screen} label={t("media.ownScreen")} isScreen />}
        {own.video && me && (
          <OwnTile
            track={own.video}
            label={t(spotlight?.userId === me.user_id && !spotlight.isScreen ? "spotlight.own" : "media.ownCamera")}
            isMuted={own.audio === null}
            isSpeaking={media.speaking.value.has(me.user_id)}
            face={media.reacting.faces.value.get(me.user_id)}
            isMirrored
          />
        )}
      </Frame>
      {shown.map(({ peer, person }) => peer.streams.audio && person.audio && <Voice key={peer.peerId} media={media} stream={peer.streams.audio} />)}
    </>
  );
}

/** Whether what everyone is to see is here to be seen. */
function useLit(media: Media, spotlight: Spotlight | null, lit: { readonly peer: Peer; readonly person: Participant } | null): boolean {
  const peerId = lit?.peer.peerId;
  useEffect(() => {
    // In a large call a face is asked for; whoever saves data asks for it themself.
    if (spotlight !== null && !spotlight.isScreen && peerId !== undefined && !savesData.peek()) media.askForFace(peerId);
  }, [media, spotlight, peerId]);
  if (lit === null || spotlight === null) return false;
  const { peer, person } = lit;
  if (spotlight.isScreen) return person.screen && peer.streams.screen !== null;
  return person.video && peer.streams.video !== null && media.faces.value.has(peer.peerId);
}

interface PeerTilesProps {
  readonly media: Media;
  readonly peer: Peer;
  readonly person: Participant;
  readonly isStaged: boolean;
  readonly onStage: () => void;
  /** Back to the face that everyone is to see, where it was put away. */
  readonly onLit: (() => void) | null;
}

function PeerTiles({ media, peer, person, isStaged, onStage, onLit }: PeerTilesProps): VNode {
  const isSpeaking = media.speaking.value.has(person.user_id);
  const isFaceReceived = media.faces.value.has(peer.peerId);
  const line = media.watch.lines.value.get(peer.peerId);
  const weak = wordsOfLine(line, person.name);
  const face = media.reacting.faces.value.get(person.user_id);
  const { video, screen } = peer.streams;
  const { name } = person;
  return (
    <>
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
          weak={weak}
          isStill={line?.isStill === true}
          face={face}
          {...(onLit && { onEnlarge: onLit })}
        />
      )}
      {person.video && !isFaceReceived && (
        <button
          type="button"
          class="name-tile"
          data-speaking={isSpeaking}
          aria-label={[t("media.showFace", { name }), weak].filter(Boolean).join(". ")}
          onClick={() => media.askForFace(peer.peerId)}
        >
          <Named person={person} icon="camera" isWeak={weak !== null} face={face} />
        </button>
      )}
      {person.audio && !person.video && (
        <div class="name-tile" data-speaking={isSpeaking}>
          <Named person={person} icon="mic" isWeak={weak !== null} face={face} />
          {weak && <span class="for-screen-readers">{weak}</span>}
        </div>
      )}
    </>
  );
}

interface NamedProps {
  readonly person: Participant;
  readonly icon: IconName;
  readonly isWeak: boolean;
  /** What they show just now; its notice says it to who does not see. */
  readonly face: string | undefined;
}

function Named({ person, icon, isWeak, face }: NamedProps): VNode {
  return (
    <>
      <Avatar person={person} />
      <bdi>{person.name}</bdi>
      {face && <span aria-hidden="true">{face}</span>}
      {person.hand_raised_at !== null && <Icon name={HAND} size={18} />}
      {isWeak && <Icon name="line" size={18} />}
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
  /** What is said of the line that it comes over. */
  readonly weak?: string | null;
  /** Whether the picture stands still for want of room. */
  readonly isStill?: boolean;
  readonly face?: string | undefined;
  /** What enlarging it means, where it does not grow in its place. */
  readonly onEnlarge?: () => void;
}

function Tile(props: TileProps): VNode {
  const { stream, label, isMuted, isAsking, isScreen, isSpeaking, isMirrored, weak, isStill, face, onEnlarge } = props;
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
      data-still={isStill}
      aria-label={[t(isLarge.value ? "media.shrink" : "media.enlarge", { name: label }), weak].filter(Boolean).join(". ")}
      onClick={() => {
        if (onEnlarge) onEnlarge();
        else isLarge.value = !isLarge.value;
      }}
    >
      <video ref={video} data-mirrored={isMirrored} autoPlay playsInline muted />
      {face && (
        <span class="tile-face" aria-hidden="true">
          {face}
        </span>
      )}
      {weak && (
        <span class="tile-line">
          <Icon name="line" size={14} />
          <span>{isStill ? t("line.still") : weak}</span>
        </span>
      )}
      <span class="tile-name">
        {isMuted && <Icon name="micOff" size={14} />}
        {isAsking && <Icon name={HAND} size={16} />}
        <bdi>{label}</bdi>
      </span>
    </button>
  );
}

function Voice({ media, stream }: { readonly media: Media; readonly stream: MediaStream }): VNode {
  const audio = useRef<HTMLAudioElement>(null);
  const isBlocked = media.isSoundBlocked.value;
  const speaker = chosenSpeaker.value;
  // Headphones that come back are used again.
  const plugging = pluggings.value;
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
  }, [stream, isBlocked, speaker, plugging]);
  return <audio ref={audio} />;
}
