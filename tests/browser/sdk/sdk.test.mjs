/** The SDK alone, in Node, against a real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClassroomApi, connect, randomId } from "../../../gateway/static/sdk/lessonroom.js";
import { eventually, Server } from "../support/lesson.mjs";

/** A server with a lesson, and the host's seat in it. */
async function begun() {
  const server = await Server.start();
  const { origin, hash } = new URL(server.signInLink);
  const host = new ClassroomApi(origin, (await new ClassroomApi(origin).signIn(hash.slice(1))).token);
  const lesson = await host.createLesson("Geometry");
  const { token, ws_url: url } = await host.join(lesson.session_id);
  return { server, origin, lesson, seat: { url, token } };
}

test("[BD-6] a program joins a lesson, draws, and outlives a restart of the server", async () => {
  const { server, origin, lesson, seat } = await begun();
  const joined = await new ClassroomApi(origin).join(lesson.session_id, {
    access_code: lesson.access_code,
    name: "Ada",
  });
  const teacher = connect(seat);
  const student = connect({ url: joined.ws_url, token: joined.token });
  try {
    const areLive = () => [teacher, student].every((one) => one.status.connection === "live");
    await eventually(areLive, "both are connected");
    await teacher.command("start", {});
    const put = (x) => {
      const element = { id: randomId(), layer: "base", type: "rect", x, y: 0, w: 80, h: 50 };
      return [{ op: "put", element }];
    };
    const first = await student.edit(put(0));

    await server.kill();
    await eventually(() => student.status.connection === "reconnecting", "the drop is seen");
    const saved = student.edit(put(100));
    assert.equal(student.board.elements.size, 2);
    assert.equal(student.status.unsaved, 1);
    await server.run();
    assert.ok((await saved) > first);
    await eventually(() => teacher.board.elements.size === 2, "the teacher sees both");
    assert.deepEqual(teacher.state.board, student.state.board);

    await assert.rejects(student.command("pause", {}), { name: "Refusal" });
    await teacher.command("pause", {});
    await assert.rejects(student.edit(put(200)), (refusal) => {
      return refusal.error.code === "session_not_active";
    });
    assert.equal(student.board.elements.size, 2);
  } finally {
    student.leave();
    teacher.leave();
    await server.stop();
  }
});

test("what is asked while the board is on its way is carried out, and the board that comes knows it", async () => {
  const { server, seat } = await begun();
  const teacher = connect(seat);
  try {
    await new Promise((resolve, reject) => {
      teacher.on("welcome", () => teacher.command("start", {}).then(resolve, reject));
    });
    await eventually(() => teacher.status.connection === "live", "the board has come");
    await eventually(() => teacher.state.session.status === "active", "the lesson runs");
  } finally {
    teacher.leave();
    await server.stop();
  }
});
