"""Saving the takes of a session as files, and what lies where on the lesson's time."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from cli.command_errors import CommandRefused
from cli.recordings.listed import WORDS, Asking, TakeLine, sealed

INDEX: Final = "index.json"
_OWN_FILE: Final = 0o600
_OWN_FOLDER: Final = 0o700
_NAME_CHARS: Final = 40
_UNSAFE: Final = re.compile(r"[^\w]+")
_ENDINGS: Final = {"audio/webm": "webm", "video/webm": "webm"}


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and where it lies in the lesson: `offset_ms` behind the beginning of the first one.

    File time is the lesson's time: files that are laid at their offsets are in step.
    """

    file: str
    take_id: str
    recording_id: str
    user_id: int
    name: str
    kind: str
    media_type: str
    start_at: datetime
    offset_ms: int
    duration_ms: int
    gaps: Sequence[tuple[int, int]]
    size_bytes: int
    sha256: str


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a session, in the order in which they begin."""

    session_id: str
    begins_at: datetime | None
    files: Sequence[Exported]


def export(
    operator: Asking,
    session_id: str,
    takes: Sequence[TakeLine],
    names: dict[int, str],
    folder: Path,
) -> Iterator[Exported]:
    """Save each take, yield it, and at last an index of them all; nobody else may read any.

    Raises:
        CommandRefused: the folder holds an export already, or cannot be written.

    """
    try:
        folder.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
        if (folder / INDEX).exists():
            raise CommandRefused(f"{folder} holds an export already")
        kept = [take for take in (sealed(operator, take) for take in takes) if take.start_at]
        kept.sort(key=lambda take: (_begin(take), take.take_id))
        begins_at = _begin(kept[0]) if kept else None
        files: list[Exported] = []
        for n, take in enumerate(kept, 1):
            name = names.get(take.user_id, str(take.user_id))
            file = file_name(n, name, take)
            with _written(folder / file) as target:
                operator.save_answer(f"takes/{take.take_id}/media?download=true", target)
            files.append(_exported(folder, file, take, name, begins_at or _begin(take)))
            yield files[-1]
        index = Index(session_id=session_id, begins_at=begins_at, files=files)
        with _written(folder / INDEX) as target:
            target.write(msgspec.json.format(msgspec.json.encode(index)) + b"\n")
    except OSError as error:
        raise CommandRefused(f"{folder} cannot be written: {error.strerror}") from None


def file_name(number: int, name: str, take: TakeLine) -> str:
    """Return what a file is called: a number, whose it is and what, of letters, digits and `-`."""
    safe = _UNSAFE.sub("-", name).strip("-_")[:_NAME_CHARS] or str(take.user_id)
    ending = _ENDINGS.get(take.media_type.partition(";")[0], "bin")
    return f"{number:02}-{safe}-{WORDS.get(take.kind, 'take')}.{ending}"


def _begin(take: TakeLine) -> datetime:
    assert take.start_at is not None, "others are not exported"  # noqa: S101
    return take.start_at


def _exported(folder: Path, file: str, take: TakeLine, name: str, begins_at: datetime) -> Exported:
    with (folder / file).open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    return Exported(
        file=file,
        take_id=take.take_id,
        recording_id=take.recording_id,
        user_id=take.user_id,
        name=name,
        kind=take.kind,
        media_type=take.media_type,
        start_at=_begin(take),
        offset_ms=round((_begin(take) - begins_at).total_seconds() * 1000),
        duration_ms=take.duration_ms,
        gaps=take.gaps,
        size_bytes=(folder / file).stat().st_size,
        sha256=digest.hexdigest(),
    )


def _written(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_FILE), "wb")
