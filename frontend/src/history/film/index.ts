/** What the history needs to make a film of a lesson that was recorded. */

export { Film } from "./film.ts";
export { FilmDialog } from "./FilmDialog.tsx";
