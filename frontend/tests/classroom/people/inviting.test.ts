import { expect, test, vi } from "vitest";
import type { SessionSummary } from "../../../src/client/rest/rest.ts";

vi.stubGlobal("document", { baseURI: "http://lessons.test/", documentElement: { dataset: {} }, querySelector: () => null });
vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("location", new URL("http://lessons.test/classroom/s-1"));
const { invitationTo, mailOf } = await import("../../../src/classroom/people/inviting.ts");
const { speakOfPages } = await import("../../../src/language/language.ts");
await speakOfPages();

const SESSION = {
  session_id: "s-1",
  title: "Fractions",
  access_code: "7KQXM2PA",
  scheduled_start: "2027-03-16T14:00:00Z",
} as SessionSummary;

test("an invitation says what, when, where and by which code", () => {
  const invitation = invitationTo(SESSION)!;
  expect(invitation.code).toBe("7KQX-M2PA");
  expect(invitation.link).toContain("/join/s-1#code=7KQXM2PA");
  const [title, when, join, code] = invitation.text.split("\n");
  expect(title).toBe("Fractions");
  expect(when).toMatch(/2027.*(UTC|GMT)/);
  expect(join).toContain(invitation.link);
  expect(code).toContain("7KQX-M2PA");
});

test("without a time none is said, and without a code nobody is invited", () => {
  expect(invitationTo({ ...SESSION, scheduled_start: null })!.text.split("\n")).toHaveLength(3);
  expect(invitationTo({ ...SESSION, access_code: null })).toBeNull();
});

test("a title is one line of the letter and nothing of its address", () => {
  const mail = mailOf(invitationTo({ ...SESSION, title: "x&bcc=all@example.org\r\nBcc: all?#" })!);
  const url = new URL(mail);
  expect([...url.searchParams.keys()]).toEqual(["subject", "body"]);
  expect(url.searchParams.get("subject")).toBe("x&bcc=all@example.org Bcc: all?#");
  expect(url.searchParams.get("body")!.split("\r\n")[0]).toBe("x&bcc=all@example.org Bcc: all?#");
  expect(url.hash).toBe("");
});
