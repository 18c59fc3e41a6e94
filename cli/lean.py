"""Imports without what a package would take along where it finds it installed, and in one go.

Some packages try an optional one and do without where it is missing. We have those installed for
other commands: a server at rest would hold megabytes that nothing of it uses.
"""

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

_UNUSED: Final[Mapping[str, Sequence[str]]] = {
    # Tracebacks of logs are plain text: `cli.logs` formats them before they come to that.
    "structlog": ("rich",),
    # Tokens are signed with HS256, which the standard library has.
    "jwt": ("cryptography",),
}


def import_lean() -> None:
    """Import these packages, each without what it does not need here.

    What was imported before, either of them, stays as it is.
    """
    for package, unused in _UNUSED.items():
        with _missing(unused):
            importlib.import_module(package)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Have the collector of garbage look for none meanwhile.

    What is imported stays: looking through all of it again and again, as it grows, is a tenth of a
    start, and finds next to nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _missing(names: Sequence[str]) -> Iterator[None]:
    """Have these packages not be found meanwhile, unless they are there already."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python says: not to be found
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
