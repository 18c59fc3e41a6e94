"""Where the other servers are installed: a folder for temporary files, never this repository."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.contenders import interpreter
from benchmarks.contenders.interpreter import Interpreter

_RELAYS: Final = Path(__file__).parent / "relays"
_NPM: Final = {
    "@hocuspocus/server": "4.7.0",
    # Of a licence of its own, which allows to measure it here; nothing of it is shipped.
    "@tldraw/sync-core": "5.4.2",
    "@tldraw/tlschema": "5.4.2",
    "socket.io": "4.8.4",
    "ws": "8",
    "y-protocols": "1",
    "y-websocket": "2.1.0",
    "yjs": "13",
}
_PYPI: Final = ("channels==4.*", "channels-redis==4.*", "daphne==4.*")


class Scratch(msgspec.Struct, frozen=True):
    """The folder, the interpreters, and node where there is one."""

    folder: Path
    interpreter: Interpreter
    """What our server runs on, and the relays that need nothing else."""
    python: Path
    """The same with Django Channels."""
    node: str | None

    def relay(self, name: str) -> Path:
        """Return a relay, beside the packages that it imports."""
        return self.folder / name


def prepared() -> Scratch:
    """Install what is missing; the first time takes a minute."""
    wanted = json.dumps([_NPM, _PYPI, sys.version])
    key = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"lessonroom-bench-{key}"
    folder.mkdir(mode=0o700, exist_ok=True)
    node, npm = shutil.which("node"), shutil.which("npm")
    stamp = folder / "installed"
    python = interpreter.prepared()
    if not stamp.exists():
        subprocess.run([python.python, "-m", "venv", folder / "venv"], check=True)  # noqa: S603 - our own commands
        pip = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", *_PYPI]
        subprocess.run(pip, check=True)  # noqa: S603
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": _NPM}))
        if npm is not None:
            command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, check=True, cwd=folder)  # noqa: S603
        stamp.touch()
    for relay in _RELAYS.iterdir():
        if relay.is_file():
            shutil.copy(relay, folder)
    return Scratch(folder, python, folder / "venv/bin/python", node if npm else None)
