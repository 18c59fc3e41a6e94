"""Running work in processes of its own, so that no room waits and no decoder harms the server."""

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import count
from typing import Final, TypeVar

import msgspec
import structlog

from gateway.confinement import landlock
from gateway.confinement.confined import Answer, Declined, Envelope, ProcessLimits
from gateway.confinement.owner_queues import Owner, OwnerQueues, Share
from gateway.confinement.processes import NotBegun, ProcessFailed, output_of, parts_of
from lessonroom.codes import ErrorCode, Refused

_Result = TypeVar("_Result")

_log: Final = structlog.get_logger(__name__)

_LEAST_WAIT_S = 2.0
_LONGEST_WAIT_S = 60.0
_REMEMBERED = 8
"""So many pieces of work make up most of the mean of how long one takes."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where a process may do what, besides reading the program's own files.

    `writes` are directories for it alone; in `sockets` it may make Unix sockets.
    """

    reads: list[str] = []
    writes: list[str] = []
    sockets: list[str] = []


_NOWHERE: Final = Places()


class Work(StrEnum):
    """The kinds of work. Each has processes of its own: none waits for another."""

    DOCUMENT = "document"
    EXPORT = "export"
    FORMULA = "formula"
    IMAGE = "image"
    OFFICE = "office"
    PACK = "pack"
    RECORDING = "recording"


class Outcome(StrEnum):
    """What became of work, as it is counted."""

    DONE = "done"
    DECLINED = "declined"
    FAILED = "failed"
    REFUSED = "refused"
    ABANDONED = "abandoned"


def shares_of(*, exports: int = 2, images: int = 2, documents: int = 1) -> Mapping[Work, Share]:
    """Return what there may be of each kind of work, with so many processes at once."""
    return {
        Work.EXPORT: Share(
            at_once=exports, waiting=24, waiting_per_session=8, waiting_per_person=3
        ),
        # A class pastes its homework.
        Work.IMAGE: Share(
            at_once=images, waiting=60, waiting_per_session=30, waiting_per_person=10
        ),
        # Each takes a third of a second, and somebody looks at what they write.
        Work.FORMULA: Share(at_once=2, waiting=60, waiting_per_session=30, waiting_per_person=2),
        # A minute at the most, and half a gigabyte; it is then a document as others are.
        Work.OFFICE: Share(at_once=1, waiting=12, waiting_per_session=4, waiting_per_person=1),
        # A minute for a long lesson, which nobody is in.
        Work.PACK: Share(at_once=1, waiting=12, waiting_per_session=2, waiting_per_person=2),
        # A second for an hour of voice. At its end a lesson has several; two of one run at once.
        Work.RECORDING: Share(
            at_once=3, waiting=600, waiting_per_session=500, waiting_per_person=500
        ),
        # A document is many pieces of work, one after the other; others have theirs in between.
        Work.DOCUMENT: Share(
            at_once=documents, waiting=24, waiting_per_session=8, waiting_per_person=2
        ),
    }


