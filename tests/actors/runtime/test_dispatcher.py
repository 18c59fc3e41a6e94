"""One callback of the loop runs all actors that have mail, and those that they tell."""

import asyncio
from collections.abc import Callable
from typing import Any

import pykka

from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.asyncio_inbox import Dispatcher


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
