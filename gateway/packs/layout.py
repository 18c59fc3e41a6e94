"""What a lesson pack is: a ZIP archive whose last entry says what all others have to be."""

from typing import Final

import msgspec

from lessonroom.scalars import Sha256

FORMAT: Final = "lessonroom.pack"
FORMAT_VERSION: Final = 1
MEDIA_TYPE: Final = "application/zip"
MANIFEST: Final = "manifest.json"
LOG: Final = "log.jsonl"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file in the pack: its name, its bytes once unpacked, and their SHA-256."""

    name: str
    size_bytes: int
    sha256: Sha256


class LogChain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The chain of the log: up to which event it goes, and the hash of its line."""

    seq: int
    sha256: Sha256


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a pack, written last; `left_out` says what could not be read, and why."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    session_id: str
    title: str
    made_at: str
    made_by: str
    log: LogChain
    entries: list[Entry]
    left_out: list[str]
