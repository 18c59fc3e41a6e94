"""The program without Python and Node: PyInstaller's, of what the lock has here.

As one file, which unpacks itself at each start, or as a folder, which a package installs.

PyInstaller itself comes from `onefile.lock`, into a folder of its own: nothing else needs it.
"""

import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from scripts.generated_file import ROOT

LOCK: Final = ROOT / "scripts/release/onefile.lock"
ENTRY: Final = ROOT / "scripts/release/onefile_entry.py"
NAME: Final = "lessonroom"
_OURS: Final = ("lessonroom", "actors", "bus", "storage", "gateway", "cli")
# Found by what they are named in, and not by an import that can be seen. Of reportlab nothing: what
# it brings besides code are fonts that we do not draw with, one of them under the GPL.
_WHOLE: Final = ("resvg_py", "pypdfium2", "pypdfium2_raw")
_WITH_DATA: Final = ("gateway", "cli", "ziamath", "ziafont", "latex2mathml")
_HIDDEN: Final = ("aiosqlite", "reportlab.pdfbase.ttfonts")
# Installed here for tests, or tried by a package that does without.
_LEFT_OUT: Final = (
    *("_pytest", "apsw", "fontTools", "hypothesis", "IPython", "jsonschema", "lxml", "matplotlib"),
    *("mutmut", "mypy", "numpy", "pip", "pytest", "ruff", "schemathesis"),
    *("setuptools", "tkinter", "yaml"),
    # Is under the GPL, and edits lines that nobody types into a server.
    *("readline", "rlcompleter"),
)
_OF_SYSTEM: Final = dict(
    libbz2="libbz2-1.0",
    libcrypto="libssl3",
    libffi="libffi8",
    # These two are under the GPL with an exception for what they are linked with.
    libgcc_s="libgcc-s1",
    liblzma="liblzma5",
    libsqlite3="libsqlite3-0",
    libssl="libssl3",
    libuuid="libuuid1",
    libz="zlib1g",
    **{"libstdc++": "libstdc++6"},
)
"""Libraries of the system that may go in, and the Debian package whose notice is theirs."""
_LIBRARY: Final = re.compile(r"'(lib[^'/]*?)\.so[^'/]*'")
_OF_WHEEL: Final = re.compile(r"-[0-9a-f]{8}$")
"""Libraries that a wheel brings, with its notices, are named after what they hold."""


class NotOursToPassOn(Exception):  # noqa: N818 - says what is wrong
    """A library of the system got in that is not known to be ours to pass on."""


class Shape(StrEnum):
    """What is built; the values are PyInstaller's."""

    FILE = "onefile"
    FOLDER = "onedir"


def build(
    source: Path, home: Path, *, env: Mapping[str, str], shape: Shape = Shape.FILE
) -> Path | None:
    """Build the program of an unpacked wheel; return it, or None where that failed.

    Args:
        source: the wheel; what it holds goes in, and not what is installed of lessonroom.
        home: a folder to work in, for both shapes.
        env: of the processes; `SOURCE_DATE_EPOCH` dates what is inside.
        shape: an executable, or a folder with an executable of the same name.

    """
    tools = home / "tools"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    path = os.pathsep.join(map(str, (source, tools)))
    install = [] if tools.is_dir() else [[*pip, "--target", str(tools), "-r", str(LOCK)]]
    for command in (
        *install,
        [sys.executable, "-m", "PyInstaller", *_arguments(source, home, shape)],
    ):
        ended = subprocess.run(  # noqa: S603 - ours
            command,
            cwd=source,
            env={**env, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
            stdout=sys.stderr,
            check=False,
        )
        if ended.returncode != 0:
            return None
    return home / shape / NAME


def notices(program: Path, home: Path) -> str:
    """Return the notices of what goes in besides Python's packages: the interpreter, libraries.

    Args:
        program: what `build` returned.
        home: where it worked.

    Raises:
        NotOursToPassOn: of a library that got in nobody has looked at the licence, or its notice
            is not on this machine.

    """
    listed = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "PyInstaller.utils.cliutils.archive_viewer", "-l", str(program)],
        env=os.environ | {"PYTHONPATH": str(home / "tools")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    texts = [f"Python {platform.python_version()}\n\n{_python_licence()}"]
    for name in libraries_of_system(listed):
        notice = Path("/usr/share/doc", _OF_SYSTEM.get(name, name), "copyright")
        if name not in _OF_SYSTEM or not notice.is_file():
            raise NotOursToPassOn(f"{name} got into the one file, and has no notice here")
        texts.append(f"{name}\n\n{notice.read_text(encoding='utf-8').strip()}\n")
    bootloader = sorted((home / "tools").glob("pyinstaller-*.dist-info/licenses/*"))
    texts += (
        f"PyInstaller's bootloader\n\n{file.read_text(encoding='utf-8').strip()}\n"
        for file in bootloader
    )
    return f"\n{'-' * 72}\n\n".join(texts)


def libraries_of_system(listed: str) -> list[str]:
    """Return the libraries in a listing of PyInstaller's that no wheel has brought, by name."""
    found = {name for name in _LIBRARY.findall(listed) if not _OF_WHEEL.search(name)}
    return sorted(name for name in found if not name.startswith("libpython"))


def _python_licence() -> str:
    return Path(sysconfig.get_path("stdlib"), "LICENSE.txt").read_text(encoding="utf-8").strip()


def _arguments(source: Path, home: Path, shape: Shape) -> list[str]:
    return [
        *(f"--{shape}", "--strip", "--noconfirm", "--name", NAME, "--log-level", "ERROR"),
        *("--distpath", str(home / shape), "--workpath", str(home / "work")),
        *("--specpath", str(home), "--copy-metadata", "lessonroom"),
        *_each("--collect-submodules", *_OURS, "asyncpg"),
        *_each("--collect-all", *_WHOLE),
        *_each("--collect-data", *_WITH_DATA),
        *_each("--hidden-import", *_HIDDEN),
        *_each("--exclude-module", *_LEFT_OUT),
        # Alembic reads them as files.
        *("--add-data", f"{source / 'storage/migrations'}{os.pathsep}storage/migrations"),
        str(ENTRY),
    ]


def _each(option: str, *values: str) -> list[str]:
    return [word for value in values for word in (option, value)]
