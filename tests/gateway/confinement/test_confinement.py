"""Work in processes of its own: it ends at its limits, and what it loads the server does not.

Tests also: gateway/confinement/confined.py, gateway/confinement/processes.py.
"""

import asyncio
import contextlib
import errno
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from gateway.confinement import confined, processes
from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, Outcome, Places, Work
from gateway.confinement.owner_queues import Owner, Share
from gateway.confinement.processes import ProcessFailed
from gateway.documents.job import Rasterize, Read, Reading
from gateway.images.job import CleanImage, Upload
from lessonroom.codes import ErrorCode, Refused
from tests.gateway.documents.pdfs import RED_BOX, crowd, pdf, written_by_hand
from tests.gateway.rest.images import bomb, encoded

MIB = 1024 * 1024
LIMITS = ProcessLimits(memory_bytes=768 * MIB, cpu_s=20, wall_s=60)
MODULE = "gateway.images.reencode"
PNG = Upload(encoded("PNG"), 1_000_000)
SLOW = Upload(bomb(5_000, 5_000), 25_000_000)
ANN, BEN = Owner("ann", "algebra"), Owner("ben", "biology")


async def clean(
    upload: Upload,
    *,
    limits: ProcessLimits = LIMITS,
    confinement: Confinement | None = None,
    work: Work = Work.IMAGE,
    owner: Owner = ANN,
) -> CleanImage:
    confinement = confinement or Confinement()
    return await confinement.run(
        work, MODULE, upload, owner=owner, result_type=CleanImage, limits=limits
    )


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
    large = Upload(bomb(14_000, 14_000), 200_000_000)
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


MISSING = "gateway.nowhere.at_all"


async def begun(module: str = MODULE) -> object:
    return await Confinement().run(
        Work.IMAGE, module, PNG, owner=ANN, result_type=CleanImage, limits=LIMITS
    )


async def begun_by_parts(module: str = MODULE) -> object:
    parts = Confinement().run_through(
        Work.IMAGE, module, PNG, owner=ANN, result_type=CleanImage, limits=LIMITS
    )
    async with contextlib.aclosing(parts):
        return [part async for part in parts]


