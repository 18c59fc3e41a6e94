import { expect, test } from "vitest";
import type { SessionPage, SessionQuery, SessionSummary } from "../../src/client/rest/rest.ts";
import { ListOfLessons, startOf, whenOf } from "../../src/pages/home/list_of_lessons.ts";

const summary = (id: string): SessionSummary => ({ session_id: id }) as SessionSummary;

/** Answers each part with pages that name what was asked; in the order that the test says. */
function fake(): { asked: SessionQuery[]; answer: ((page: SessionPage) => void)[]; list: ListOfLessons } {
  const asked: SessionQuery[] = [];
  const answer: ((page: SessionPage) => void)[] = [];
  const mySessions = (query: SessionQuery = {}): Promise<SessionPage> => {
    asked.push(query);
    return new Promise((resolve) => answer.push(resolve));
  };
  return { asked, answer, list: new ListOfLessons({ mySessions }) };
}

const page = (ids: string[], next: string | null = null): SessionPage => ({ items: ids.map(summary), next_cursor: next });

test("each part is asked for on its own: many of one hide none of another", async () => {
  const { asked, answer, list } = fake();
  const loaded = list.load();
  expect(asked.map(({ statuses, order, planned }) => [statuses?.[0], order, planned])).toEqual([
    ["active", "newest", undefined],
    ["scheduled", "soonest", true],
    ["scheduled", "newest", false],
    ["completed", "newest", undefined],
  ]);
  answer[0]!(page(["live"]));
  answer[1]!(page(["next"], "next"));
  answer[2]!(page(["draft"]));
  answer[3]!(page([]));
  await loaded;
  const more = list.more("upcoming");
  expect(asked[4]?.cursor).toBe("next");
  answer[4]!(page(["later"]));
  await more;
  const { live, upcoming, drafts } = list.sections.value!;
  expect([live, upcoming, drafts].map(({ items }) => items.map(({ session_id }) => session_id))).toEqual([["live"], ["next", "later"], ["draft"]]);
  expect(upcoming.cursor).toBeNull();
  list.drop("next");
  expect(list.sections.value!.upcoming.items.map(({ session_id }) => session_id)).toEqual(["later"]);
});

test("the answers to an earlier filter, and a page for it, count no more", async () => {
  const { asked, answer, list } = fake();
  const first = list.load();
  list.look({ title: " fractions " });
  const second = list.load();
  expect(asked[4]).toMatchObject({ q: "fractions" });
  for (const at of [4, 5, 6, 7]) answer[at]!(page([`new ${at}`], "x"));
  await second;
  for (const at of [0, 1, 2, 3]) answer[at]!(page(["old"]));
  await first;
  expect(list.sections.value!.live.items.map(({ session_id }) => session_id)).toEqual(["new 4"]);
  const more = list.more("past");
  list.look({ title: "" });
  const third = list.load();
  answer[8]!(page(["of before"]));
  await more;
  expect(list.sections.value!.past.items.map(({ session_id }) => session_id)).toEqual(["new 7"]);
  for (const at of [9, 10, 11, 12]) answer[at]!(page([]));
  await third;
});

test("a day is whole: from its first moment here to the first of the next", () => {
  expect(startOf("2027-02-28")).toBe(new Date(2027, 1, 28).toISOString());
  expect(startOf("2027-02-28", 1)).toBe(new Date(2027, 2, 1).toISOString());
  for (const none of ["", "2027", "x-y-z"]) expect(startOf(none)).toBeUndefined();
});

test("what is planned is for today, for the next seven days, or later; what is overdue is for today", () => {
  const now = new Date(2027, 1, 26, 23, 30);
  const at = (...day: [number, number, number, number]): SessionSummary =>
    ({ scheduled_start: new Date(...day).toISOString() }) as SessionSummary;
  expect(whenOf(at(2027, 1, 25, 9), now)).toBe("today");
  expect(whenOf(at(2027, 1, 26, 23), now)).toBe("today");
  expect(whenOf(at(2027, 1, 27, 0), now)).toBe("week");
  expect(whenOf(at(2027, 2, 4, 23), now)).toBe("week");
  expect(whenOf(at(2027, 2, 5, 0), now)).toBe("later");
});
