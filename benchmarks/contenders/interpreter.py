"""The Python that the servers run on: the distribution's where there is one, and said so.

One that was built on this machine without `--enable-optimizations` (what version managers do unless
told otherwise) takes up to a fifth more CPU time than what people run.
"""

import functools
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

ROOT: Final = Path(__file__).parents[2]
_DISTRIBUTION: Final = Path("/usr/bin/python3")
_ASK: Final = """
import ensurepip, json, sys, sysconfig, venv
print(json.dumps([sys.version_info[:3], sysconfig.get_config_var("CONFIG_ARGS") or "", sys.prefix]))
"""
_OLDEST: Final = (3, 11, 0)


class Interpreter(msgspec.Struct, frozen=True):
    """A Python that has what the servers need."""

    python: Path
    text: str
    """Which one it is and how it was built, for whoever reads the figures."""


@functools.cache
def prepared() -> Interpreter:
    """Return the distribution's Python with our dependencies, or the one that runs this.

    They are installed into a folder for temporary files, the first time.
    """
    asked = _ask(_DISTRIBUTION)
    if asked is None:
        version, arguments, _ = _ask(Path(sys.executable)) or (sys.version_info[:3], "", "")
        return Interpreter(Path(sys.executable), _text(version, _how(arguments)))
    version, _, _ = asked
    lock = (ROOT / "requirements.lock").read_bytes()
    key = hashlib.sha256(lock + repr(version).encode()).hexdigest()[:12]
    home = Path(tempfile.gettempdir()) / f"lessonroom-bench-python-{key}"
    stamp = home / "installed"
    if not stamp.exists():
        subprocess.run([_DISTRIBUTION, "-m", "venv", home], check=True)  # noqa: S603 - our own commands
        pip: list[str | Path] = [home / "bin/python", "-m", "pip", "install", "--quiet"]
        lock_of: list[str | Path] = ["--require-hashes", "-r", ROOT / "requirements.lock"]
        subprocess.run([*pip, *lock_of], check=True)  # noqa: S603
        stamp.touch()
    return Interpreter(home / "bin/python", _text(version, "the distribution's own"))


def _ask(python: Path) -> tuple[tuple[int, int, int], str, str] | None:
    """Return the version, how it was configured and its prefix; None where it is of no use."""
    if not python.exists():
        return None
    run = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        return None
    (major, minor, micro), arguments, prefix = json.loads(run.stdout)
    version = (major, minor, micro)
    return (version, arguments, prefix) if version >= _OLDEST else None


def _how(arguments: str) -> str:
    if "--enable-optimizations" in arguments:
        return "built with --enable-optimizations"
    return "built without --enable-optimizations, which takes up to a fifth more CPU time"


def _text(version: tuple[int, int, int], how: str) -> str:
    return f"Python {'.'.join(map(str, version))}, {how}"
