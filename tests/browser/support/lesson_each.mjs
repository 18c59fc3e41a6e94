/**
 * A classroom with one host for all tests of the file that imports this, and a lesson of its own for each.
 *
 * `classroom`, `host` (the host's page, in the lesson) and `link` (for guests) are what they are at the moment.
 */

import { after, before, beforeEach } from "node:test";
import { Classroom, goHome } from "./lesson.mjs";

export let classroom;
export let host;
export let link;

before(async () => {
  classroom = await Classroom.open();
  host = await classroom.host();
});
beforeEach(async () => {
  if (link !== undefined) await goHome(host);
  link = await classroom.lesson(host);
});
after(() => classroom.close());
