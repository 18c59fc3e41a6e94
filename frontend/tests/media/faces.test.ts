import { expect, test } from "vitest";
import { bitsPerCopy, FACES, facesToReceive, type Face } from "../../src/media/faces.ts";

const student = (peerId: string, hasVideo = true): Face => ({ peerId, isHost: false, hasVideo });
const host: Face = { peerId: "host", isHost: true, hasVideo: true };
const STUDENTS = ["a", "b", "c", "d", "e", "f", "g"].map((peerId) => student(peerId));
const nobody = { amHost: false, asked: [] };

test("six people see each other, whoever they are", () => {
  const five = [host, ...STUDENTS.slice(0, 4)];
  expect([...facesToReceive(five, nobody)]).toEqual(["host", "a", "b", "c", "d"]);
});

test("of more than six a student sees the host alone", () => {
  expect([...facesToReceive([...STUDENTS, host], nobody)]).toEqual(["host"]);
});

test("of more than six a host sees those who came first and have a camera on", () => {
  const [first, ...others] = STUDENTS;
  const peers = [student(first!.peerId, false), ...others];
  expect([...facesToReceive(peers, { amHost: true, asked: [] })]).toEqual(["b", "c", "d", "e", "f"]);
});

test("who is asked for is seen, and takes the place of the last one where all are taken", () => {
  const faces = facesToReceive(STUDENTS, { amHost: true, asked: ["g"] });
  expect([...faces]).toEqual(["g", "a", "b", "c", "d"]);
  expect([...facesToReceive([host, ...STUDENTS], { amHost: false, asked: ["c"] })]).toEqual(["c", "host"]);
});

test("never more are received than a call bears", () => {
  const asked = STUDENTS.map(({ peerId }) => peerId);
  expect(facesToReceive([host, ...STUDENTS], { amHost: false, asked }).size).toBe(FACES - 1);
});

test("who is asked for and turned the camera off keeps nobody's place", () => {
  const peers = [host, ...STUDENTS.slice(0, 6), student("g", false)];
  expect([...facesToReceive(peers, { amHost: false, asked: ["g", "gone"] })]).toEqual(["host"]);
});

test("copies of a camera share what goes out, within bounds", () => {
  expect(bitsPerCopy("video", 1)).toBe(800_000);
  expect(bitsPerCopy("video", 10)).toBe(300_000);
  expect(bitsPerCopy("video", 60)).toBe(100_000);
  expect(bitsPerCopy("screen", 0)).toBe(2_500_000);
});