@pytest.mark.parametrize("begin", [begun, begun_by_parts])
@pytest.mark.parametrize("trouble", ["missing", "too slow", "no descriptors"])
async def test_what_cannot_begin_is_no_fault_of_what_was_sent(
    begin: Callable[..., Awaitable[object]], trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P17] It is to be sent again, and nobody remembers that it could not be done."""
    if trouble == "too slow":
        monkeypatch.setattr(processes, "_BEGINS_WITHIN_S", 0.0)
    if trouble == "no descriptors":

        async def refuse(*_: object, **__: object) -> NoReturn:
            raise OSError(errno.EMFILE, "Too many open files")

        monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    with pytest.raises(Refused, match="cannot begin") as refused:
        await begin(MISSING if trouble == "missing" else MODULE)
    assert refused.value.code is ErrorCode.UNAVAILABLE
    assert refused.value.retry_after_ms


def busy(*, waits_s: float = 60, waiting: int = 0) -> Confinement:
    """Return a confinement with one process for each kind of work."""
    share = Share(at_once=1, waiting=waiting, waiting_per_session=9, waiting_per_person=9)
    return Confinement(dict.fromkeys(Work, share), waits_s=waits_s)


async def until_it_runs(confinement: Confinement, work: Work = Work.IMAGE) -> None:
    # A place is taken within a few turns of the loop; the process takes much longer.
    while not confinement.running(work):  # noqa: ASYNC110
        await asyncio.sleep(0)


async def test_past_the_queue_others_are_told_to_come_back() -> None:
    """[P17] And once there is room again, they are served."""
    confinement = busy()
    first = asyncio.create_task(clean(PNG, confinement=confinement))
    await until_it_runs(confinement)
    # No place to wait: only who can begin at once may come.
    with pytest.raises(Refused) as refused:
        await clean(PNG, confinement=confinement)
    assert refused.value.code is ErrorCode.UNAVAILABLE
    assert refused.value.retry_after_ms
    await first
    await clean(PNG, confinement=confinement)
    assert confinement.ended(Work.IMAGE, Outcome.DONE) == 2
    assert confinement.ended(Work.IMAGE, Outcome.REFUSED) == 1


async def test_exports_do_not_stop_uploads() -> None:
    """[P16] Whatever is drawn, and for however long: uploads have processes of their own."""
    confinement = busy(waiting=5)
    drawing = [
        asyncio.create_task(clean(SLOW, confinement=confinement, work=Work.EXPORT))
        for _ in range(3)
    ]
    await until_it_runs(confinement, Work.EXPORT)
    assert (await clean(PNG, confinement=confinement)).media_type == "image/png"
    assert confinement.running(Work.EXPORT) == 1
    assert confinement.waiting(Work.EXPORT) == 2
    for task in drawing:
        task.cancel()
    await asyncio.wait(drawing)
    assert confinement.running(Work.EXPORT) == confinement.waiting(Work.EXPORT) == 0
    assert confinement.ended(Work.EXPORT, Outcome.ABANDONED) == 3


async def test_work_that_nobody_waits_for_is_ended_and_gives_its_place_back() -> None:
    """[P16] The process, not only the wait for it."""
    confinement = busy(waiting=1)
    slow = asyncio.create_task(clean(SLOW, confinement=confinement))
    await until_it_runs(confinement)
    next_one = asyncio.create_task(clean(PNG, confinement=confinement, owner=BEN))
    await asyncio.sleep(0)
    slow.cancel()
    await asyncio.wait([slow])
    assert slow.cancelled()
    assert (await next_one).media_type == "image/png"


async def test_waiting_has_an_end() -> None:
    """[P17] Whoever has waited for long is told to come again."""
    confinement = busy(waits_s=0.0, waiting=3)
    slow = asyncio.create_task(clean(SLOW, confinement=confinement))
    await until_it_runs(confinement)
    with pytest.raises(Refused, match="busy"):
        await clean(PNG, confinement=confinement, owner=BEN)
    assert confinement.waiting(Work.IMAGE) == 0
    slow.cancel()
    await asyncio.wait([slow])


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


READS = "gateway.documents.rasterize"


async def pages_of(content: bytes, tmp_path: Path, *numbers: int, **changed: float) -> list[str]:
    """Return what came of some pages, up to where the process ended."""
    path = tmp_path / "one.pdf"
    path.write_bytes(content)
    came: list[str] = []
    reading = Confinement().run_through(
        Work.DOCUMENT,
        READS,
        Reading(Rasterize(str(path), list(numbers))),
        owner=ANN,
        result_type=Read,
        limits=limits(**{"memory_bytes": 1536 * MIB, **changed}),
        places=Places(reads=[str(path)]),
    )
    try:
        async with contextlib.aclosing(reading):
            async for read in reading:
                came += [type(read.result).__name__]
    except (Declined, ProcessFailed) as ended:
        came.append(type(ended).__name__)
    return came


async def test_results_come_one_after_the_other(tmp_path: Path) -> None:
    """Each is whole, however many bytes it has."""
    assert await pages_of(pdf(3), tmp_path, 1, 3, 2) == ["Sheet"] * 3


async def test_what_came_before_a_process_ended_came_whole(tmp_path: Path) -> None:
    """[T21] The one that took too much is behind it."""
    content = written_by_hand(RED_BOX, crowd(250_000), RED_BOX)
    assert await pages_of(content, tmp_path, 1, 2, 3, cpu_s=3) == ["Sheet", "ProcessFailed"]


async def test_no_result_at_all_is_a_result(tmp_path: Path) -> None:
    """And what is declined is, before any."""
    assert await pages_of(pdf(1), tmp_path) == []
    assert await pages_of(b"hello", tmp_path, 1) == ["Declined"]


async def test_who_takes_no_more_results_ends_the_process(tmp_path: Path) -> None:
    """[P18] It gives its place back."""
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf(40))
    confinement = busy()
    reading = confinement.run_through(
        Work.DOCUMENT,
        READS,
        Reading(Rasterize(str(path), list(range(1, 41)))),
        owner=ANN,
        result_type=Read,
        limits=limits(memory_bytes=1536 * MIB),
        places=Places(reads=[str(path)]),
    )
    async with contextlib.aclosing(reading):
        async for _ in reading:
            assert confinement.running(Work.DOCUMENT) == 1
            break
    assert confinement.running(Work.DOCUMENT) == 0
    assert confinement.ended(Work.DOCUMENT, Outcome.ABANDONED) == 1


def test_a_process_of_one_file_is_told_where_it_unpacked_itself_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[T21] Otherwise the environment is empty, and what it may read is the program's."""
    monkeypatch.setenv("_PYI_APPLICATION_HOME_DIR", str(tmp_path))
    monkeypatch.setenv("LESSONROOM_AUTH__SECRET", "of the server")
    assert processes._environment() == {}
    assert tmp_path not in set(confined._places_of_the_program())
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert processes._environment() == {
        "_PYI_APPLICATION_HOME_DIR": str(tmp_path),
        "LD_LIBRARY_PATH": str(tmp_path),
    }
    assert {tmp_path, Path(sys.executable)} <= set(confined._places_of_the_program())
