"""Whether a lesson pack is as it was written: each entry, and the chain of its log.

What it reads may be anything. Of an entry little is in memory, of the log one event; what takes
more than the manifest says is not read on. Everything here blocks.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from gateway.packs.layout import FORMAT, FORMAT_VERSION, LOG, MANIFEST, Entry, Manifest
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.chain import Chain

ENTRIES_MOST: Final = 20_000
_MANIFEST_BYTES: Final = 16 * 1024 * 1024
_DIRECTORY_BYTES: Final = 16 * 1024 * 1024
LINE_BYTES: Final = 64 * 1024 * 1024
_PIECE_BYTES: Final = 256 * 1024
_END: Final = re.compile(rb"PK\x05\x06.{6}(.{2})(.{4}).{6}", re.DOTALL)
_END_BYTES: Final = 22
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
_NAME_CHARS: Final = 200
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What `zipfile` raises for what is damaged, encrypted or of a kind that it does not know."""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with an entry."""

    entry: str
    what: str


class Checked(msgspec.Struct, frozen=True):
    """What was found: a pack without problems is as it was written."""

    manifest: Manifest
    problems: list[Problem]


class Pack:
    """A pack that is open, of which nothing is believed yet.

    Raises:
        Refused: `invalid`, it is none, or of a version that is not known; the field is an entry.
        OSError: it cannot be read.

    """

    def __init__(self, path: Path) -> None:
        end = _end_of(path)
        try:
            _require_small(end)
            self._zip = zipfile.ZipFile(path)
        except _UNREADABLE as error:
            raise _invalid(
                "file", f"this is no ZIP archive, or its end is missing: {error}"
            ) from None
        try:
            self.manifest = _manifest(self._zip)
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, in the order of the archive."""
        infos = self._zip.infolist()
        found = {info.filename: info for info in infos}
        told = {entry.name: entry for entry in self.manifest.entries}
        if len(found) < len(infos) or len(told) < len(self.manifest.entries):
            yield Problem(MANIFEST, "two entries have one name")
        for entry in told.values():
            if entry.name not in found:
                yield Problem(entry.name, "is missing")
            elif (wrong := self._wrong(entry, found[entry.name])) is not None:
                yield Problem(entry.name, wrong)
        for name in found:
            if name not in told and name != MANIFEST:
                yield Problem(_shown(name), "is not in the manifest: it was added later")
        if LOG not in told:
            yield Problem(LOG, "is missing")

    def pieces_of(self, name: str) -> Iterator[bytes]:
        """Yield what is in an entry that was checked.

        Raises:
            KeyError: there is none.
            Refused: `invalid`, it cannot be read.

        """
        info = self._zip.getinfo(name)
        try:
            with self._zip.open(info) as source:
                yield from _pieces(source, info.file_size)
        except _UNREADABLE as error:
            raise _invalid(name, f"cannot be read: {error}") from None

    def _wrong(self, entry: Entry, info: zipfile.ZipInfo) -> str | None:
        if not is_name(entry.name):
            return "is no name of an entry"
        if info.file_size != entry.size_bytes:
            return f"has {info.file_size} bytes, and had {entry.size_bytes}"
        digest, chain = hashlib.sha256(), Chain(self.manifest.session_id)
        is_log, rest = entry.name == LOG, b""
        try:
            with self._zip.open(info) as source:
                for piece in _pieces(source, entry.size_bytes):
                    digest.update(piece)
                    if is_log:
                        rest = _followed(chain, rest + piece)
        except Refused as refused:
            return refused.message
        except _UNREADABLE as error:
            return f"cannot be read: {error}"
        if digest.hexdigest() != entry.sha256:
            return "is not as it was written: its SHA-256 is another one"
        if not is_log:
            return None
        told = self.manifest.log
        if rest or (chain.seq, chain.head) != (told.seq, told.sha256):
            return f"does not end with event {told.seq} as the manifest says"
        return None


def check(path: Path) -> Checked:
    """Return what is wrong with a pack.

    Raises:
        Refused: `invalid`, it is none, or of a version that is not known.
        OSError: it cannot be read.

    """
    pack = Pack(path)
    try:
        return Checked(pack.manifest, list(pack.problems()))
    finally:
        pack.close()


def is_name(name: str) -> bool:
    """Whether an entry may have this name: a path below, which no system reads as anything else."""
    return len(name) <= _NAME_CHARS and _NAME.fullmatch(name) is not None


def _end_of(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        return file.read()


def _require_small(end: bytes) -> None:
    """Refuse what would fill the memory with its directory, before that is read."""
    found = _END.match(end)
    if found is None:
        raise ValueError("nothing says where its entries are")
    # Of an archive with 65,535 entries or 4 GiB the numbers stand elsewhere (ZIP64).
    if int.from_bytes(found[1], "little") > ENTRIES_MOST:
        raise ValueError(f"it has more than {ENTRIES_MOST} entries")
    if int.from_bytes(found[2], "little") > _DIRECTORY_BYTES:
        raise ValueError("its directory is too long")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if len(archive.infolist()) > ENTRIES_MOST:
        raise _invalid("file", f"it has more than {ENTRIES_MOST} entries")
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise _invalid(MANIFEST, "is missing: this is no lesson pack") from None
    if info.file_size > _MANIFEST_BYTES:
        raise _invalid(MANIFEST, f"takes more than {_MANIFEST_BYTES} bytes")
    try:
        with archive.open(info) as source:
            encoded = b"".join(_pieces(source, info.file_size))
        known = msgspec.json.decode(encoded, type=_Known)
    except (*_UNREADABLE, msgspec.MsgspecError) as error:
        raise _invalid(MANIFEST, f"cannot be read: {error}") from None
    if known.format != FORMAT:
        raise _invalid(MANIFEST, f"format: this is no lesson pack: {FORMAT} is expected")
    if known.format_version != FORMAT_VERSION:
        words = f"format_version: version {known.format_version} is not known here, only"
        raise _invalid(MANIFEST, f"{words} {FORMAT_VERSION}")
    try:
        manifest = msgspec.json.decode(encoded, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _invalid(MANIFEST, str(error)) from None
    if len(manifest.entries) > ENTRIES_MOST:
        raise _invalid(MANIFEST, f"entries: {ENTRIES_MOST} at most")
    return manifest


class _Known(msgspec.Struct):
    format: str
    format_version: int


def _pieces(source: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    """Yield what is in an entry.

    Raises:
        ValueError: it is longer than it may be.

    """
    while piece := source.read(_PIECE_BYTES):
        size_bytes -= len(piece)
        if size_bytes < 0:
            raise ValueError("it is longer than it says")
        yield piece


def _followed(chain: Chain, read: bytes) -> bytes:
    """Follow the chain over whole lines, and return what is left of the last one."""
    *lines, rest = read.split(b"\n")
    for line in lines:
        chain.event_of(line)
    if len(rest) > LINE_BYTES:
        raise _invalid(LOG, f"the line behind event {chain.seq} is too long")
    return rest


def _shown(name: str) -> str:
    return name if is_name(name) else ascii(name[:_NAME_CHARS])


def _invalid(entry: str, words: str) -> Refused:
    return Refused(ErrorCode.INVALID, words, field=entry)
