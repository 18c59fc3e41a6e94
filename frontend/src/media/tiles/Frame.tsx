/** What holds the pictures: it can be moved, made larger and smaller, hidden, and put beside the board. */

import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { deviceStorage } from "../../browser/browser_storage.ts";
import { t } from "../../language/language.ts";
import type { Lesson } from "../../lesson/lesson.ts";
import { IconButton } from "../../ui/controls.tsx";
import { EYE_OFF } from "../../ui/more_icons.ts";
import type { Media } from "../media.ts";
import { canFloat, floatVideo, pictureInPictureKind } from "./picture_in_picture.ts";
import { placingIn, resized, settled, type Placing, type Rect } from "./placing.ts";
import { showInSmallWindow } from "./SmallWindow.tsx";

const STORED_AS = "lessonroom.tiles";
const placing = signal<Placing>(placingIn(deviceStorage.getItem(STORED_AS)));

function place(changed: Partial<Placing>): void {
  placing.value = { ...placing.value, ...changed };
  deviceStorage.setItem(STORED_AS, JSON.stringify(placing.value));
}

/** What lies under no picture. */
const TOOLS = ".toolbar, .style-bar, .view-bar, .media-bar, .notice, .panel";
/** By the arrow keys, in shares of the room that is left. */
const STEP = 0.05;
/** Where less is to be had, pictures are a row above the board. */
const WIDE = "(min-width: 1000px) and (min-height: 481px)";

interface FrameProps {
  readonly lesson: Lesson;
  readonly media: Media;
  /** How many pictures and names there are. */
  readonly count: number;
  readonly children: ComponentChildren;
}

export function Frame({ lesson, media, count, children }: FrameProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const isWide = useSignal(matchMedia(WIDE).matches);
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const look = (): void => {
      isWide.value = wide.matches;
    };
    wide.addEventListener("change", look);
    return () => wide.removeEventListener("change", look);
  }, []);
  useEffect(() => {
    const stage = frame.current!.parentElement!;
    const lift = ({ target }: PointerEvent): void => {
      if ((target as Element).closest(".board") !== null) frame.current?.setAttribute("data-under", "");
    };
    const settle = (): void => frame.current?.removeAttribute("data-under");
    const ends = ["pointerup", "pointercancel"] as const;
    stage.addEventListener("pointerdown", lift, { capture: true });
    for (const end of ends) window.addEventListener(end, settle, { capture: true });
    return () => {
      stage.removeEventListener("pointerdown", lift, { capture: true });
      for (const end of ends) window.removeEventListener(end, settle, { capture: true });
    };
  }, []);
  const { width, isHidden, ...put } = placing.value;
  const isOver = isWide.value && put.place === "over";
  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null || !isOver) return undefined;
    const lie = (): void => layDown(current, put.x, put.y);
    lie();
    const watch = new ResizeObserver(lie);
    watch.observe(current);
    watch.observe(current.parentElement!);
    return () => {
      watch.disconnect();
      current.style.removeProperty("left");
      current.style.removeProperty("top");
    };
  }, [isOver, put.x, put.y, width, isHidden, count]);
  return (
    <div
      ref={frame}
      class="tiles"
      role="group"
      aria-label={t("tiles.title")}
      data-place={isWide.value && count > 0 ? put.place : undefined}
      data-hidden={isHidden}
      data-width={width}
    >
      {count > 0 && <Head lesson={lesson} media={media} frame={frame} isWide={isWide.value} />}
      {!isHidden && children}
    </div>
  );
}

/** Lays the pictures down where they are wanted, off the tools. */
function layDown(frame: HTMLElement, x: number, y: number): void {
  const stage = frame.parentElement!.getBoundingClientRect();
  const { width, height } = frame.getBoundingClientRect();
  const tools = [...frame.parentElement!.querySelectorAll(TOOLS)].map((tool): Rect => {
    const rect = tool.getBoundingClientRect();
    return { left: rect.left - stage.left, top: rect.top - stage.top, width: rect.width, height: rect.height };
  });
  const wanted = { left: x * (stage.width - width), top: y * (stage.height - height), width, height };
  const { left, top } = settled(wanted, stage, tools.filter((tool) => tool.width > 0));
  frame.style.left = `${left}px`;
  frame.style.top = `${top}px`;
}

