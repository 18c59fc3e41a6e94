"""pykka's actors on the event loop: start and stop, order, failures.

Tests also: actors/runtime/asyncio_inbox.py.
"""

import asyncio
import gc
import threading
import weakref
from typing import Any

import pykka
import pytest
from structlog.testing import capture_logs

from actors.runtime.asyncio_actor import AsyncioInbox
from tests.actors.runtime.recorder import Recorder, drained, raiser, stop

logs_errors = pytest.mark.logs_errors


async def test_an_actor_is_registered_from_start_to_stop() -> None:
    """start() registers, stop() unregisters and tells whether the actor was alive."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    assert journal == ["on_start"]
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is ref
    assert await ref.stop(block=False) is True
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is None
    assert not ref.is_alive()
    assert journal == ["on_start", "after_batch", "on_stop"]
    assert await ref.stop(block=False) is False


def test_start_without_a_running_loop_is_refused_before_anything_is_made() -> None:
    """start() outside of a running loop raises RuntimeError and registers nothing."""
    journal: list[Any] = []
    with pytest.raises(RuntimeError, match=r"Recorder\.start\(\) needs a running event loop"):
        Recorder.start(journal)
    assert journal == []
    assert pykka.ActorRegistry.get_by_class(Recorder) == []


def test_an_actor_that_was_never_started_is_a_plain_object() -> None:
    """Its inbox collects what was sent, for a test to read."""
    actor = Recorder()
    actor.actor_ref.tell("one")
    actor.actor_ref.tell("two")
    assert isinstance(actor.actor_inbox, AsyncioInbox)
    assert [actor.actor_inbox.get().message for _ in range(2)] == ["one", "two"]
    assert actor.actor_inbox.empty()


async def test_what_is_sent_before_and_during_on_start_is_handled_first() -> None:
    """A message from __init__ and one from on_start come before the starter's."""

    class Eager(Recorder):
        def __init__(self) -> None:
            super().__init__()
            self.actor_ref.tell("from __init__")

        def on_start(self) -> None:
            self.actor_ref.tell("from on_start")

    ref = Eager.start()
    ref.tell("from outside")
    journal = await ref.ask(lambda actor: actor.journal[:], block=False)
    assert journal == ["from __init__", "from on_start", "from outside"]
    await stop(ref)


async def test_tell_after_stop_raises_and_ask_answers_actor_dead() -> None:
    """A stopped actor refuses a tell at once and an ask in its future."""
    ref = Recorder.start()
    await stop(ref)
    with pytest.raises(pykka.ActorDeadError):
        ref.tell("late")
    with pytest.raises(pykka.ActorDeadError):
        await ref.ask("late", block=False)


async def test_a_stop_in_the_middle_of_a_batch_leaves_the_rest_unhandled() -> None:
    """What came before is handled; later asks get ActorDeadError; on_stop runs once."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    ref.tell("before")
    first, second = ref.stop(block=False), ref.stop(block=False)
    ref.tell("after")
    late = ref.ask("after", block=False)
    assert await first is True
    assert await second is True
    with pytest.raises(pykka.ActorDeadError):
        await late
    assert journal == ["on_start", "before", "after_batch", "on_stop"]


async def test_an_actor_can_stop_itself_in_a_handler() -> None:
    """Actor.stop() in a handler ends the actor after the messages before it."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    ref.tell(lambda actor: actor.stop())
    ref.tell("sent before the stop")
    await drained()
    assert not ref.is_alive()
    assert journal == ["on_start", "sent before the stop", "after_batch", "on_stop"]


async def test_stop_all_without_blocking_stops_every_actor() -> None:
    """ActorRegistry.stop_all(block=False) gives futures that can be awaited."""
    refs = [Recorder.start() for _ in range(3)]
    assert [await future for future in pykka.ActorRegistry.stop_all(block=False)] == [True] * 3
    assert not any(ref.is_alive() for ref in refs)


async def test_a_stopped_actor_is_freed_though_its_ref_is_kept() -> None:
    """A ref in somebody's table does not hold a dead room's memory."""
    ref = Recorder.start()
    actor = weakref.ref(ref._actor_weakref())
    await stop(ref)
    gc.collect()
    assert actor() is None


async def test_ten_thousand_actors_leave_nothing_behind() -> None:
    """[P24] After 10,000 starts and stops the registry, tasks and threads are as before."""
    registered = len(pykka.ActorRegistry.get_all())
    tasks, threads = len(asyncio.all_tasks()), threading.active_count()
    refs = [Recorder.start() for _ in range(10_000)]
    assert len(asyncio.all_tasks()) == tasks
    assert threading.active_count() == threads
    assert all([await ref.stop(block=False) for ref in refs])
    assert len(pykka.ActorRegistry.get_all()) == registered
    assert len(asyncio.all_tasks()) == tasks
    assert threading.active_count() == threads


# --- order, fairness, batches


async def test_messages_are_handled_in_the_order_sent_across_batches() -> None:
    """FIFO holds over more messages than one drain takes."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    for number in range(1000):
        ref.tell(number)
    await stop(ref)
    assert [entry for entry in journal if isinstance(entry, int)] == list(range(1000))


async def test_a_burst_is_handled_by_one_callback_and_flushed_once_a_drain() -> None:
    """after_batch runs once after each BATCH messages and once after the rest."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    for number in range(Recorder.BATCH + 10):
        ref.tell(number)
    await drained()
    numbers = list(range(Recorder.BATCH + 10))
    expected = ["on_start", *numbers[: Recorder.BATCH], "after_batch"]
    assert journal == [*expected, *numbers[Recorder.BATCH :], "after_batch"]
    await stop(ref)


