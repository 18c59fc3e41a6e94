"""Having an office program make a PDF. Run as a module, it does so in a confined process.

LibreOffice reads a hundred formats, some of them forty years old, and follows what a document
links to. So it runs where it sees neither a file of the server's nor the network, with macros off
and a profile of its own, in a directory that is deleted behind it. What goes on is the PDF, which
is read as one that somebody sent.
"""

import ctypes
import os
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from gateway.confinement.confined import Declined, answer_many
from gateway.confinement.connections import refuse_connections
from gateway.documents.job import Chunk, Read
from gateway.documents.office_kinds import BEGINNING_BYTES, OfficeKind

_UNREADABLE: Final = "this document cannot be read; save it as PDF first"
_TOO_MUCH: Final = "this document is too large once it is unpacked"
_PARTS_MOST: Final = 20_000
_UNPACKED_MOST_BYTES: Final = 512 * 1024 * 1024
_CHUNK_BYTES: Final = 1024 * 1024
_ONCE_MORE: Final = 81
"""The exit code of a program whose profile is new: it wants to be started again."""
_END_WITH_PARENT: Final = 1
_NEVER: Final = 2
"""Of links that could be followed, and of levels of trust in macros the strictest but one."""

_SETTINGS: Final = {
    ("Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Common/Security/Scripting", "MacroSecurityLevel"): "3",
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Common/Security/Scripting", "DisableActiveContent"): "true",
    ("Writer/Content/Update", "Link"): str(_NEVER),
    ("Calc/Content/Update", "Link"): str(_NEVER),
    ("Common/Save/Document", "CreateBackup"): "false",
    ("Common/History", "PickListSize"): "0",
}


class Convert(msgspec.Struct, frozen=True):
    """The request: a document, the program, and a directory where it may write."""

    path: str
    kind: OfficeKind
    program: str
    directory: str


def answers(request: Convert) -> Iterator[Read]:
    """Yield the PDF in pieces.

    Raises:
        Declined: it is no such document, or the program makes nothing of it.

    """
    source = Path(request.path)
    _check(source, request.kind)
    if not refuse_connections():
        raise Declined("office documents are not taken on this kind of machine")
    made = _converted(source, request)
    with made.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield Read(Chunk(chunk))


def _check(source: Path, kind: OfficeKind) -> None:
    """Refuse what is not what it is said to be: the program would guess, and read anything."""
    with source.open("rb") as file:
        fault = kind.fault_of(file.read(BEGINNING_BYTES))
    if fault is not None:
        raise Declined(fault)
    if not kind.is_zip:
        return
    try:
        with zipfile.ZipFile(source) as parts:
            described = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Declined(kind.damaged) from error
    if len(described) > _PARTS_MOST:
        raise Declined(_TOO_MUCH, is_too_much=True)
    # What a part says of itself may be a lie: then the limits of the process hold.
    if sum(part.file_size for part in described) > _UNPACKED_MOST_BYTES:
        raise Declined(_TOO_MUCH, is_too_much=True)


def _converted(source: Path, request: Convert) -> Path:
    directory = Path(request.directory)
    _write_profile(directory / "profile" / "user")
    # By its ending the program knows what it is.
    document = directory / f"document.{request.kind.ending}"
    document.write_bytes(source.read_bytes())
    out = directory / "out"
    first, again = profiles_of(directory)
    code = _run(request.program, document, profile=first, out=out)
    if code == _ONCE_MORE:
        # By another name: the program listens at a socket that is called after its profile, and
        # may not take away that of its first run.
        first.rename(again)
        code = _run(request.program, document, profile=again, out=out)
    made = out / "document.pdf"
    if code or not made.is_file():
        raise Declined(_UNREADABLE)
    return made


def profiles_of(directory: Path) -> tuple[Path, Path]:
    """Return the names of the profile in a directory, one for each of two runs."""
    return directory / "profile", directory / "again"


def _run(program: str, document: Path, *, profile: Path, out: Path) -> int:
    """Return the exit code of the program."""
    directory = document.parent
    # `DEVNULL` would be opened for writing, which is not allowed here.
    with Path(os.devnull).open("rb") as nothing, (directory / "said").open("wb") as said:
        done = subprocess.run(  # noqa: S603 - the operator's program, with no word of a stranger's
            [
                program,
                "--headless",
                "--nologo",
                "--nodefault",
                "--norestore",
                "--nolockcheck",
                f"-env:UserInstallation={profile.as_uri()}",
                # What others of this machine have added to the program is not looked at.
                f"-env:UNO_SHARED_PACKAGES={(directory / 'shared').as_uri()}",
                f"-env:UNO_SHARED_PACKAGES_CACHE={(directory / 'shared').as_uri()}",
                "--convert-to",
                "pdf",
                "--outdir",
                str(out),
                str(document),
            ],
            cwd=directory,
            env={
                "HOME": str(directory),
                "TMPDIR": str(directory),
                "LC_ALL": "C.UTF-8",
                # No display.
                "SAL_USE_VCLPLUGIN": "svp",
            },
            stdin=nothing,
            stdout=said,
            stderr=said,
            check=False,
            preexec_fn=_end_with_parent,
        )
    return done.returncode


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() == 1:
        # It had ended before.
        os._exit(1)


def _write_profile(user: Path) -> None:
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for (path, name), value in _SETTINGS.items()
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


if __name__ == "__main__":
    answer_many(Convert, answers)