interface HeadProps {
  readonly lesson: Lesson;
  readonly media: Media;
  readonly frame: { readonly current: HTMLElement | null };
  readonly isWide: boolean;
}

function Head({ lesson, media, frame, isWide }: HeadProps): VNode {
  const { width, isHidden, place: where } = placing.value;
  if (isHidden) {
    return (
      <div class="tiles-head card">
        <IconButton icon="people" label={t("tiles.show")} onClick={() => place({ isHidden: false })} />
      </div>
    );
  }
  return (
    <div class="tiles-head card">
      {isWide && <Handle frame={frame} />}
      {isWide && <IconButton icon="minus" label={t("tiles.smaller")} onClick={() => place({ width: resized(width, -1) })} />}
      {isWide && <IconButton icon="plus" label={t("tiles.larger")} onClick={() => place({ width: resized(width, 1) })} />}
      {isWide && where === "over" && (
        <IconButton icon={{ path: "M4 5h16v14H4zM14.500 5v14" }} label={t("tiles.beside")} onClick={() => place({ place: "beside" })} />
      )}
      {isWide && <PictureInPicture lesson={lesson} media={media} />}
      <IconButton icon={EYE_OFF} label={t("tiles.hide")} onClick={() => place({ isHidden: true })} />
    </div>
  );
}

/** Moved by mouse, finger, pen and arrow keys. */
function Handle({ frame }: { readonly frame: HeadProps["frame"] }): VNode {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const moveTo = (left: number, top: number): void => {
    const { current } = frame;
    if (current === null) return;
    const stage = current.parentElement!.getBoundingClientRect();
    const { width, height } = current.getBoundingClientRect();
    const share = (at: number, room: number): number => (room <= 0 ? 0 : Math.min(1, Math.max(0, at / room)));
    place({ place: "over", x: share(left - stage.left, stage.width - width), y: share(top - stage.top, stage.height - height) });
  };
  const step = (x: number, y: number): void => {
    const { x: atX, y: atY, place: where } = placing.value;
    // From beside the board they come in from its edge.
    const begin = where === "beside" ? { x: 1, y: 0 } : { x: atX, y: atY };
    const share = (at: number): number => Math.min(1, Math.max(0, at));
    place({ place: "over", x: share(begin.x + x * STEP), y: share(begin.y + y * STEP) });
  };
  return (
    <button
      type="button"
      class="icon-button tiles-handle"
      aria-label={t("tiles.move")}
      title={t("tiles.move")}
      onPointerDown={(event) => {
        const box = frame.current?.getBoundingClientRect();
        if (box === undefined || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX - box.left, y: event.clientY - box.top };
      }}
      onPointerMove={(event) => {
        if (from.current !== null) moveTo(event.clientX - from.current.x, event.clientY - from.current.y);
      }}
      onLostPointerCapture={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (way === undefined) return;
        event.preventDefault();
        step(way[0]!, way[1]!);
      }}
    >
      <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" class="icon">
        <path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01" />
      </svg>
    </button>
  );
}

function PictureInPicture({ lesson, media }: Pick<HeadProps, "lesson" | "media">): VNode | null {
  const close = useRef<(() => void) | null>(null);
  const isOpen = useSignal(false);
  useEffect(() => () => close.current?.(), []);
  const kind = pictureInPictureKind();
  if (kind === null) return null;
  const refuse = (message: string): void => lesson.show({ code: "conflict", message });
  const float = async (): Promise<void> => {
    const video = document.querySelector<HTMLVideoElement>(".staged video, .tile video");
    if (!canFloat()) refuse(t("tiles.noWindow"));
    else if (video === null) refuse(t("tiles.noPicture"));
    else if (!(await floatVideo(video))) refuse(t("tiles.noWindow"));
  };
  const toggle = async (): Promise<void> => {
    if (kind === "video") {
      await float();
      return;
    }
    if (close.current !== null) {
      close.current();
      return;
    }
    close.current = await showInSmallWindow(lesson, media, () => {
      close.current = null;
      isOpen.value = false;
    });
    isOpen.value = close.current !== null;
    // Windows are refused by some embedders and settings that let a picture go.
    if (close.current === null) await float();
  };
  return (
    <IconButton
      icon={{ path: "M4 5h16v14H4zM12.500 12.500h5v4h-5z" }}
      label={t("tiles.window")}
      {...(kind === "page" && { pressed: isOpen.value })}
      onClick={() => void toggle()}
    />
  );
}
