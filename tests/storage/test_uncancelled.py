"""A write goes on though nobody waits for it, and its outcome reaches who does."""

import asyncio
import gc
from typing import Any

import pytest

from storage.store import Store
from storage.uncancelled import uncancelled
from tests.storage.lessons import Lesson


class _Work:
    """Something that is done when the test says so."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.error: BaseException | None = None

    async def run(self) -> str:
        await self.gate.wait()
        self.done.append("written")
        if self.error is not None:
            raise self.error
        return "written"


async def test_what_becomes_of_it_is_told() -> None:
    """A result and an error, whoever asked."""
    work = _Work()
    work.gate.set()
    assert await uncancelled(work.run()) == "written"
    work.error = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        await uncancelled(work.run())
    work.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await uncancelled(work.run())


@pytest.mark.parametrize("error", [None, ValueError("nobody asks")])
async def test_it_goes_on_where_the_caller_is_cancelled(error: Exception | None) -> None:
    """Nothing is left half done, and an error that nobody waits for is no fault of the loop."""
    told: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    work = _Work()
    work.error = error
    caller = loop.create_task(uncancelled(work.run()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert work.done == []
    work.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert work.done == ["written"]
    gc.collect()
    assert told == []


@pytest.mark.parametrize("strokes", [2, 50])
@pytest.mark.parametrize("turns", [1, 2, 3, 4])
async def test_a_cancelled_commit_is_carried_through(
    store: Store, lesson: Lesson, turns: int, strokes: int
) -> None:
    """[P1] Cancelling the caller, at whatever moment, leaves no half of a transaction behind."""
    await store.commit([lesson.strokes(1)])  # From now on its session is known.
    committing = asyncio.ensure_future(store.commit([lesson.strokes(strokes)]))
    for _ in range(turns):
        await asyncio.sleep(0)
    committing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await committing
    await store.commit([lesson.strokes(1)])
    # Reading finds a hole where they should be.
    assert len(await store.events("algebra")) == 3 + strokes
