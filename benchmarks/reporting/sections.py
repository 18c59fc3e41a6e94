"""Parts of the page of figures that are written by themselves, each between marks of its own."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.reporting.report import commit, machine

PAGE: Final = Path(__file__).parents[2] / "docs/performance.md"
NAMES: Final = ("documents", "copying", "boards", "recordings")
"""In the order in which they stand on the page."""


def written_by(command: str) -> str:
    """Return the first words of a part: what wrote it, when, and on what."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"Written by `{command}`, {now}, commit `{commit()}`, on {machine()}."


def marked(name: str, text: str) -> str:
    """Return a part with the marks that it is found by."""
    return f"{_begin(name)}{text.rstrip()}\n{_end(name)}"


def kept(text: str) -> str:
    """Return the parts that a page has, one after the other."""
    return "\n".join(found for name in NAMES if (found := _found(text, name)))


def replaced(text: str, name: str, by: str) -> str:
    """Return the page with another part, behind all else where it had none."""
    before, part = _found(text, name), marked(name, by)
    return text.replace(before, part) if before else f"{text.rstrip()}\n\n{part}"


def write(name: str, text: str) -> None:
    """Put a part on the page, and leave all else of it as it is."""
    PAGE.write_text(replaced(PAGE.read_text(), name, text))


def _begin(name: str) -> str:
    return f"<!-- {name} -->\n"


def _end(name: str) -> str:
    return f"<!-- /{name} -->\n"


def _found(text: str, name: str) -> str:
    found = re.search(f"{re.escape(_begin(name))}.*?{re.escape(_end(name))}", text, re.DOTALL)
    return found[0] if found else ""
