"""A Debian package: the program in a folder, its service, its settings, its user.

What is in it besides the program is in `deploy/`. Made by `dpkg-deb` alone; the same program gives
the same bytes.
"""

import gzip
import hashlib
import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from packaging.version import Version

NAME: Final = "lessonroom"
MAINTAINER: Final = "lessonroom contributors <lessonroom@users.noreply.invalid>"
_PROGRAM: Final = "usr/lib/lessonroom"
_DOC: Final = "usr/share/doc/lessonroom"
_CONFIG: Final = "etc/lessonroom/config.toml"
_PLACES: Final = (
    ("deploy/debian/lessonroom", "usr/bin/lessonroom", 0o755),
    ("deploy/debian/config.toml", _CONFIG, 0o644),
    ("deploy/debian/copyright", f"{_DOC}/copyright", 0o644),
    ("deploy/debian/lintian-overrides", f"usr/share/lintian/overrides/{NAME}", 0o644),
    ("deploy/lessonroom.service", f"usr/lib/systemd/system/{NAME}.service", 0o644),
    ("config.toml", f"{_DOC}/config.toml.example", 0o644),
)
_SCRIPTS: Final = ("postinst", "prerm", "postrm")
_C_LIBRARY: Final = re.compile(rb"\x00GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\x00)")
_ELF_OF_64_BITS: Final = b"\x7fELF\x02\x01"
_DYNAMIC: Final = 2
_SEARCH_PATHS: Final = (15, 29)
"""`DT_RPATH` and `DT_RUNPATH`."""
_SUMMARY: Final = "server for live lessons: whiteboard, calls, roster, history"
_DESCRIPTION: Final = """\
 A teacher starts a lesson and sends a link; pupils open it in a browser and
 are in: a shared whiteboard, voices and faces, a roster with permissions, and
 the whole history of the lesson.
 .
 One process, one port, one SQLite file. This package brings all that the
 server needs but the C library, and runs it as a user of its own."""


class NotBuilt(Exception):  # noqa: N818 - says what is wrong
    """`dpkg-deb` did not build the package; the message is what it said."""


