"""Looking into a document before its first page: how many it has, what they look like."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.documents.job import (
    MODULE,
    Inspect,
    Inspected,
    Read,
    Reading,
    Sketch,
    Thumbnail,
)
from gateway.documents.spool import Spooled
from lessonroom.codes import ErrorCode, Refused

_MIB: Final = 1024 * 1024
_SKETCH_LIMITS: Final = ProcessLimits(memory_bytes=1024 * _MIB, cpu_s=20, wall_s=8)
"""Somebody waits for it; the time on the wall is for each page."""
_UNREADABLE: Final = "this document cannot be read"


async def inspected(
    content: Spooled, confinement: Confinement, *, owner: Owner, limits: ProcessLimits
) -> Inspected:
    """Return how many pages a PDF has, and what it is called.

    Raises:
        Refused: `invalid`, it is no PDF, asks for a password, or cannot be read.

    """
    read = _read(Inspect(str(content.path)), confinement, owner=owner, limits=limits)
    try:
        async with contextlib.aclosing(read):
            # All of it, though it is one: how the process ended is told behind it.
            (found,) = [each async for each in read]
    except Declined as declined:
        raise refusal_of(declined, field="body") from None
    except (ProcessFailed, ValueError):
        raise Refused(ErrorCode.INVALID, _UNREADABLE, field="body") from None
    assert isinstance(found, Inspected)  # noqa: S101 - the answer to this question
    return found


async def thumbnails(
    content: Spooled, numbers: list[int], confinement: Confinement, *, owner: Owner
) -> dict[int, bytes]:
    """Return some pages of a PDF as small JPEGs, by their numbers, as far as they can be drawn.

    One that takes too long ends the process: those behind it are missing, too.
    """
    sketch = Sketch(str(content.path), numbers)
    read = _read(sketch, confinement, owner=owner, limits=_SKETCH_LIMITS)
    drawn: dict[int, bytes] = {}
    with contextlib.suppress(Declined, ProcessFailed):
        async with contextlib.aclosing(read):
            async for each in read:
                if isinstance(each, Thumbnail):
                    drawn[each.number] = each.content
    return drawn


async def _read(
    commission: Inspect | Sketch, confinement: Confinement, *, owner: Owner, limits: ProcessLimits
) -> AsyncGenerator[object]:
    results = confinement.run_through(
        Work.DOCUMENT,
        MODULE,
        Reading(commission),
        owner=owner,
        result_type=Read,
        limits=limits,
        places=Places(reads=[commission.path]),
    )
    async with contextlib.aclosing(results):
        async for read in results:
            yield read.result


def numbers_of(pages: int, wanted: Sequence[int] | None, *, most: int) -> list[int]:
    """Return the numbers of the pages that come, from 1.

    Args:
        pages: that the document has.
        wanted: those that were asked for, in their order; None for all.
        most: so many at once.

    Raises:
        Refused: `invalid`, it has no such page; `too_large`, they are too many.

    """
    numbers = list(range(1, pages + 1)) if wanted is None else list(wanted)
    beyond = [number for number in numbers if number > pages]
    if beyond:
        raise Refused(
            ErrorCode.INVALID,
            f"this document has {pages} pages; there is no page {beyond[0]}",
            field="query.pages",
        )
    if len(numbers) > most:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"at most {most} pages are imported at once; this would be"
            f" {len(numbers)}: choose some of them",
            field="query.pages",
        )
    return numbers
