"""The process that reads a lesson pack, as whoever takes it up asks it."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Final

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Places, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.confinement.refusing import refusal_of
from gateway.packs.job import Drawn, Ended, Survey, Surveyed, TakenUp, TakingUp, Telling, Told
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused

_LIMITS: Final = ProcessLimits(memory_bytes=1536 * 1024 * 1024, cpu_s=600, wall_s=900)
_MODULE: Final = "gateway.packs.taking_up"
_FILE: Final = "body"


async def asked(
    services: Services, commission: Survey | Telling, *, owner: Owner
) -> AsyncGenerator[Surveyed | Told | Drawn | Ended]:
    """Yield what a confined process answers to a question about a pack.

    Raises:
        Refused: `invalid` or `too_large`, with the entry that is at fault, or the body.

    """
    answers = services.confinement.run_through(
        Work.PACK,
        _MODULE,
        TakingUp(commission),
        owner=owner,
        result_type=TakenUp,
        limits=_LIMITS,
        places=Places(reads=[commission.path]),
    )
    try:
        async with contextlib.aclosing(answers):
            async for each in answers:
                yield each.result
    except Declined as declined:
        raise refusal_of(declined, field=_FILE) from None
    except ProcessFailed:
        raise Refused(
            ErrorCode.TOO_LARGE,
            "this pack takes more time or memory than a lesson may",
            field=_FILE,
        ) from None
