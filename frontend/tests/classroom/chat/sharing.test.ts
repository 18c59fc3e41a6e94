import { expect, test, vi } from "vitest";
import { Sharing, typeOf } from "../../../src/classroom/chat/sharing.ts";
import { ApiRefusal } from "../../../src/client/rest/http.ts";
import type { FileQuery } from "../../../src/classroom/chat/file_calls.ts";
import type { ClassroomApi } from "../../../src/client/rest/rest.ts";

const file = (name: string, type = ""): File => new File(["x"], name, { type });

/** Files come to `send` one at a time; each waits for what the test answers. */
function sharing(): { readonly sharing: Sharing; readonly asked: [string, FileQuery][]; answer: (error?: unknown) => Promise<void> } {
  const asked: [string, FileQuery][] = [];
  let settle: (error?: unknown) => void = () => undefined;
  const http = {
    async request(_: string, path: string, __: Blob, type: string) {
      const { to, ...query } = Object.fromEntries(new URLSearchParams(path.split("?")[1]));
      asked.push([type, { ...query, ...(to && { to: Number(to) }) } as FileQuery]);
      const error = await new Promise((resolve) => {
        settle = resolve;
      });
      if (error !== undefined) throw error;
    },
  };
  const api = { http } as unknown as ClassroomApi;
  const answer = async (error?: unknown): Promise<void> => {
    settle(error);
    await vi.waitFor(() => undefined);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { sharing: new Sharing(() => api, "s-1"), asked, answer };
}

test("files go one after the other, the first with the words", async () => {
  const one = sharing();
  one.sharing.send([file("a.pdf"), file("b.docx")], { text: "Here", to: 7 });
  expect(one.asked.map(([type, { name, text, to }]) => [type, name, text, to])).toEqual([["application/pdf", "a.pdf", "Here", 7]]);
  await one.answer();
  expect(one.asked[1]![1]).toMatchObject({ name: "b.docx", to: 7 });
  expect(one.asked[1]![1].text).toBeUndefined();
  expect(one.asked[1]![1].client_id).not.toBe(one.asked[0]![1].client_id);
  await one.answer();
  expect(one.sharing.sending.value).toEqual([]);
});

test("one that was refused stays, is sent again under its id, or dropped; the others go on", async () => {
  const one = sharing();
  one.sharing.send([file("a.pdf"), file("b.pdf")], {});
  await one.answer(new ApiRefusal(413, { code: "too_large", message: "a body has at most 5 bytes" }));
  expect(one.sharing.sending.value.map(({ error }) => error?.code)).toEqual(["too_large", undefined]);
  await one.answer(new TypeError("no network"));
  expect(one.sharing.sending.value.map(({ error }) => error?.code)).toEqual(["too_large", "unavailable"]);
  const [first, second] = one.sharing.sending.value;
  one.sharing.drop(first!);
  one.sharing.again(second!);
  expect(one.asked[2]).toEqual(one.asked[1]);
  await one.answer();
  expect(one.sharing.sending.value).toEqual([]);
});

test.each([
  [file("a.PDF"), "application/pdf"],
  [file("photo", "image/jpeg"), "image/jpeg"],
  [file("notes.md", "text/x-markdown"), "text/markdown"],
  [file("x.docx", "application/zip"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  [file("tool.exe", "application/x-msdownload"), "application/x-msdownload"],
  [file("nothing"), "application/octet-stream"],
])("what %s claims to be", (one, type) => {
  expect(typeOf(one)).toBe(type);
});

test("what is not taken is not sent at all, and the next one is", () => {
  const one = sharing();
  one.sharing.send([file("film.mp4", "video/mp4"), file("a.pdf")], {});
  expect(one.asked.map(([type]) => type)).toEqual(["application/pdf"]);
  expect(one.sharing.sending.value[0]!.error?.code).toBe("invalid");
});

test("what is pasted has a name all the same", () => {
  const one = sharing();
  one.sharing.send([file("", "image/png")], {});
  expect(one.asked[0]![1].name).toBe("file.png");
});