async def test_a_flood_to_one_actor_lets_the_rest_of_the_loop_run() -> None:
    """[P20] An actor that tells itself for ever starves neither a timer nor another actor."""
    loop = asyncio.get_running_loop()
    has_rung = loop.create_future()
    loop.call_later(0.001, has_rung.set_result, None)

    def again(actor: Recorder) -> None:
        actor.actor_ref.tell(again)

    flooded, other = Recorder.start(), Recorder.start()
    flooded.tell(again)
    await asyncio.wait_for(has_rung, 5)
    assert await asyncio.wait_for(other.ask("hello", block=False), 5) == "hello"
    await stop(flooded, other)


async def test_a_message_to_itself_is_handled_after_the_current_one() -> None:
    """A handler that tells its own actor is not re-entered."""
    journal: list[Any] = []

    def outer(actor: Recorder) -> None:
        actor.actor_ref.tell("inner")
        actor.journal.append("outer ends")

    ref = Recorder.start(journal)
    ref.tell(outer)
    await drained()
    assert journal == ["on_start", "outer ends", "inner", "after_batch"]
    await stop(ref)


# --- failures


async def test_an_exception_goes_to_the_asker_and_the_actor_lives_on() -> None:
    """[P20] ask: the exception is the reply."""
    journal: list[Any] = []
    ref = Recorder.start(journal)
    with pytest.raises(ValueError, match="bad"):
        await ref.ask(raiser(ValueError("bad")), block=False)
    assert await ref.ask("alive", block=False) == "alive"
    assert not any(isinstance(entry, tuple) for entry in journal)
    await stop(ref)


@logs_errors
async def test_an_exception_from_a_tell_ends_that_actor_alone() -> None:
    """[P20] tell: on_failure, not on_stop; the inbox is answered; others go on."""
    journal: list[Any] = []
    error = ValueError("bad")
    ref, other = Recorder.start(journal), Recorder.start()
    with capture_logs() as logs:
        ref.tell(raiser(error))
        late = ref.ask("late", block=False)
        with pytest.raises(pykka.ActorDeadError):
            await late
    assert journal == ["on_start", ("on_failure", error)]
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is None
    errors = [line for line in logs if line["log_level"] == "error"]
    assert [(line["actor"], line["exc_info"]) for line in errors] == [(str(ref), error)]
    assert await other.ask("alive", block=False) == "alive"
    await stop(other)


@logs_errors
@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_a_base_exception_stops_no_other_actor_and_the_program_sees_it(
    error: BaseException,
) -> None:
    """[P20] tell: the actor ends; ask: it lives on, the asking task too; the loop is told."""
    contexts: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
    told, asked, other = Recorder.start(), Recorder.start(), Recorder.start()
    told.tell(raiser(error))
    with pytest.raises(RuntimeError, match=type(error).__name__) as caught:
        await asked.ask(raiser(error), block=False)
    assert caught.value.__cause__ is error
    await drained()
    assert not told.is_alive()
    assert await asked.ask("alive", block=False) == "alive"
    assert await other.ask("alive", block=False) == "alive"
    assert [context["exception"] for context in contexts] == [error, error]
    await stop(asked, other)


@logs_errors
@pytest.mark.parametrize("error", [ValueError("hook"), SystemExit(3)])
@pytest.mark.parametrize("hook", ["on_start", "on_stop", "on_failure", "after_batch"])
async def test_an_exception_in_a_hook_is_logged_and_never_escapes(
    hook: str, error: BaseException
) -> None:
    """[P20] The actor ends, its askers are answered, the loop sees only a BaseException."""
    contexts: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))

    def fail(self: Recorder, *_: object) -> None:
        raise error

    class Broken(Recorder):
        pass

    setattr(Broken, hook, fail)
    journal: list[Any] = []
    with capture_logs() as logs:
        ref = Broken.start(journal)
        if hook == "on_failure":
            ref.tell(raiser(KeyError("first")))
        elif hook == "on_stop":
            assert await ref.stop(block=False) is True
        elif hook == "after_batch":
            ref.tell("message")
        await drained()
    assert not ref.is_alive()
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is None
    assert error in [line.get("exc_info") for line in logs if line["log_level"] == "error"]
    assert [context["exception"] for context in contexts] == (
        [] if isinstance(error, Exception) else [error]
    )
    assert (("on_failure", error) in journal) is (hook == "after_batch")
    with pytest.raises(pykka.ActorDeadError):
        await asyncio.wait_for(ref.ask("late", block=False), 5)


@logs_errors
async def test_a_failed_start_answers_what_was_sent_and_flushes_nothing() -> None:
    """on_start raises: a message from __init__ gets ActorDeadError, after_batch does not run."""

    class Stillborn(Recorder):
        def __init__(self, journal: list[Any], asked: list[pykka.Future[Any]]) -> None:
            super().__init__(journal)
            asked.append(self.actor_ref.ask("early", block=False))

        def on_start(self) -> None:
            raise ValueError("start")

    journal: list[Any] = []
    asked: list[pykka.Future[Any]] = []
    Stillborn.start(journal, asked)
    await drained()
    with pytest.raises(pykka.ActorDeadError):
        await asyncio.wait_for(asked[0], 5)
    assert journal == []


@logs_errors
async def test_a_flush_that_fails_while_stopping_ends_in_on_failure() -> None:
    """after_batch fails on the way to on_stop: on_failure in its place, the stopper is answered."""

    class Leaky(Recorder):
        def after_batch(self) -> None:
            raise ValueError("flush")

    journal: list[Any] = []
    ref = Leaky.start(journal)
    assert await ref.stop(block=False) is True
    assert [type(entry) for entry in journal] == [str, tuple]
