"""pykka's actors on the event loop.

Tests also: actors/runtime/asyncio_future.py, actors/runtime/asyncio_inbox.py.
"""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, TypeVar

import pykka
import pytest
from structlog.testing import capture_logs

from actors.runtime.asyncio_actor import AsyncioActor, AsyncioFuture, AsyncioInbox

T = TypeVar("T")

logs_errors = pytest.mark.logs_errors


class Recorder(AsyncioActor):
    """Writes down what happens to it; a callable message is called with the actor."""

    def __init__(self, journal: list[Any] | None = None) -> None:
        super().__init__()
        self.journal: list[Any] = [] if journal is None else journal
        self.colour = "red"

    def on_start(self) -> None:
        """Write it down."""
        self.journal.append("on_start")

    def on_receive(self, message: Any) -> Any:  # noqa: ANN401 - pykka's signature
        """Call the message or write it down; the reply is its result or itself."""
        if callable(message):
            return message(self)
        self.journal.append(message)
        return message

    def after_batch(self) -> None:
        """Write it down."""
        self.journal.append("after_batch")

    def on_stop(self) -> None:
        """Write it down."""
        self.journal.append("on_stop")

    def on_failure(
        self,
        exception_type: type[BaseException] | None,  # noqa: ARG002 - pykka's signature
        exception_value: BaseException | None,
        traceback: TracebackType | None,  # noqa: ARG002 - pykka's signature
    ) -> None:
        """Write it down."""
        self.journal.append(("on_failure", exception_value))

    def paint(self, colour: str) -> str:
        """Something for a proxy to call."""
        self.colour = colour
        return f"painted {colour}"


def raiser(error: BaseException) -> Callable[[Recorder], None]:
    """Make a message whose handling raises `error`."""

    def fail(_: Recorder) -> None:
        raise error

    return fail


async def drained() -> None:
    """Let the callbacks that are scheduled now, and the ones they schedule, run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def stop(*refs: pykka.ActorRef[Any]) -> None:
    """Stop actors in this order and wait for each."""
    for ref in refs:
        await asyncio.wait_for(ref.stop(block=False), 5)


async def in_thread(call: Callable[[], T]) -> T:
    """Call it on another thread; what it returns or raises."""
    return await asyncio.wait_for(asyncio.to_thread(call), 5)


# --- start and stop


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


# --- asking


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
