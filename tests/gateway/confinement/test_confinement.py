"""Work in processes of its own: it ends at its limits, and what it loads the server does not."""

import asyncio
import subprocess
import sys

import msgspec
import pytest

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, ProcessFailed
from gateway.images.job import CleanImage, Upload
from lessonroom.codes import ErrorCode, Refused
from tests.gateway.rest.images import bomb, encoded

MIB = 1024 * 1024
LIMITS = ProcessLimits(memory_bytes=768 * MIB, cpu_s=20, wall_s=60)
MODULE = "gateway.images.reencode"
PNG = Upload(encoded("PNG"), 1_000_000)


async def clean(
    upload: Upload, *, limits: ProcessLimits = LIMITS, confinement: Confinement | None = None
) -> CleanImage:
    confinement = confinement or Confinement()
    return await confinement.run(MODULE, upload, result_type=CleanImage, limits=limits)


def limits(**changed: float) -> ProcessLimits:
    return msgspec.structs.replace(LIMITS, **changed)


async def test_a_result_comes_back() -> None:
    assert (await clean(PNG)).media_type == "image/png"


async def test_what_is_not_possible_is_declined_with_a_reason() -> None:
    with pytest.raises(Declined, match="at most 47 pixels; this one is 8 by 6"):
        await clean(Upload(PNG.content, 47))


@pytest.mark.counted
async def test_memory_is_limited() -> None:
    """[T21] An image that is allowed its pixels, but not the room that they take."""
    large = Upload(bomb(9_000, 9_000), 100_000_000)
    with pytest.raises((Declined, ProcessFailed)):
        await clean(large, limits=limits(memory_bytes=200 * MIB))


@pytest.mark.counted
async def test_processor_time_is_limited() -> None:
    """[T21] The system ends it, whatever the decoder is doing."""
    large = Upload(bomb(16_000, 16_000), 1_000_000_000)
    with pytest.raises(ProcessFailed, match="ended with -"):
        await clean(large, limits=limits(cpu_s=1, memory_bytes=4096 * MIB))


async def test_time_is_limited() -> None:
    with pytest.raises(ProcessFailed, match=r"longer than 0\.0 s"):
        await clean(PNG, limits=limits(wall_s=0.0))


async def test_past_the_queue_others_are_told_to_come_back() -> None:
    """[P17] And once there is room again, they are served."""
    confinement = Confinement(at_once=1, waiting=0)
    first = asyncio.create_task(clean(PNG, confinement=confinement))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await clean(PNG, confinement=confinement)
    assert refused.value.code is ErrorCode.UNAVAILABLE
    assert refused.value.retry_after_ms
    await first
    await clean(PNG, confinement=confinement)


def test_the_server_loads_no_decoder_and_no_renderer() -> None:
    """[SECURITY Image] What reads strangers' bytes is loaded in confined processes alone."""
    code = (
        "import sys, gateway.rest.app\n"
        "print([name for name in ('PIL', 'reportlab', 'resvg_py') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
