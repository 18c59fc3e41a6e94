"""What the process that seals takes is asked, and what it answers. No reader is loaded here."""

import msgspec

SEALED_NAME = "sealed.webm"
"""What the file is called, in the directory that is lent."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A take is to be rewritten onto room time: so many of its chunks, those acknowledged.

    `kept` are the parts of room time, in ms, of which the file may hold something: ascending and
    apart from each other; an end of None is open. `directory` is for the result alone.
    """

    path: str
    chunks: int
    directory: str
    kept: list[tuple[int, int | None]]


class Cluster(msgspec.Struct, frozen=True, array_like=True):
    """A part of a file of pictures that can be shown with the header alone before it.

    `ms` is file time; `offset` and `length` are bytes of the file. The header is what stands before
    the first.
    """

    ms: int
    offset: int
    length: int


class SealedTake(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a take: the index of its file.

    Times are room time in ms: file time + `start_at` = room time. `gaps` are parts of the lesson,
    between its beginning and its end, of which it holds nothing: lost, or not to be kept.
    `inserted_ms` is the silence that stands for sound that was lost, `dropped_ms` the sound that
    was too much.

    `chunks`: of so many it was made. `is_whole`: those are all that were asked for; else their file
    is damaged, or is no take from there on. Where nothing may be kept or nothing came,
    `size_bytes` is 0 and there is no file.
    """

    chunks: int
    is_whole: bool
    media_type: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    start_at: int = 0
    duration_ms: int = 0
    inserted_ms: int = 0
    dropped_ms: int = 0
    gaps: list[tuple[int, int]] = []
    sha256: str = ""
    size_bytes: int = 0
    clusters: list[Cluster] = []
