/**
 * Boards with so many strokes, each in a window of its own of the same browser, one after the other and
 * all of them again: prints the figures of each as JSON.
 *
 *     node --experimental-websocket beside.mjs FOLDER ROUNDS COUNT…
 *
 * FOLDER holds the others, built; where it is empty, ours is measured alone.
 */

import { Classroom } from "../../../tests/browser/support/lesson.mjs";
import { other, OTHERS } from "./others.mjs";
import { ours, ownHost } from "./ours.mjs";

const [folder, rounds, ...counts] = process.argv.slice(2);
const rows = {};
const note = (count, name, figures) => {
  for (const [figure, value] of Object.entries(figures)) (((rows[count] ??= {})[name] ??= {})[figure] ??= []).push(value);
  console.error(`${count} ${name}: ${JSON.stringify(figures)}`);
};
const classroom = await Classroom.open();
try {
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const count of counts.map(Number)) {
      const host = await ownHost(classroom);
      note(count, "lessonroom", await ours(classroom, host, count));
      // What is not looked at costs the next one nothing.
      await host.context().close();
      for (const name of folder === "" ? [] : Object.keys(OTHERS)) {
        note(count, name, await other(classroom.browser, folder, name, count));
      }
    }
  }
} finally {
  await classroom.close().catch((error) => console.error(String(error).slice(0, 500)));
}
console.log(JSON.stringify(rows));
