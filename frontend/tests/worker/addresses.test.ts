import { expect, test } from "vitest";
import { isPage, pathBelow } from "../../worker/addresses.ts";

test("only what lies below the server's root is its own", () => {
  expect(pathBelow("https://a.test/", "https://a.test/room/x?y#z")).toBe("room/x");
  expect(pathBelow("https://a.test/lessons/", "https://a.test/lessons/")).toBe("");
  expect(pathBelow("https://a.test/lessons/", "https://a.test/other/room/x")).toBeNull();
  expect(pathBelow("https://a.test/", "https://b.test/room/x")).toBeNull();
});

test("the document stands for the page's addresses alone: probes, API and files go to the server", () => {
  for (const path of ["", "room/x", "join/x", "history/x", "signin", "operator"]) expect(isPage(path)).toBe(true);
  for (const path of ["healthz", "readyz", "metrics", "api/v1/sessions/", "ws/classroom/x/", "licences.txt", "sdk/lessonroom.js", "index.html", "roomy"]) {
    expect(isPage(path)).toBe(false);
  }
});
