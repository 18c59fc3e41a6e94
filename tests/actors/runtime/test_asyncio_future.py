"""Asking an actor on the event loop, from there and from threads, and what a future does."""

import asyncio
import gc
import threading
from collections.abc import Generator
from typing import Any

import pykka
import pytest

from actors.runtime.asyncio_actor import AsyncioFuture
from tests.actors.runtime.recorder import Recorder, drained, in_thread, raiser, stop


async def test_two_actors_can_ask_each_other() -> None:
    """Each asks the other within a handler, hands the future on, and neither blocks."""
    left, right = Recorder.start(), Recorder.start()

    def ask_right(_: Recorder) -> pykka.Future[Any]:
        return right.ask(lambda _: left.ask("ping", block=False), block=False)

    from_right = await left.ask(ask_right, block=False)
    from_left = await from_right
    assert await asyncio.wait_for(from_left, 5) == "ping"
    await stop(left, right)


async def test_a_blocking_ask_on_the_loop_is_refused_settled_or_not() -> None:
    """get() on the loop's thread raises RuntimeError instead of a dead lock."""
    ref = Recorder.start()
    with pytest.raises(RuntimeError, match="would block the event loop"):
        ref.ask("hello")
    future = ref.ask("hello", block=False)
    assert await future == "hello"
    with pytest.raises(RuntimeError, match="would block the event loop"):
        future.get(timeout=0)
    await stop(ref)


async def test_a_thread_can_ask_tell_and_stop() -> None:
    """From another thread get() blocks for the reply, or until its timeout."""
    ref = Recorder.start()
    assert await in_thread(lambda: ref.ask("hello", timeout=5)) == "hello"
    assert await in_thread(lambda: ref.proxy().paint("blue").map(str.upper).get()) == "PAINTED BLUE"
    with pytest.raises(pykka.Timeout):
        await in_thread(lambda: AsyncioFuture[None]().get(timeout=0.01))
    with pytest.raises(ValueError, match="no"):
        await in_thread(lambda: ref.ask(raiser(ValueError("no")), timeout=5))
    assert await in_thread(lambda: ref.stop(timeout=5)) is True


async def test_messages_from_threads_arrive_in_each_threads_order() -> None:
    """put is safe from any thread: none lost, none doubled, FIFO for each sender."""
    journal: list[Any] = []
    ref = Recorder.start(journal)

    def send(sender: str) -> None:
        for number in range(500):
            ref.tell((sender, number))

    await asyncio.gather(
        *(asyncio.to_thread(send, sender) for sender in ("ann", "bob", "cy", "dee"))
    )
    await stop(ref)
    for sender in ("ann", "bob", "cy", "dee"):
        sent = [entry[1] for entry in journal if isinstance(entry, tuple) and entry[0] == sender]
        assert sent == list(range(500))


async def test_an_ask_that_arrives_after_the_stop_is_answered() -> None:
    """A message already on its way from a thread does not leave its asker waiting."""
    ref = Recorder.start()
    inbox, (before, after) = ref.actor_inbox, (AsyncioFuture[Any](), AsyncioFuture[Any]())
    stopped = ref.stop(block=False)
    thread = threading.Thread(target=lambda: inbox.put(pykka._envelope.Envelope("x", before)))
    thread.start()
    thread.join()  # the put is now scheduled behind the drain that stops the actor
    assert await stopped is True
    inbox.put(pykka._envelope.Envelope("x", after))
    for future in (before, after):
        with pytest.raises(pykka.ActorDeadError):
            await asyncio.wait_for(future, 5)


def test_after_its_loop_is_closed_an_actor_counts_as_dead() -> None:
    """A tell raises ActorDeadError, an ask is answered with it: on any thread."""

    async def leave_one_behind() -> pykka.ActorRef[Recorder]:
        return Recorder.start()

    ref = asyncio.run(leave_one_behind())
    outcomes: list[BaseException] = []

    def send() -> None:
        for call in (lambda: ref.tell("late"), lambda: ref.ask("late", timeout=5)):
            try:
                call()
            except pykka.ActorDeadError as error:
                outcomes.append(error)

    send()
    thread = threading.Thread(target=send)
    thread.start()
    thread.join()
    pykka.ActorRegistry.unregister(ref)
    assert len(outcomes) == 4


