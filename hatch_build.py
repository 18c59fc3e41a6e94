"""Puts the page of the classroom into what is built of lessonroom: hatchling calls this.

The page is made of `frontend/` by npm, and is not in git. Where it is there and no older than what
it is made of, it is taken; where it is not, it is built; where that cannot be, nothing is built and
the message says what to do. An sdist has the page inside, so a wheel is made of it without Node.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE: Final = "LESSONROOM_FRONTEND"
"""`skip`: npm is not run. What lies in gateway/static goes along as it is, if anything does."""
_STEPS: Final = (("npm", "ci", "--no-audit", "--no-fund"), ("npm", "run", "build"))
_INDEX: Final = "gateway/static/index.html"
_WAYS: Final = (
    "Install Node 20.19 or newer with npm and try again, install a released wheel, which brings the"
    f" page, or set {VARIABLE}=skip for a server that has its API alone."
)


class PageMissing(Exception):  # noqa: N818 - says what is wrong
    """The page is not there and cannot be built; the message says what to do."""


def provide_page(root: Path, *, wish: str) -> None:
    """Have the page in `root` as its sources say, by npm if need be.

    Args:
        root: a checkout, or an unpacked sdist.
        wish: what the variable `LESSONROOM_FRONTEND` says; empty where it is not set.

    Raises:
        PageMissing: it is not there, or older than its sources, and npm does not build it.
        ValueError: the wish is none that is known.

    """
    if wish not in {"", "skip"}:
        raise ValueError(f"{VARIABLE} is {wish!r}; it is skip, or not set")
    if wish == "skip" or _is_up_to_date(root):
        return
    state = "older than its sources" if (root / _INDEX).is_file() else "not built"
    npm = shutil.which("npm")
    if npm is None:
        raise PageMissing(f"the page is {state}, and there is no npm to build it. {_WAYS}")
    for _, *arguments in _STEPS:
        ended = subprocess.run(  # noqa: S603 - our own steps
            [npm, *arguments], cwd=root / "frontend", check=False
        )
        if ended.returncode != 0:
            raise PageMissing(
                f"the page is {state}, and `npm {' '.join(arguments)}` ended with"
                f" {ended.returncode}; what it said stands above. {_WAYS}"
            )
    if not (root / _INDEX).is_file():
        raise PageMissing(f"npm built no {_INDEX}")


def _is_up_to_date(root: Path) -> bool:
    index = root / _INDEX
    if not index.is_file():
        return False
    if (root / "PKG-INFO").is_file():
        # An sdist: both were put into it together, and unpacking may date them as it likes.
        return True
    return index.stat().st_mtime >= max(map(_changed_at, _sources(root / "frontend")), default=0)


def _sources(frontend: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(frontend):
        if "node_modules" in folders:
            folders.remove("node_modules")
        yield from (Path(folder, name) for name in files)


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime


class PageHook(BuildHookInterface[Any]):
    """Called before a wheel or an sdist is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Provide the page; an editable installation is for those who run `make`, which does."""
        if version != "editable":
            provide_page(Path(self.root), wish=os.environ.get(VARIABLE, ""))
