"""Draw the formulas of a school book beside KaTeX's pictures of them, on one sheet to look at.

Usage: `python -m scripts.formulas_beside_katex FOLDER SHEET`, where FOLDER is the unpacked npm
package `katex` (nothing of ours has it), and SHEET the PNG to write; Chromium draws it. What is
refused is listed, with the place and the word that a person is told.
"""

import html
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from gateway.formulas.job import Fault, Typeset
from gateway.formulas.typeset import typeset
from lessonroom.board.drawing.svg import contour_code

FORMULAS: Final = Path(__file__).parents[1] / "tests/gateway/formulas/school.txt"
_CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_COLUMNS: Final = 2
_ROW: Final = 92
_SCALE: Final = 24 / 1000
_STYLE: Final = f"""
body {{ margin: 0; font: 11px monospace; background: white; }}
main {{ display: grid; grid-template-columns: repeat({_COLUMNS}, 1fr); }}
section {{ display: grid; grid-template-columns: 22px 1fr 1fr; height: {_ROW - 1}px;
  overflow: hidden;
  border-bottom: 1px solid #ddd; border-right: 1px solid #888; align-items: center; }}
section > * {{ padding: 2px 6px; }} .katex {{ font-size: 20px; }} b {{ color: #b00; }}
"""


def main(arguments: list[str]) -> int:
    """Write the sheet, and print what was refused; return the exit code."""
    if len(arguments) != 2:  # noqa: PLR2004 - a folder and a file
        sys.stderr.write(f"{__doc__}\n")
        return 2
    katex, sheet = (Path(argument).resolve() for argument in arguments)
    formulas = FORMULAS.read_text(encoding="utf-8").splitlines()
    rows = [_row(n, tex) for n, tex in enumerate(formulas, start=1)]
    page = (
        "<!doctype html><meta charset=utf-8>"
        f"<link rel=stylesheet href='{katex.as_uri()}/dist/katex.min.css'>"
        f"<style>{_STYLE}</style><main>{''.join(rows)}</main>"
        f"<script src='{katex.as_uri()}/dist/katex.min.js'></script><script>"
        f"const all = {json.dumps(formulas)};"
        "document.querySelectorAll('.theirs').forEach((one, n) => {"
        "  katex.render(all[n], one, {throwOnError: false, displayMode: true}); });</script>"
    )
    height = _ROW * -(-len(formulas) // _COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "formulas.html"
        document.write_text(page, encoding="utf-8")
        command = [
            *(_CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--allow-file-access-from-files", "--virtual-time-budget=10000"),
            *(f"--user-data-dir={folder}/profile", f"--window-size=1500,{height}"),
            *(f"--screenshot={sheet}", document.as_uri()),
        ]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return 0


def _row(n: int, tex: str) -> str:
    outcome = typeset(Typeset(tex)).outcome
    if isinstance(outcome, Fault):
        sys.stdout.write(f"{n}: {tex}: {outcome}\n")
        ours = f"<b>{html.escape(outcome.message)}</b>"
    else:
        code = "".join("".join(contour_code(contour)) for contour in outcome.contours)
        w, h = outcome.w * _SCALE, outcome.h * _SCALE
        ours = (
            f"<svg width='{w}' height='{h}' viewBox='0 0 {outcome.w} {outcome.h}'>"
            f"<path d='{code}'/></svg>"
        )
    return f"<section><span>{n}</span><span>{ours}</span><span class=theirs></span></section>"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
