"""Makes a release of what is committed: sdist, wheels, SDK, one file, package, and their bill.

    python -m scripts.release.make_release [--out FOLDER] [--no-onefile]

Everything is made of the commit, in a folder of its own, from the two locks: what lies about in the
checkout does not get in, and the same commit gives the same bytes. The wheel is made of the sdist.
"""

import argparse
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scripts.generated_file import ROOT
from scripts.release import debian, javascript, onefile
from scripts.release.bill_of_materials import bill_of_materials
from scripts.write_licences import NotOursToPassOn

CHECKSUMS: Final = "SHA256SUMS"
_PAGE_LICENCES: Final = "gateway/static/licences.txt"


class NoRelease(Exception):  # noqa: N818 - says what is wrong
    """A step failed; nothing is in the folder that was not there before."""


def make_release(out: Path, *, commit: str = "HEAD", with_onefile: bool = True) -> list[Path]:
    """Write the files of a release into `out`, in place of what an earlier one left there.

    The one file and the package are for Linux on x86-64, and only made there; the package where
    `dpkg-deb` is.

    Raises:
        NoRelease: something is missing, or a step failed.

    """
    made_at_s = int(_output(["git", "log", "-1", "--format=%ct", commit], at=ROOT))
    env = _environment(made_at_s)
    with tempfile.TemporaryDirectory(prefix="lessonroom-release-") as folder:
        home = Path(folder)
        tree, files = home / "tree", home / "files"
        _unpack(_output(["git", "archive", "--format=tar", commit], at=ROOT), tree)
        sdist = _built("sdist", tree, files, env=env)
        version = sdist.name.removeprefix("lessonroom-").removesuffix(".tar.gz")
        _unpack(sdist.read_bytes(), home / "unpacked")
        unpacked = home / "unpacked" / f"lessonroom-{version}"
        wheel = _built("wheel", unpacked, files, env=env)
        _built("wheel", unpacked / "clients/python", files, env=env)
        try:
            # There the sdist has just had the page built.
            javascript.build(tree, files, env=env)
        except javascript.NotBuilt as wrong:
            raise NoRelease(str(wrong)) from None
        more_notices = []
        with_onefile = with_onefile and (sys.platform, platform.machine()) == ("linux", "x86_64")
        if with_onefile:
            more_notices.append(_onefile(wheel, home / "onefile", files, env=env))
        try:
            bill = bill_of_materials(
                unpacked / "frontend/package-lock.json", version=version, made_at_s=made_at_s
            )
        except NotOursToPassOn as wrong:
            raise NoRelease(str(wrong)) from None
        (files / f"lessonroom-{version}.cdx.json").write_text(bill, encoding="utf-8")
        texts = [unpacked / name for name in ("LICENSE", "LICENCES-PYTHON.txt", _PAGE_LICENCES)]
        notices = f"\n{'=' * 72}\n\n".join(
            [*(file.read_text(encoding="utf-8") for file in texts), *more_notices]
        )
        (files / f"lessonroom-{version}-licences.txt").write_text(notices, encoding="utf-8")
        if with_onefile:
            _package(home / "onefile", files, source=unpacked, notices=notices, env=env)
        (files / CHECKSUMS).write_text(checksums(files), encoding="ascii")
        return _put(files, out)


def checksums(folder: Path) -> str:
    """Return a line for each file of a folder, as `sha256sum --check` reads them."""
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.iterdir())
        if file.name != CHECKSUMS
    )


def _environment(made_at_s: int) -> Mapping[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("LESSONROOM_")}
    # Dates inside of archives and of what bundles the page.
    return kept | {"SOURCE_DATE_EPOCH": str(made_at_s), "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def _output(command: Sequence[str], *, at: Path) -> bytes:
    ended = subprocess.run(command, cwd=at, capture_output=True, check=False)  # noqa: S603 - ours
    if ended.returncode != 0:
        raise NoRelease(f"{' '.join(command)}: {ended.stderr.decode(errors='replace').strip()}")
    return ended.stdout


def _unpack(archive: bytes, target: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(target, filter="data")


def _built(kind: str, source: Path, files: Path, *, env: Mapping[str, str]) -> Path:
    """Have hatchling build one file, with what the lock has installed here."""
    before = set(files.iterdir()) if files.is_dir() else set()
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "-d", str(files)]
    ended = subprocess.run(  # noqa: S603 - ours
        command, cwd=source, env=env, stdout=sys.stderr, check=False
    )
    if ended.returncode != 0:
        raise NoRelease(f"the {kind} was not built; what went wrong stands above")
    (file,) = set(files.iterdir()) - before
    return file


def _onefile(wheel: Path, home: Path, files: Path, *, env: Mapping[str, str]) -> str:
    """Build the one file of the wheel; return the notices of what only it brings."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home / "wheel")  # noqa: S202 - we have just made it
    program = onefile.build(home / "wheel", home, env=env)
    if program is None:
        raise NoRelease("the one file was not built; what went wrong stands above")
    version = wheel.name.split("-")[1]
    shutil.copy2(program, files / f"lessonroom-{version}-linux-x86_64")
    try:
        return onefile.notices(program, home)
    except onefile.NotOursToPassOn as wrong:
        raise NoRelease(str(wrong)) from None


def _package(
    home: Path, files: Path, *, source: Path, notices: str, env: Mapping[str, str]
) -> None:
    """Build the Debian package where `_onefile` has worked."""
    if shutil.which("dpkg-deb") is None:
        print("no dpkg-deb here: going on without the Debian package", file=sys.stderr)
        return
    program = onefile.build(home / "wheel", home, env=env, shape=onefile.Shape.FOLDER)
    if program is None:
        raise NoRelease("the program was not built as a folder; what went wrong stands above")
    version = source.name.removeprefix("lessonroom-")
    try:
        debian.build(
            program, files, source=source, home=home, version=version, notices=notices, env=env
        )
    except debian.NotBuilt as wrong:
        raise NoRelease(str(wrong)) from None


def _put(files: Path, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    for old in [*out.glob("lessonroom-*"), *out.glob("lessonroom_*"), out / CHECKSUMS]:
        old.unlink(missing_ok=True)
    return [Path(shutil.copy2(file, out)) for file in sorted(files.iterdir())]


def main(arguments: Sequence[str]) -> int:
    """Make the release and name its files; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to; ./dist")
    parser.add_argument("--no-onefile", action="store_true", help="without executable and package")
    options = parser.parse_args(arguments)
    try:
        if _output(["git", "status", "--porcelain"], at=ROOT):
            print("what is not committed is not in the release", file=sys.stderr)
        made = make_release(options.out, with_onefile=not options.no_onefile)
    except NoRelease as wrong:
        print(wrong, file=sys.stderr)
        return 1
    for file in made:
        print(f"{file}  {file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
