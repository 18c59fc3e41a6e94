"""The classroom's page in a real browser: what `page.mjs` measures, where there is one."""

from pathlib import Path
from typing import Final

import msgspec

from benchmarks.reporting.results import Result
from benchmarks.scenarios.in_browser import Lacking, measured

_SCRIPT: Final = Path(__file__).with_name("page.mjs")
_PATIENCE_S: Final = 240


def page() -> list[Result]:
    """Return the page's figures; one line that says so where node, Chromium or the page lack."""
    try:
        figures = measured(_SCRIPT, patience_s=_PATIENCE_S)
    except Lacking as lacking:
        return [Result("the page", f"not measured: there is no {lacking}")]
    return msgspec.json.decode(figures, type=list[Result])
