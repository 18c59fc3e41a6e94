"""Reads that are shared by all who ask while they are under way."""

import asyncio

import msgspec
import pytest

from storage.errors import StorageUnavailable
from storage.sharing import SharedReads


class Found(msgspec.Struct, weakref=True):
    """What was read: the how manieth it was."""

    number: int


class Work:
    """Reads that a test lets go on; counts how many were begun and how many were cancelled."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.is_open = asyncio.Event()
        self.fault: Exception | None = None

    async def __call__(self) -> Found:
        self.begun += 1
        try:
            await self.is_open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fault is not None:
            raise self.fault
        return Found(self.begun)


@pytest.fixture
def work() -> Work:
    return Work()


async def asked(reads: SharedReads[Found], work: Work, key: str = "2") -> asyncio.Task[Found]:
    task = asyncio.create_task(reads.read(key, work))
    # It is asked, begins a task of its own, and that one begins.
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_all_who_ask_meanwhile_have_the_same_one(work: Work) -> None:
    """[P16] Of one version; another one is another read, as is the same once nobody holds it."""
    reads = SharedReads[Found]()
    tasks = [await asked(reads, work) for _ in range(30)]
    assert work.begun == 1
    other = await asked(reads, work, "3")
    assert work.begun == 2
    work.is_open.set()
    found = await asyncio.gather(*tasks, other)
    assert len({id(each) for each in found}) == 2
    is_the_same = await reads.read("2", work) is found[0]
    assert is_the_same, "for as long as somebody holds it"
    del found, tasks
    await asyncio.sleep(0)
    assert (await reads.read("2", work)).number == 3
    assert not reads._under_way


async def test_who_gives_up_takes_it_from_nobody_else(work: Work) -> None:
    """[P24] And the last one to give up ends it: nobody is there to read it."""
    reads = SharedReads[Found]()
    leaver, stayer = await asked(reads, work), await asked(reads, work)
    leaver.cancel()
    await asyncio.wait([leaver])
    assert not stayer.done()
    stayer.cancel()
    await asyncio.wait([stayer])
    await asyncio.sleep(0)
    assert work.cancelled == 1, "once, by the last one"
    assert not reads._under_way
    later = await asked(reads, work)
    work.is_open.set()
    assert (await later).number == 2


async def test_a_fault_is_everyones_who_waits_and_nobody_elses(work: Work) -> None:
    """[P20] Who comes later tries again."""
    reads = SharedReads[Found]()
    work.fault = StorageUnavailable("the disk is away")
    tasks = [await asked(reads, work) for _ in range(3)]
    work.is_open.set()
    for task in tasks:
        with pytest.raises(StorageUnavailable):
            await task
    work.fault = None
    assert (await reads.read("2", work)).number == 2
