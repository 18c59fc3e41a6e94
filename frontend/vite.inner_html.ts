import type { Plugin } from "vite";

/**
 * Keeps `innerHTML` out of the bundle: no policy of Trusted Types makes HTML, and names and texts are
 * text. Preact's one use, for `dangerouslySetInnerHTML`, which nothing here uses, is
 * made to set text; any other stops the build.
 */
export function withoutInnerHtml(): Plugin {
  return {
    name: "without-inner-html",
    enforce: "post",
    transform(code, id) {
      // Its way to make scripts of formulas; formulas are only ever worked out.
      if (/node_modules[\\/]expr-eval-fork[\\/]/.test(id)) return { code: code.replace(/\bnew Function\(/g, "Object("), map: null };
      if (!/node_modules[\\/]preact[\\/]/.test(id)) return null;
      return { code: code.replace(/\.innerHTML\b/g, ".textContent"), map: null };
    },
    generateBundle(_, bundle) {
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type !== "chunk") continue;
        const found = /\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/.exec(
          output.code,
        );
        if (found) this.error(`${name} holds ${found[0]}, which the page's policy forbids`);
      }
    },
  };
}
