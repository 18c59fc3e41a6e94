import { expect, test } from "vitest";
import { Contacts, PEN_AWAY_MS, YOUNG_MS } from "../../../src/board/input/contacts.ts";

const [PALM, FINGER, PEN, OTHER_PEN, MOUSE] = [1, 2, 3, 4, 5] as const;

function roles(contacts: Contacts, ...ids: readonly number[]): (string | undefined)[] {
  return ids.map((id) => contacts.get(id)?.role);
}

test("a pen takes over from a palm, whatever that has drawn", () => {
  const contacts = new Contacts();
  contacts.down(PALM, "touch", 0);
  expect(contacts.down(PEN, "pen", 3_000)).toMatchObject([{ id: PALM, role: "works", isWithdrawn: true }]);
  expect(roles(contacts, PALM, PEN)).toEqual(["rests", "works"]);
});

test("a pen takes over from a palm of two contacts that moves the board", () => {
  const contacts = new Contacts();
  contacts.down(PALM, "touch", 0);
  contacts.down(FINGER, "touch", 100);
  expect(contacts.down(PEN, "pen", 200)).toMatchObject([
    { id: PALM, role: "moves", isWithdrawn: true },
    { id: FINGER, role: "moves", isWithdrawn: true },
  ]);
  expect(roles(contacts, PALM, FINGER)).toEqual(["rests", "rests"]);
});

test("with a pen down touches do nothing, until they are lifted", () => {
  const contacts = new Contacts();
  contacts.down(PEN, "pen", 0);
  expect(contacts.down(PALM, "touch", 100)).toEqual([]);
  expect(contacts.down(FINGER, "touch", 100)).toEqual([]);
  contacts.up(PEN);
  expect(roles(contacts, PALM, FINGER)).toEqual(["rests", "rests"]);
});

test("after a pen fingers move the board, and draw when it has been away for a while", () => {
  const contacts = new Contacts();
  contacts.down(PEN, "pen", 0);
  contacts.up(PEN);
  contacts.penSeen(1_000);
  contacts.down(FINGER, "touch", 1_000 + PEN_AWAY_MS - 1);
  expect(roles(contacts, FINGER)).toEqual(["moves"]);
  contacts.up(FINGER);
  contacts.down(FINGER, "touch", 1_000 + PEN_AWAY_MS);
  expect(roles(contacts, FINGER)).toEqual(["works"]);
});

test("a second finger withdraws what is young, and ends what is older", () => {
  for (const [age, isWithdrawn] of [[YOUNG_MS - 1, true], [YOUNG_MS, false]] as const) {
    const contacts = new Contacts();
    contacts.down(FINGER, "touch", 0);
    expect(contacts.down(PALM, "touch", age)).toMatchObject([{ id: FINGER, role: "works", isWithdrawn }]);
    expect(roles(contacts, FINGER, PALM)).toEqual(["moves", "moves"]);
  }
});

test("a finger beside one that rests does not pull the board with it", () => {
  const contacts = new Contacts();
  contacts.down(PEN, "pen", 0);
  contacts.down(PALM, "touch", 10);
  contacts.up(PEN);
  expect(contacts.down(FINGER, "touch", PEN_AWAY_MS + 10)).toEqual([]);
  expect(roles(contacts, PALM, FINGER)).toEqual(["rests", "works"]);
});

test("two pens, or a pen and the mouse, work beside each other", () => {
  const contacts = new Contacts();
  expect(contacts.down(PEN, "pen", 0)).toEqual([]);
  expect(contacts.down(OTHER_PEN, "pen", 10)).toEqual([]);
  expect(contacts.down(MOUSE, "mouse", 20)).toEqual([]);
  expect(roles(contacts, PEN, OTHER_PEN, MOUSE)).toEqual(["works", "works", "works"]);
});

test("what is lifted without a word is forgotten with all others", () => {
  const contacts = new Contacts();
  contacts.down(PEN, "pen", 0);
  contacts.down(PALM, "touch", 0);
  expect(contacts.clear().map(({ id }) => id)).toEqual([PEN, PALM]);
  contacts.down(FINGER, "touch", PEN_AWAY_MS);
  expect(roles(contacts, FINGER)).toEqual(["works"]);
});
