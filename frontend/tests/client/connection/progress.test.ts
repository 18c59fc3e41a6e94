import { expect, test } from "vitest";
import { Sending } from "../../../src/client/connection/progress.ts";

test("a long sending is told until little is left, what is drawn meanwhile on top", () => {
  const sending = new Sending();
  expect(sending.follow(600)).toEqual({ done: 0, of: 600 });
  expect(sending.follow(480)).toEqual({ done: 120, of: 600 });
  expect(sending.follow(482)).toEqual({ done: 120, of: 602 });
  expect(sending.follow(4)).toEqual({ done: 598, of: 602 });
  expect(sending.follow(3)).toBeNull();
  expect(sending.follow(20), "what a hand draws is no long sending").toBeNull();
});

test("without a connection nothing is being sent, and it begins anew with the next", () => {
  const sending = new Sending();
  sending.follow(100);
  sending.follow(50);
  expect(sending.follow(null)).toBeNull();
  expect(sending.follow(70)).toEqual({ done: 0, of: 70 });
});
