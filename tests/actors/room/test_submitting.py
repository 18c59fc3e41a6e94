"""Submissions of one client arrive in order, whatever refuses one of them for the moment.

Tests also: actors/room/requests/clients.py.
"""

import asyncio
from typing import Any

import pytest

from actors.config import RoomConfig
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, FAST, HOST, OpenSchool, School


class Submitter:
    """Sends submissions of one client_id over a page, with the numbers that a test gives them."""

    def __init__(self, page: Client, *, client_id: str = "client-raw") -> None:
        self.page = page
        self.client_id = client_id

    def put(self, n: int) -> str:
        """Submit a rectangle as number `n`."""
        element = {
            "type": "rect",
            "id": f"{self.client_id}-{n}",
            "layer": "base",
            "x": n,
            "y": 0,
            "w": 1,
            "h": 1,
        }
        return self.submit(n, {"op": "put", "element": element})

    def submit(self, n: int, *ops: dict[str, Any]) -> str:
        """Submit operations as number `n`."""
        name = f"{self.client_id}:{n}"
        return self.page.send("board", "board_event", {"ops": ops}, message_id=name)

    def say(self, n: int) -> str:
        """Write to everyone as number `n`."""
        name = f"{self.client_id}:{n}"
        return self.page.send("system", "chat_message", {"text": f"line {n}"}, message_id=name)

    def answers(self) -> list[tuple[int, str]]:
        """Return the answers in the order that they came: the number, and the code or `ack`."""
        return [
            (int(message["id"].rpartition(":")[2]), message["data"].get("code", "ack"))
            for message in self.page.outbox.of_type("ack", "error")
            if message.get("id", "").startswith(f"{self.client_id}:")
        ]


@pytest.fixture
async def full(open_school: OpenSchool) -> tuple[School, Submitter]:
    """A room that may have two events on the way to a disk that takes none at the moment."""
    config = RoomConfig(fanout_interval_s=0.0, rates=FAST, journal_queue=2)
    school = await open_school(config)
    page = await school.join(HOST)
    await school.rest()
    school.store.hold()
    return school, Submitter(page)


async def put_each(school: School, sender: Submitter, *numbers: int) -> None:
    """Submit one after the other, each once the one before is on its way to the disk."""
    for n in numbers:
        sender.put(n)
        await school.settle()


async def test_after_one_that_is_refused_for_the_moment_later_ones_wait_for_it(
    full: tuple[School, Submitter],
) -> None:
    """[BD-6] There is room again, but what was refused has not come: it would be short."""
    school, sender = full
    await put_each(school, sender, 1, 2, 3, 4, 5)
    school.store.release()
    await school.rest()
    assert dict(sender.answers()) == {
        1: "ack",
        2: "ack",
        3: "unavailable",
        4: "unavailable",
        5: "unavailable",
    }
    assert all(error["retry_after_ms"] > 0 for error in sender.page.errors)
    for n in (5, 4, 3, 4):
        sender.put(n)
    await school.rest()
    assert sender.answers()[5:] == [
        *((5, "unavailable"), (4, "unavailable"), (3, "ack"), (4, "ack")),
    ]


async def test_chat_and_board_share_the_order(full: tuple[School, Submitter]) -> None:
    """[BD-6][CH-1] They share the numbering."""
    school, sender = full
    await put_each(school, sender, 1, 2)
    sender.say(3)
    await school.settle()
    school.store.release()
    await school.rest()
    sender.put(4)
    sender.say(5)
    sender.say(3)
    sender.put(4)
    await school.rest()
    assert sorted(sender.answers()[:3]) == [(1, "ack"), (2, "ack"), (3, "unavailable")]
    assert sender.answers()[3:] == [
        *((4, "unavailable"), (5, "unavailable"), (3, "ack"), (4, "ack")),
    ]


async def test_a_duplicate_in_front_of_the_gate_gets_its_ack(
    full: tuple[School, Submitter],
) -> None:
    """[BD-6] And leaves the gate closed."""
    school, sender = full
    await put_each(school, sender, 1, 2, 3)
    school.store.release()
    await school.rest()
    sender.put(1)
    sender.put(4)
    await school.rest()
    assert sorted(sender.answers()[3:]) == [(1, "ack"), (4, "unavailable")]


async def test_other_clients_and_other_connections_go_on(full: tuple[School, Submitter]) -> None:
    """[BD-6] The order is that of one client; a new connection begins without a gate."""
    school, sender = full
    await put_each(school, sender, 1, 2, 3, 4)
    school.store.release()
    await school.rest()
    other = Submitter(sender.page, client_id="client-other")
    other.put(9)
    await school.rest()
    assert other.answers() == [(9, "ack")]
    await school.connect(sender.page)
    sender.put(4)
    await school.rest()
    assert sender.answers() == [(4, "ack")], "on this connection nothing was refused"


async def test_what_arrives_late_on_the_old_connection_opens_the_gate(
    open_school: OpenSchool,
) -> None:
    """[BD-6] Its author hears of it as an event, and has no reason to send it a second time."""
    config = RoomConfig(fanout_interval_s=0.0, rates=FAST, journal_queue=2)
    school = await open_school(config)
    page = await school.join(HOST)
    twin = await school.join(HOST, suffix="2")
    await school.rest()
    sender, late = Submitter(page), Submitter(twin)
    school.store.hold()
    await put_each(school, sender, 1, 2, 3, 4)
    school.store.release()
    await school.rest()
    assert (4, "unavailable") in sender.answers()
    late.put(3)
    late.put(4)
    await school.rest()
    sender.put(5)
    await school.rest()
    assert sender.answers()[-1] == (5, "ack")