class Confinement:
    """Starts processes, a few at once; the others wait for their turn, and past that are refused.

    A process serves one request and ends: what one request does to it cannot reach the next. Who
    is next, `OwnerQueues` says. Whoever waits for work may be cancelled at any time: its process
    is ended, or its place in the queue given back.

    Args:
        shares: how much there may be of each kind of work.
        waits_s: how long work waits for its turn at most.

    """

    def __init__(self, shares: Mapping[Work, Share] | None = None, *, waits_s: float = 60) -> None:
        shares = shares or shares_of()
        self._queues = {work: OwnerQueues(shares[work]) for work in Work}
        self._at_once = {work: shares[work].at_once for work in Work}
        self._turns: dict[int, asyncio.Future[None]] = {}
        self._tickets = count()
        self._waits_s = waits_s
        # A guess until the first is done.
        self._mean_s = dict.fromkeys(Work, 1.0)
        self._outcomes: Counter[tuple[Work, Outcome]] = Counter()
        # A service's or a container's filter of calls takes it away without a word.
        if sys.platform == "linux" and not landlock.version():
            _log.warning(
                "no Landlock: what decodes files of strangers could read this server's",
                advice="Linux 5.13 or newer, and a filter of calls that lets landlock_* through",
            )

    def running(self, work: Work) -> int:
        """Return how many processes of a kind there are."""
        return self._queues[work].running

    def waiting(self, work: Work) -> int:
        """Return how much work of a kind waits for one."""
        return self._queues[work].waiting

    def ended(self, work: Work, outcome: Outcome) -> int:
        """Return how much work of a kind came to an end like that."""
        return self._outcomes[work, outcome]

    async def run(
        self,
        work: Work,
        module: str,
        request: msgspec.Struct,
        *,
        owner: Owner,
        result_type: type[_Result],
        limits: ProcessLimits,
        reads: Iterable[str] = (),
    ) -> _Result:
        """Return what `module` makes of a request; it calls `confined.answer_one`.

        `reads` are files of the server's that it may read, besides the program's own.

        Raises:
            Declined: the module says that it is not possible.
            ProcessFailed: it gave no answer within its limits.
            Refused: `unavailable`, with when to come again: too much is waiting already, or no
                process can begin with it.

        """
        envelope = Envelope(msgspec.Raw(msgspec.msgpack.encode(request)), list(reads))
        with self._counted(work):
            async with self._turn(work, owner):
                output = await output_of(module, msgspec.msgpack.encode(envelope), limits)
            return _result(output, result_type)

    async def run_through(
        self,
        work: Work,
        module: str,
        request: msgspec.Struct,
        *,
        owner: Owner,
        result_type: type[_Result],
        limits: ProcessLimits,
        places: Places = _NOWHERE,
    ) -> AsyncGenerator[_Result, None]:
        """Yield each of the results of a request; `module` calls `confined.answer_many`.

        All in one turn, of one process. It goes on while a result is dealt with, and waits where
        the next one is not taken. To be closed (`contextlib.aclosing`): the process ends then.

        Raises:
            Declined: as `run`, after the results before.
            ProcessFailed: as `run`, after the results before.
            Refused: as `run`, before any.

        """
        encoded = msgspec.Raw(msgspec.msgpack.encode(request))
        envelope = Envelope(encoded, places.reads, places.writes, places.sockets)
        with self._counted(work):
            async with self._turn(work, owner):
                parts = parts_of(module, msgspec.msgpack.encode(envelope), limits)
                async with contextlib.aclosing(parts):
                    async for part in parts:
                        yield _result(part, result_type)

    @contextlib.contextmanager
    def _counted(self, work: Work) -> Iterator[None]:
        outcome = Outcome.ABANDONED
        try:
            yield
            outcome = Outcome.DONE
        except Declined:
            outcome = Outcome.DECLINED
            raise
        except ProcessFailed:
            outcome = Outcome.FAILED
            raise
        except NotBegun as error:
            # Nothing is wrong with what was sent: nobody is told that it is, or remembers it.
            outcome = Outcome.FAILED
            raise Refused(
                ErrorCode.UNAVAILABLE,
                "the server cannot begin with this at the moment",
                retry_after_ms=round(_LONGEST_WAIT_S * 1000),
            ) from error
        except Refused:
            outcome = Outcome.REFUSED
            raise
        finally:
            self._outcomes[work, outcome] += 1

    @contextlib.asynccontextmanager
    async def _turn(self, work: Work, owner: Owner) -> AsyncIterator[None]:
        """Wait for a place among the processes of a kind, and give it back."""
        queues = self._queues[work]
        if not queues.has_room_for(owner):
            raise self._busy(work)
        ticket = next(self._tickets)
        turn = self._turns[ticket] = asyncio.get_running_loop().create_future()
        queues.enter(ticket, owner)
        self._start(work)
        try:
            try:
                async with asyncio.timeout(self._waits_s):
                    await turn
            except TimeoutError:
                raise self._busy(work) from None
            began_s = time.monotonic()
            yield
            self._mean_s[work] += (time.monotonic() - began_s - self._mean_s[work]) / _REMEMBERED
        finally:
            del self._turns[ticket]
            queues.leave(ticket)
            self._start(work)

    def _start(self, work: Work) -> None:
        for ticket in self._queues[work].start():
            turn = self._turns[ticket]
            # Cancelled in this very turn of the loop, it gives its place back itself.
            if not turn.done():
                turn.set_result(None)

    def _busy(self, work: Work) -> Refused:
        ahead = self._queues[work].waiting + 1
        wait_s = self._mean_s[work] * ahead / self._at_once[work]
        return Refused(
            ErrorCode.UNAVAILABLE,
            "the server is busy with files",
            retry_after_ms=round(min(max(wait_s, _LEAST_WAIT_S), _LONGEST_WAIT_S) * 1000),
        )


def _result(output: bytes, result_type: type[_Result]) -> _Result:
    answer = msgspec.msgpack.decode(output, type=Answer)
    if answer.declined is not None:
        raise Declined(answer.declined, is_too_much=answer.is_too_much, field=answer.field)
    return msgspec.msgpack.decode(answer.result, type=result_type)
