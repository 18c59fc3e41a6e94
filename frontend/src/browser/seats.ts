/** The seats that guests have on this device: what opens them again when no token does any more (SY-9). */

import { ApiRefusal } from "../client/rest/http.ts";
import { ClassroomApi, type Joined } from "../client/rest/rest.ts";
import { claimsIn, keepRoomToken, roomToken, userToken } from "./address.ts";
import { deviceStorage } from "./browser_storage.ts";
import { SERVER } from "./root.ts";

export interface Seat {
  readonly key: string;
  readonly userId: number;
  readonly name: string;
  /** When it was last taken, in ms since 1970. */
  readonly at: number;
}

const SEATS = "lessonroom.seats.";
/** Of one lesson: siblings at one computer. */
const SEATS_MOST = 4;
const LESSONS_MOST = 100;

/** Who was in a lesson from this device, the last one first. */
export function seatsOf(sessionId: string): readonly Seat[] {
  try {
    const seats = JSON.parse(deviceStorage.getItem(SEATS + sessionId) ?? "[]") as unknown;
    return Array.isArray(seats) ? (seats as Seat[]).filter((seat) => typeof seat?.key === "string") : [];
  } catch {
    return [];
  }
}

/** Keeps what came with a seat that was taken: the token for this tab, a key for this device. */
export function keepJoined(sessionId: string, joined: Joined, key: string | null = joined.seat_key): void {
  keepRoomToken(sessionId, joined.token);
  if (key === null) return;
  const { user_id: userId, name } = joined.participant;
  const others = seatsOf(sessionId).filter((seat) => seat.userId !== userId);
  keep(sessionId, [{ key, userId, name, at: Date.now() }, ...others].slice(0, SEATS_MOST));
  forgetOldest();
}

export function forgetSeat(sessionId: string, userId: number): void {
  keep(sessionId, seatsOf(sessionId).filter((seat) => seat.userId !== userId));
}

function keep(sessionId: string, seats: readonly Seat[]): void {
  if (seats.length === 0) deviceStorage.removeItem(SEATS + sessionId);
  else deviceStorage.setItem(SEATS + sessionId, JSON.stringify(seats));
}

function forgetOldest(): void {
  const lessons = deviceStorage.keys().filter((key) => key.startsWith(SEATS));
  if (lessons.length <= LESSONS_MOST) return;
  const at = (key: string): number => seatsOf(key.slice(SEATS.length))[0]?.at ?? 0;
  for (const key of lessons.sort((a, b) => at(b) - at(a)).slice(LESSONS_MOST)) deviceStorage.removeItem(key);
}

/** Gives a seat up: who comes from this device is somebody new. Without a network only the device forgets. */
export async function leaveForGood(sessionId: string, userId: number): Promise<void> {
  const seat = seatsOf(sessionId).find((one) => one.userId === userId);
  const token = roomToken(sessionId);
  forgetSeat(sessionId, userId);
  if (token !== null && userIdIn(token) === userId) keepRoomToken(sessionId, null);
  if (seat !== undefined) {
    await new ClassroomApi(SERVER).leaveForGood(sessionId, seat.key).catch(() => undefined);
  }
}

/** Whose token it is. Its claims are only read here; the server is who checks them. */
export function userIdIn(token: string): number {
  return claimsIn(token).user_id ?? 0;
}

/**
 * Another token for who is in the lesson: by the present one, by the sign-in, or by the key of the seat.
 *
 * @throws ApiRefusal none of these is good any more.
 */
export async function renewedToken(sessionId: string, userId: number): Promise<string> {
  let refusal: unknown = new ApiRefusal(401, { code: "unauthorized", message: "" });
  const seat = seatsOf(sessionId).find((one) => one.userId === userId);
  const ways: [string | null, string | null][] = [
    [roomToken(sessionId), null],
    [userToken.value, null],
    [null, seat?.key ?? null],
  ];
  for (const [token, key] of ways) {
    if (token === null && key === null) continue;
    try {
      const renewed = await new ClassroomApi(SERVER, token).renewToken(sessionId, key);
      // Whoever has signed in since is not who sits here.
      if (userIdIn(renewed.token) !== userId) continue;
      keepRoomToken(sessionId, renewed.token);
      return renewed.token;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status < 400 || error.status > 404) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
