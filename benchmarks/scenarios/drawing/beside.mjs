/**
 * Boards with so many strokes, each in a window of its own of the same browser, one after the other and
 * all of them again: prints a line of JSON for each of them as soon as it is measured, or why it was not.
 *
 *     node --experimental-websocket beside.mjs FOLDER ROUNDS PATIENCE_S COUNT…
 *
 * FOLDER holds the others, built; where it is empty, ours is measured alone. A board that takes longer
 * than PATIENCE_S is given up, with the browser that it may have stopped.
 */

import { Classroom } from "../../../tests/browser/support/lesson.mjs";
import { other, OTHERS } from "./others.mjs";
import { ours, ownHost } from "./ours.mjs";

const [folder, rounds, patienceS, ...counts] = process.argv.slice(2);
/** What a browser that does not answer is waited for once more. */
const CLOSING_MS = 15_000;

async function measureOurs(classroom, count) {
  const host = await ownHost(classroom);
  const figures = await ours(classroom, host, count);
  // What is not looked at costs the next one nothing.
  await host.context().close();
  return figures;
}

function within(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1_000} s`)), ms);
  });
  // What is given up may still fail, once its browser is gone.
  promise.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function closed(classroom) {
  await within(classroom.close(), CLOSING_MS).catch((error) => console.error(String(error).slice(0, 500)));
}

let classroom = null;
for (let round = 1; round <= Number(rounds); round += 1) {
  for (const count of counts.map(Number)) {
    const boards = ["lessonroom", ...(folder === "" ? [] : Object.keys(OTHERS))];
    for (const board of boards) {
      const told = { round, count, board };
      try {
        classroom ??= await Classroom.open();
        const measuring = board === "lessonroom" ? measureOurs(classroom, count) : other(classroom.browser, folder, board, count);
        told.figures = await within(measuring, Number(patienceS) * 1_000);
      } catch (error) {
        told.failed = String(error?.message ?? error).split("\n")[0].slice(0, 300);
        if (classroom !== null) await closed(classroom);
        classroom = null;
      }
      console.log(JSON.stringify(told));
    }
  }
}
if (classroom !== null) await closed(classroom);
// A browser that was given up holds the process.
process.exit(0);
