import { describe, expect, it } from "vitest";
import { progressOf } from "../../../src/classroom/notices/documents.ts";

const params = {
  document_id: "d1",
  user_id: 1,
  title: "homework",
  status: "importing",
  pages_done: 3,
  pages_total: 12,
  failed_pages: [2],
};
const told = (changed: object, code = "document") =>
  progressOf({ level: "info", code, message: "", params: { ...params, ...changed } });

describe("what is told of a document", () => {
  it("says whose it is and how far (PG-7)", () => {
    const { failed_pages: _, ...progress } = params;
    expect(told({})).toEqual(progress);
    expect(told({ status: "stopped" })?.status).toBe("stopped");
  });

  it("is passed by where it is another, or one of a newer server", () => {
    expect(told({}, "brought")).toBeNull();
    expect(told({ status: "weighing" })).toBeNull();
    expect(told({ pages_done: "3" })).toBeNull();
    expect(told({ title: undefined })).toBeNull();
    expect(progressOf({ level: "info", code: "document", message: "" })).toBeNull();
  });
});
