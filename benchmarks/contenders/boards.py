"""The boards that ours is measured beside: installed and built in the scratch folder, once."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

_SOURCES: Final = Path(__file__).with_name("boards")
VERSIONS: Final = {"excalidraw": "0.18.1", "tldraw": "5.4.2"}
_NPM: Final = {
    "@excalidraw/excalidraw": VERSIONS["excalidraw"],
    "tldraw": VERSIONS["tldraw"],
    "react": "19.3.1",
    "react-dom": "19.3.1",
    "vite": "8.3.8",
}


def built() -> Path | None:
    """Return the folder with a page for each of them, or None where there is no npm.

    The first time takes minutes, and needs the network.

    Raises:
        subprocess.CalledProcessError: they cannot be installed or built here.

    """
    npm = shutil.which("npm")
    if npm is None:
        return None
    key = hashlib.sha256(json.dumps(_NPM).encode())
    sources = sorted(_SOURCES.iterdir())
    for source in sources:
        key.update(source.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"lessonroom-boards-{key.hexdigest()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = folder / "built"
    if not stamp.exists():
        for source in sources:
            shutil.copy(source, folder)
        frame = (_SOURCES / "index.html").read_text()
        for name in VERSIONS:
            (folder / f"{name}.html").write_text(frame.replace("NAME", name))
        package = {"private": True, "type": "module", "dependencies": _NPM}
        (folder / "package.json").write_text(json.dumps(package))
        install = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, check=True, cwd=folder)  # noqa: S603 - our own commands
        subprocess.run([npm, "exec", "vite", "build"], check=True, cwd=folder)  # noqa: S603
        stamp.touch()
    return folder / "dist"