@pytest.mark.logs_errors
async def test_of_a_lost_commit_the_lowest_comes_first(school: School) -> None:
    """[BD-6] [P19] All that were in it are lost, and what came behind them waits."""
    page = await school.join(HOST)
    await school.rest()
    sender = Submitter(page)
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    sender.put(1)
    await school.until(lambda: school.store.is_held)
    sender.say(2)
    sender.put(3)
    await school.settle()
    school.store.release()
    await school.until(lambda: len(sender.answers()) >= 3)
    sender.put(4)
    await school.rest()
    assert sender.answers() == [(n, "unavailable") for n in (1, 2, 3, 4)]
    school.clock.advance(60)
    await school.rest()
    for n in (4, 2, 1, 2, 3, 4):
        sender.put(n) if n != 2 else sender.say(n)
    await school.rest()
    assert sender.answers()[4:] == [
        *((4, "unavailable"), (2, "unavailable"), (1, "ack"), (2, "ack"), (3, "ack"), (4, "ack")),
    ]


@pytest.mark.logs_errors
async def test_a_refusal_that_was_lost_comes_again_too(school: School) -> None:
    """[BD-6] [P2] It waited behind the commit; its author hears only that this was lost."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    sender = Submitter(ann)
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    host.draw()
    await school.until(lambda: school.store.is_held)
    sender.submit(1, {"op": "clear"})
    sender.put(2)
    await school.settle()
    school.store.release()
    await school.until(lambda: len(sender.answers()) == 2)
    assert sender.answers() == [(n, "unavailable") for n in (1, 2)]
    school.clock.advance(60)
    await school.rest()
    sender.put(2)
    sender.submit(1, {"op": "clear"})
    sender.put(2)
    await school.rest()
    assert sender.answers()[2:] == [(2, "unavailable"), (1, "permission_denied"), (2, "ack")]


@pytest.mark.logs_errors
async def test_while_the_disk_is_away_the_first_one_is_the_gate(school: School) -> None:
    """[BD-6] [P19] Whatever comes when it is back, that one has to come first."""
    page = await school.join(HOST)
    await school.rest()
    sender = Submitter(page)
    school.store.is_down = True
    sender.put(1)
    await school.until(lambda: bool(sender.answers()))
    for n in range(2, 5):
        sender.put(n)
    await school.rest()
    assert sender.answers() == [(n, "unavailable") for n in (1, 2, 3, 4)]
    school.store.is_down = False
    school.clock.advance(60)
    await school.rest()
    assert school.rooms.is_writable()
    for n in (2, 3, 1, 2):
        sender.put(n)
    await school.rest()
    assert sender.answers()[4:] == [
        *((2, "unavailable"), (3, "unavailable"), (1, "ack"), (2, "ack")),
    ]


async def test_past_the_journals_backlog_order_is_kept(open_school: OpenSchool) -> None:
    """[BD-6] [P15] The queue towards the disk is bounded, and has room again at any moment."""
    school = await open_school(RoomConfig(fanout_interval_s=0.0, rates=FAST, journal_queue=3))
    page = await school.join(HOST)
    await school.rest()
    sender = Submitter(page)
    school.store.hold()
    for n in range(1, 30):
        sender.put(n)
        await asyncio.sleep(0)
    await school.settle()
    school.store.release()
    await school.rest()
    for n in range(30, 40):
        sender.put(n)
    await school.rest()
    answers = dict(sender.answers())
    first = min(n for n, answer in answers.items() if answer == "unavailable")
    assert all(answers[n] == ("ack" if n < first else "unavailable") for n in range(1, 40))
    for n in range(first, 40):
        sender.put(n)
        await school.rest()
    assert sorted(await school.submissions()) == sorted(f"client-raw:{n}" for n in range(1, 40))


async def test_a_refusal_for_good_holds_nothing_up(school: School) -> None:
    """[BD-6] Its author drops it."""
    ann = await school.join(ANN)
    await school.rest()
    sender = Submitter(ann)
    sender.put(1)
    sender.submit(2, {"op": "clear"})
    sender.put(3)
    await school.rest()
    assert sender.answers() == [(1, "ack"), (2, "permission_denied"), (3, "ack")]


@pytest.mark.logs_errors
async def test_a_lost_command_is_no_submission(school: School) -> None:
    """[BD-6] Whatever its id looks like, it stands in nobody's way."""
    page = await school.join(HOST)
    await school.rest()
    sender = Submitter(page)
    school.store.hold()
    school.store.fail_next(Fault.STORAGE)
    page.send("system", "command", {"name": "save"}, message_id="client-raw:1")
    await school.until(lambda: school.store.is_held)
    await school.settle()
    school.store.release()
    await school.until(lambda: bool(page.errors))
    school.clock.advance(60)
    await school.rest()
    sender.put(2)
    await school.rest()
    assert sender.answers()[-1] == (2, "ack")