def build(
    program: Path,
    out: Path,
    *,
    source: Path,
    home: Path,
    version: str,
    notices: str,
    env: Mapping[str, str],
) -> Path:
    """Build the package into `out` and return it.

    Args:
        program: the folder of the program, with `lessonroom` in it.
        out: the folder that it goes to.
        source: the tree whose `deploy/` is taken.
        home: a folder to work in.
        version: of lessonroom, as Python has it.
        notices: of all that is inside.
        env: of the processes; `SOURCE_DATE_EPOCH` dates the package and what is inside.

    Raises:
        NotBuilt: `dpkg-deb` refuses it.

    """
    made_at_s = int(env["SOURCE_DATE_EPOCH"])
    root = home / "debian"
    shutil.copytree(program, root / _PROGRAM, symlinks=True)
    for file in _files(root / _PROGRAM):
        _forget_search_paths(file)
    for origin, place, _ in _PLACES:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / origin, root / place)
    texts = {
        "licences.txt.gz": notices,
        "CHANGELOG.md.gz": (source / "CHANGELOG.md").read_text(encoding="utf-8"),
        "changelog.gz": _changelog(debian_version(version), made_at_s=made_at_s),
    }
    for name, text in texts.items():
        (root / _DOC / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    _set_modes(root)
    control = root / "DEBIAN"
    control.mkdir()
    control.chmod(0o755)
    for name in _SCRIPTS:
        shutil.copyfile(source / "deploy/debian" / name, control / name)
        (control / name).chmod(0o755)
    for name, text in {
        "control": _control(root, version=version),
        "conffiles": f"/{_CONFIG}\n",
        "md5sums": _md5sums(root),
    }.items():
        (control / name).write_text(text, encoding="utf-8")
        (control / name).chmod(0o644)
    for file in (root, *root.rglob("*")):
        os.utime(file, (made_at_s, made_at_s), follow_symlinks=False)
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"{NAME}_{debian_version(version)}_amd64.deb"
    # One thread: several cut the data elsewhere, as many as there are processors.
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build"]
    ended = subprocess.run(  # noqa: S603 - ours
        [*command, str(root), str(package)], env=env, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise NotBuilt(ended.stderr.strip())
    return package


def debian_version(version: str) -> str:
    """Return a version of Python's so that Debian's tools have it in the same order.

    Of `~`, which comes before the end: `0.1.0.dev0` is `0.1.0~~dev0`, before `0.1.0~a1`.
    """
    found = Version(version)
    text = ".".join(map(str, found.release))
    if found.pre is not None:
        text += "~{}{}".format(*found.pre)
    if found.post is not None:
        text += f"+post{found.post}"
    if found.dev is not None:
        text += f"~~dev{found.dev}"
    return f"{found.epoch}:{text}" if found.epoch else text


def needed_c_library(folder: Path) -> str:
    """Return the least version of glibc that has what the programs in a folder ask it for."""
    found = [
        (int(major), int(minor))
        for file in _files(folder)
        if not file.is_symlink() and (text := file.read_bytes())[:4] == b"\x7fELF"
        for major, minor in _C_LIBRARY.findall(text)
    ]
    major, minor = max(found, default=(2, 17))
    return f"{major}.{minor}"


def _forget_search_paths(file: Path) -> None:
    """Have a library look nowhere for others but where the system, or the program, says.

    Those of an interpreter that was built by hand look where it lay, such as in somebody's home:
    whoever has that name on another machine could put libraries there. Paths from the library
    itself (`$ORIGIN`) stay.

    Source: elf(5), PT_DYNAMIC.

    """
    content = bytearray(b"" if file.is_symlink() else file.read_bytes())
    if content[:6] != _ELF_OF_64_BITS or b"$ORIGIN" in content:
        return
    (table,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    for at in range(table, table + size * count, size):
        kind, _, begin, _, _, length = struct.unpack_from("<IIQQQQ", content, at)
        if kind != _DYNAMIC:
            continue
        places = range(begin, begin + length, 16)
        entries = [bytes(content[place : place + 16]) for place in places]
        kept = [each for each in entries if struct.unpack_from("<q", each)[0] not in _SEARCH_PATHS]
        # What is behind the last one is not read.
        content[begin : begin + length] = b"".join(kept).ljust(length, b"\0")
        if kept != entries:
            file.write_bytes(content)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(file for file in folder.rglob("*") if file.is_symlink() or file.is_file())


def _set_modes(root: Path) -> None:
    """Give everyone to read what is there, whatever the umask was."""
    for file in (root, *root.rglob("*")):
        if not file.is_symlink():
            file.chmod(0o755 if file.is_dir() else 0o644)
    for _, place, mode in _PLACES:
        (root / place).chmod(mode)
    (root / _PROGRAM / NAME).chmod(0o755)


def _control(root: Path, *, version: str) -> str:
    installed = sum(_kib(file) for file in root.rglob("*") if "DEBIAN" not in file.parts)
    return "\n".join(
        (
            f"Package: {NAME}",
            f"Version: {debian_version(version)}",
            "Architecture: amd64",
            f"Maintainer: {MAINTAINER}",
            f"Installed-Size: {installed}",
            f"Depends: adduser, libc6 (>= {needed_c_library(root / _PROGRAM)}), zlib1g",
            "Suggests: caddy | nginx, coturn, libreoffice-nogui, fonts-noto-cjk",
            "Section: net",
            "Priority: optional",
            f"Description: {_SUMMARY}",
            f"{_DESCRIPTION}\n",
        )
    )


def _kib(file: Path) -> int:
    """Return what a file counts for in `Installed-Size` (Debian policy, 5.6.20)."""
    return 1 if file.is_symlink() or file.is_dir() else -(-file.stat().st_size // 1024)


def _md5sums(root: Path) -> str:
    return "".join(
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}"
        f"  {file.relative_to(root)}\n"
        for file in _files(root)
        if not file.is_symlink()
        and file.relative_to(root).parts[0] != "DEBIAN"
        and str(file.relative_to(root)) != _CONFIG
    )


def _changelog(version: str, *, made_at_s: int) -> str:
    made_at = format_datetime(datetime.fromtimestamp(made_at_s, UTC))
    return (
        f"{NAME} ({version}) unstable; urgency=medium\n\n"
        f"  * What changed is in /{_DOC}/CHANGELOG.md.gz.\n\n"
        f" -- {MAINTAINER}  {made_at}\n"
    )
