/** Floors of the page: an import goes down, or stays on its floor. `npm run check` keeps that. */

const FLOORS = [
  ["client"],
  ["browser"],
  ["language"],
  ["ui"],
  ["lesson"],
  ["board", "media", "planning", "recording", "report"],
  ["classroom", "history", "operator"],
  ["pages", "player"],
];

const folder = (name) => `^src/${name}/`;

/** What lies above a folder, or beside it on its floor. */
const forbidden = FLOORS.flatMap((floor, at) =>
  floor.map((name) => ({
    name: `${name}-imports-down`,
    severity: "error",
    from: { path: folder(name) },
    to: { path: [...FLOORS.slice(at + 1).flat(), ...floor.filter((other) => other !== name)].map(folder).join("|") || "^$" },
  })),
);

module.exports = {
  forbidden: [
    ...forbidden,
    { name: "no-circle", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "main-is-on-top", severity: "error", from: { path: "^src/[^/]+/" }, to: { path: "^src/main" } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
