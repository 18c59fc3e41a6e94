"""The inside of a process that does one risky or heavy piece of work, and ends.

The other side is `gateway.confinement.confinement`. What people sent is read only once the limits
hold: a decoder that is taken over cannot take the server's memory or time with it, and where the
kernel has Landlock it can open no file but those of the program, and no connection. Elsewhere it
can read what the server's user can.
"""

import os
import resource
import sys
import sysconfig
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from gateway.confinement.landlock import restrict_to_reading

Request = TypeVar("Request", bound=msgspec.Struct)

BEGUN: Final = b"\x01"
"""The first byte of what a process writes: its limits hold, and it takes up the request. What ends
it before that is no fault of what people sent."""
LENGTH_BYTES: Final = 4
"""Before each of many answers stands how long it is, in so many bytes, the highest first."""
_LIBRARIES: Final = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"),
    *("/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/etc/localtime"),
)


class ProcessLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one process may use. It is the first argument of its command line, as JSON."""

    memory_bytes: int
    cpu_s: int
    wall_s: float
    """Of each answer, where there are many; from when it takes up the request."""
    file_bytes: int = 0
    """Of a file that it writes, where it may."""
    open_files: int = 64


class Envelope(msgspec.Struct, frozen=True):
    """What stands on stdin: the request, and the files of the server's that the work may read.

    `writes` are directories for it alone; in `sockets` it may make Unix sockets. Ours alone, so it
    is opened before the limits hold; the request is not.
    """

    request: msgspec.Raw
    reads: list[str] = []
    writes: list[str] = []
    sockets: list[str] = []


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the process came to: the encoded result, or why there is none."""

    result: msgspec.Raw = msgspec.Raw(b"\xc0")
    declined: str | None = None
    is_too_much: bool = False
    field: str | None = None


class Declined(Exception):  # noqa: N818 - says what happened
    """What was asked is not possible; the message is for the person who asked.

    `is_too_much`: not for what it is, but for how much of it there is. `field`: where in what was
    sent, if it is about a part of that.
    """

    def __init__(
        self, message: str, *, is_too_much: bool = False, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.is_too_much = is_too_much
        self.field = field


def answer_one(request_type: type[Request], work: Callable[[Request], object]) -> None:
    """Answer the one request that stands on stdin, and end.

    Args:
        request_type: what to decode it to.
        work: makes a MessagePack-encodable result of it, or raises `Declined`.

    """
    request = _confined_request(request_type)
    answer = _answer_of(partial(work, request))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


def answer_many(request_type: type[Request], work: Callable[[Request], Iterator[object]]) -> None:
    """Answer the one request that stands on stdin with one result after the other, and end.

    Each is written as soon as it is there. `Declined` ends them.
    """
    results = work(_confined_request(request_type))
    while (answer := _answer_of(partial(next, results, None))) != Answer():
        encoded = msgspec.msgpack.encode(answer)
        sys.stdout.buffer.write(len(encoded).to_bytes(LENGTH_BYTES) + encoded)
        sys.stdout.buffer.flush()
        if answer.declined is not None:
            return


def _confined_request(request_type: type[Request]) -> Request:
    """Return the request on stdin, decoded once the limits hold."""
    envelope = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Envelope)
    _confine(msgspec.json.decode(sys.argv[1], type=ProcessLimits), envelope)
    sys.stdout.buffer.write(BEGUN)
    sys.stdout.buffer.flush()
    return msgspec.msgpack.decode(envelope.request, type=request_type)


def _answer_of(work: Callable[[], object]) -> "Answer":
    try:
        return Answer(result=msgspec.Raw(msgspec.msgpack.encode(work())))
    except Declined as declined:
        return Answer(
            declined=str(declined), is_too_much=declined.is_too_much, field=declined.field
        )
    except MemoryError:
        return Answer(declined="this takes too much memory", is_too_much=True)


def _confine(limits: ProcessLimits, envelope: Envelope) -> None:
    restrict_to_reading(
        [*_places_of_the_program(), *map(Path, envelope.reads)],
        writes=map(Path, envelope.writes),
        sockets=map(Path, envelope.sockets),
    )
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_NOFILE, limits.open_files),
        # As a rule nothing is written but the answer; a core file would hold what people sent.
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # The rooms come first.
    os.nice(5)


def _places_of_the_program() -> Iterator[Path]:
    """Yield where code is loaded from, while the work is done: never where the server keeps things.

    Of a checkout these are packages and not the directory around them, in which the data may be.
    """
    for kind in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield Path(sysconfig.get_path(kind))
    yield Path(sys.base_prefix) / "lib"
    for package in ("gateway", "lessonroom"):
        yield Path(__file__).parents[2] / package
    yield from map(Path, _LIBRARIES)
    if (unpacked := getattr(sys, "_MEIPASS", None)) is not None:
        # One file: its code stays in it, its libraries are where it unpacked itself.
        yield Path(sys.executable)
        yield Path(unpacked)