async def test_a_cancelled_asker_disturbs_neither_the_actor_nor_others() -> None:
    """The reply to nobody is dropped; another task that awaits the same future has it."""
    ref = Recorder.start()
    future = AsyncioFuture[str]()

    async def wait() -> str:
        return await future

    impatient, patient = asyncio.create_task(wait()), asyncio.create_task(wait())
    await drained()
    impatient.cancel()
    await drained()
    assert len(future._wakers) == 1
    ref.tell(lambda _: future.set("reply"))
    assert await patient == "reply"
    assert impatient.cancelled()
    assert await ref.ask("alive", block=False) == "alive"
    await stop(ref)


async def test_an_asker_that_settles_its_own_future_hurts_nobody() -> None:
    """The flush of that batch is not lost, nor are the answers of a stopped actor."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    ref.ask("first", block=False).set("mine")
    await drained()
    assert journal == ["on_start", "first", "after_batch"]
    stopped = ref.stop(block=False)
    ref.ask("late", block=False).set("mine")
    late = ref.ask("late", block=False)
    assert await stopped is True
    with pytest.raises(pykka.ActorDeadError):
        await asyncio.wait_for(late, 5)


async def test_a_proxy_works_without_blocking() -> None:
    """Calls, fields and deferred calls of a proxy are awaitable."""
    ref = Recorder.start()
    proxy = ref.proxy()
    assert await proxy.paint("blue") == "painted blue"
    assert await proxy.colour == "blue"
    proxy.paint.defer("green")
    assert await proxy.colour == "green"
    await stop(ref)


# --- futures


async def test_a_future_is_settled_once() -> None:
    """A second set, set_exception or set_get_hook raises InvalidStateError."""
    future = AsyncioFuture[int]()
    future.set(1)
    with pytest.raises(asyncio.InvalidStateError):
        future.set(2)
    with pytest.raises(asyncio.InvalidStateError):
        future.set_exception((ValueError, ValueError(), None))
    with pytest.raises(asyncio.InvalidStateError):
        future.set_get_hook(lambda _: 3)
    assert await future == 1
    assert await future == 1


async def test_set_exception_takes_pykkas_forms() -> None:
    """The handled exception by default, a bare type, and a clear error for neither."""
    handled, bare = AsyncioFuture[int](), AsyncioFuture[int]()
    try:
        int("handled")
    except ValueError:
        handled.set_exception()
    bare.set_exception((LookupError, None, None))
    with pytest.raises(ValueError, match="handled"):
        await handled
    with pytest.raises(LookupError):
        await bare
    with pytest.raises(ValueError, match="needs exc_info"):
        AsyncioFuture[int]().set_exception()


async def test_map_join_and_reduce_can_be_awaited_before_their_sources_are_set() -> None:
    """pykka's derived futures wait for each source and call the function once."""
    first, second = AsyncioFuture[int](), AsyncioFuture[int]()
    calls: list[int] = []

    def double(value: int) -> int:
        calls.append(value)
        return value * 2

    doubled = first.map(double)
    total = doubled.join(second).reduce(lambda left, right: left + right)
    task = asyncio.ensure_future(asyncio.wait_for(total, 5))
    await drained()
    first.set(20)
    await drained()
    assert not task.done()
    second.set(2)
    assert await task == 42
    assert await total == 42
    assert calls == [20]


async def test_a_future_can_be_awaited_on_another_threads_loop() -> None:
    """The value crosses from one loop to the other; debug mode refuses an unsafe crossing."""
    future, here = AsyncioFuture[str](), asyncio.get_running_loop()

    async def wait() -> str:
        # Runs when this task waits, so that the value comes from the other thread for certain.
        asyncio.get_running_loop().call_soon(here.call_soon_threadsafe, future.set, "hello")
        async with asyncio.timeout(5):
            return await future

    assert await in_thread(lambda: asyncio.run(wait(), debug=True)) == "hello"


def test_a_waiter_whose_loop_is_closed_is_passed_over() -> None:
    """Settling the future from another thread wakes the others all the same."""
    future, outcomes = AsyncioFuture[str](), list[str]()

    async def begin() -> Generator[Any, None, str]:
        waiting = future.__await__()
        next(waiting)
        return waiting

    waiting = asyncio.run(begin())

    def settle() -> None:
        future.set("reply")
        outcomes.append(future.get(timeout=5))

    thread = threading.Thread(target=settle)
    thread.start()
    thread.join()
    waiting.close()
    assert outcomes == ["reply"]


async def test_an_exception_nobody_awaits_makes_no_noise(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """asyncio reports no 'exception was never retrieved'."""
    contexts: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
    ref = Recorder.start()
    _ = ref.ask(raiser(ValueError("unread")), block=False)
    await stop(ref)
    gc.collect()
    assert contexts == []
    assert [record for record in caplog.records if record.name == "asyncio"] == []
