"""One callback of the loop runs all actors that have mail, and those that they tell."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pykka
import pytest

from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.asyncio_inbox import AsyncioInbox, Dispatcher


class Teller(AsyncioActor):
    """Notes what it hears, and passes it on."""

    def __init__(self, name: str, journal: list[str], pass_on: Callable[[Any], None]) -> None:
        super().__init__()
        self._name = name
        self._journal = journal
        self._pass_on = pass_on

    def on_receive(self, message: object) -> None:
        self._journal.append(self._name)
        self._pass_on(message)


async def _stop(*refs: pykka.ActorRef[Any]) -> None:
    for ref in refs:
        await asyncio.wait_for(ref.stop(block=False), 5)


def _inbox(ref: pykka.ActorRef[Any]) -> AsyncioInbox:
    return cast("AsyncioInbox", ref.actor_inbox)


async def test_a_chain_of_actors_is_one_callback_of_the_loop() -> None:
    """From the edge over the room to the journal, and nothing of the loop's own in between."""
    journal: list[str] = []
    loop = asyncio.get_running_loop()
    last = Teller.start("last", journal, lambda _: None)
    middle = Teller.start("middle", journal, last.tell)

    def begin(message: object) -> None:
        loop.call_soon(journal.append, "the loop")
        middle.tell(message)

    first = Teller.start("first", journal, begin)
    first.tell("a stroke")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert journal == ["first", "middle", "last", "the loop"]
    await _stop(first, middle, last)


async def test_mail_of_all_is_handled_in_the_order_that_it_came_in() -> None:
    journal: list[str] = []
    refs = [Teller.start(str(n), journal, lambda _: None) for n in range(3)]
    for n in (1, 0, 2, 1):
        refs[n].tell("x")
    await asyncio.sleep(0)
    assert journal == ["1", "1", "0", "2"], "an actor's own messages are one drain"
    await _stop(*refs)


async def test_actors_that_tell_each_other_for_ever_let_the_loop_go_on() -> None:
    """[P20] After so many drains sockets and timers have their turn."""
    journal: list[str] = []
    loop = asyncio.get_running_loop()
    has_rung = loop.create_future()
    loop.call_later(0.001, has_rung.set_result, None)
    other: list[pykka.ActorRef[Any]] = []

    def answer(message: object) -> None:
        if not has_rung.done():
            other[0].tell(message)

    ping = Teller.start("ping", journal, answer)
    pong = Teller.start("pong", journal, ping.tell)
    other.append(pong)
    ping.tell("x")
    await asyncio.wait_for(has_rung, 5)
    assert len(journal) > Dispatcher.DRAINS
    await _stop(ping, pong)


async def test_an_actor_that_fails_keeps_no_other_from_its_turn() -> None:
    """Not even where what runs it raises, which nothing of ours does."""
    dispatcher = Dispatcher.of(asyncio.get_running_loop())
    unhandled: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: unhandled.append(context["exception"])
    )
    heard: list[str] = []

    def fail() -> None:
        raise ValueError("bad")

    dispatcher.schedule()
    dispatcher.ready.extend([fail, lambda: heard.append("the next")])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert heard == ["the next"]
    assert [str(error) for error in unhandled] == ["bad"]


async def test_news_is_carried_on_at_once() -> None:
    """Bytes from a socket have reached the journal before the loop looks at the next socket."""
    journal: list[str] = []
    last = Teller.start("last", journal, lambda _: None)
    first = Teller.start("first", journal, last.tell)
    dispatcher = Dispatcher.of(asyncio.get_running_loop())
    dispatcher.at_once(first.tell, "a stroke")
    assert journal == ["first", "last"]
    first.tell("another")
    assert dispatcher.is_scheduled, "as ever, behind that"
    await asyncio.sleep(0)
    assert journal == ["first", "last"] * 2
    await _stop(first, last)


async def test_news_right_behind_other_news_waits_for_what_comes_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of many at a time a room hears in one drain."""
    now_s = [0.0]
    monkeypatch.setattr(Dispatcher, "STOPWATCH_S", lambda _: now_s[0])
    journal: list[str] = []
    room = Teller.start("room", journal, lambda _: None)
    dispatcher = Dispatcher.of(asyncio.get_running_loop())
    dispatcher.at_once_where_quiet(room.tell, "the first")
    assert journal == ["room"]
    for _ in range(3):
        dispatcher.at_once_where_quiet(room.tell, "another")
    assert journal == ["room"]
    await asyncio.sleep(0)
    assert journal == ["room"] * 4
    now_s[0] += Dispatcher.BUSY_S
    dispatcher.at_once_where_quiet(room.tell, "later")
    assert journal == ["room"] * 5
    await _stop(room)


async def test_news_overtakes_nothing_and_interrupts_nobody() -> None:
    """[P5] What was told before is handled before; an actor at work is not run within itself."""
    journal: list[str] = []
    dispatcher = Dispatcher.of(asyncio.get_running_loop())
    last = Teller.start("last", journal, lambda _: None)

    def bring(message: object) -> None:
        dispatcher.at_once(last.tell, message)
        journal.append("goes on")

    first = Teller.start("first", journal, bring)
    first.tell("told before")
    dispatcher.at_once(last.tell, "news")
    assert journal == [], "a callback is to come"
    await asyncio.sleep(0)
    assert journal == ["first", "goes on", "last", "last"]
    await _stop(first, last)


async def test_an_idle_actor_hears_news_within_the_call() -> None:
    """[P5] Whom it tells has its turn as ever; what it is told while at work is no call within."""
    journal: list[str] = []
    last = Teller.start("last", journal, lambda _: None)
    own: list[pykka.ActorRef[Any]] = []

    def bring(message: str) -> None:
        last.tell(message)
        if message == "news":
            _inbox(own[0]).tell_at_once("more")
        journal.append(f"{message} done")

    own.append(Teller.start("first", journal, bring))
    _inbox(own[0]).tell_at_once("news")
    at_work = ["first", "news done", "first", "more done"]
    assert journal == at_work
    await asyncio.sleep(0)
    assert journal == [*at_work, "last", "last"]
    await _stop(*own, last)


async def test_news_at_once_overtakes_nothing_that_waits() -> None:
    """[P5] In the order in which it was told, whichever way."""
    heard: list[Any] = []
    actor = Teller.start("first", [], heard.append)
    actor.tell(1)
    _inbox(actor).tell_at_once(2)
    assert not heard
    await asyncio.sleep(0)
    assert heard == [1, 2]
    await _stop(actor)
    with pytest.raises(pykka.ActorDeadError):
        _inbox(actor).tell_at_once(3)
    assert heard == [1, 2]


async def test_news_whose_bearer_fails_is_carried_on_all_the_same() -> None:
    """[P20] What it has told before is not left lying; the next news finds all as it was."""
    journal: list[str] = []
    first = Teller.start("first", journal, lambda _: None)
    dispatcher = Dispatcher.of(asyncio.get_running_loop())

    def fail(message: str) -> None:
        first.tell(message)
        raise ValueError(message)

    with pytest.raises(ValueError, match="bad"):
        dispatcher.at_once(fail, "bad")
    assert journal == ["first"]
    dispatcher.at_once(first.tell, "good")
    assert journal == ["first", "first"]
    await _stop(first)
