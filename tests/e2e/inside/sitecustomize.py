"""Imported by a server as it starts: writes down what is loaded when it ends."""

import atexit
import os
import sys
from pathlib import Path

_SAY_TO = os.environ.get("TEST_LOADED_MODULES")


def _say(path: str) -> None:
    Path(path).write_text("\n".join(sys.modules), encoding="utf-8")


if _SAY_TO:
    atexit.register(_say, _SAY_TO)
