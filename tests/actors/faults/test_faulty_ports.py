"""Whatever an outbox, an observer or a clock raises, and whenever: nothing spins, lessons go on.

Tests also: actors/edge/outbox.py, actors/runtime/observing.py, actors/runtime/telling.py,
actors/runtime/timers.py.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final, NoReturn

import msgspec
import pytest
from structlog.typing import EventDict

from actors.room.room import RoomActor
from lessonroom.board.model.encoded_parts import Codec, JsonCodec
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import SaveBoard
from tests.actors.support.client import Client
from tests.actors.support.recording_outbox import RecordingOutbox
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.logs_errors

OUTBOX = ("open", "refuse", "write", "unsent_bytes", "keep_alive", "close")
OBSERVER = ("committed", "flushed", "refused")


class _FaultError(Exception):
    pass


@pytest.fixture
async def school(open_school: OpenSchool) -> AsyncIterator[School]:
    """A school whose clients hang up at the end: that of a broken socket is told of no end."""
    school = await open_school()
    yield school
    for client in school.clients:
        client.drop()
    await school.settle()


def _raise(*_: object, **__: object) -> NoReturn:
    raise _FaultError


def _break(outbox: RecordingOutbox, *names: str) -> None:
    """Have some of an outbox's methods raise, from now on and always."""
    for name in names:
        setattr(outbox, name, _raise)


async def _draws(school: School, client: Client, element: str) -> None:
    client.draw(element)
    await school.until(lambda: not client.pending)


# -- outboxes


@pytest.mark.parametrize("name", OUTBOX)
async def test_an_outbox_that_raises_is_the_fault_of_its_connection_alone(
    school: School, name: str
) -> None:
    """[P20] In each of its methods, from the handshake on: the others notice nothing."""
    host, ben = [await school.join(user) for user in (HOST, BEN)]
    ann = school.client(ANN)
    ann.connect(school.rooms)
    _break(ann.outbox, name)
    await school.settle()
    await school.rest()
    ann.sync()
    await _draws(school, host, "while")
    for _ in range(3):
        school.clock.advance(1)
        await school.rest()
    host.call("kick", user_id=ANN)
    await school.rest()
    await _draws(school, host, "after")
    await school.rest()
    for client in (host, ben):
        assert not client.outbox.has_ended
        assert len(client.outboxes) == 1
        assert {"while", "after"} <= client.board.keys()
    assert ann.connection_id not in school.room()._lesson.fanout.members
    school.rooms.live()


@pytest.mark.parametrize("name", ["write", "unsent_bytes", "keep_alive"])
async def test_who_cannot_be_written_to_is_let_go(school: School, name: str) -> None:
    """[P20] [SY-1] Closed, and `reconnecting` for the others: it may come back."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    _break(ann.outbox, name)
    await _draws(school, host, "e1")
    school.clock.advance(1)
    await school.rest()
    assert ann.outbox.closed is CloseCode.INTERNAL
    changes = [m["data"]["change"] for m in host.outbox.of_type("participant_update")]
    assert changes[-1] == "reconnecting"
    await school.connect(ann)
    await _draws(school, ann, "e2")
    await school.rest()
    assert host.board.keys() == {"e1", "e2"}


async def test_a_sub_protocol_that_raises_is_no_fault_of_the_others(school: School) -> None:
    """[P20] Whoever speaks it is let go."""

    class Broken:
        codec: Codec = JsonCodec()
        frame = frame_with = staticmethod(_raise)

    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    ann.outbox.wire = Broken()
    await _draws(school, host, "e1")
    await school.rest()
    assert ann.outbox.closed is CloseCode.INTERNAL
    assert ben.board.keys() == {"e1"}
    assert not host.outbox.has_ended


async def test_what_was_lost_is_told_although_one_of_them_cannot_be_told(school: School) -> None:
    """[P19] [P20] The commit is lost, and an author's outbox raises: the others are told."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.is_down = True
    _break(host.outbox, "write", "close")
    host.draw("hers")
    ann.draw("theirs")
    await school.until(lambda: bool(ann.errors))
    await school.rest()
    assert not ann.outbox.has_ended
    school.store.is_down = False
    school.clock.advance(1)
    await school.rest()
    ann.send_again()
    await school.until(lambda: not ann.pending)


def _fail(school: School) -> None:
    """Have a fault in the room's own code."""
    school.room().actor_ref.tell("nobody sends this")


@pytest.mark.parametrize("names", [(name,) for name in OUTBOX] + [OUTBOX])
async def test_a_room_that_dies_badly_is_opened_anew(
    school: School, names: tuple[str, ...]
) -> None:
    """[P20] Its outboxes raise as it says goodbye: the directory knows before, nobody spins."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    for client in (host, ann):
        _break(client.outbox, *names)
    _fail(school)
    await school.rest()
    assert not school.is_live()
    saved = await school.rooms.ask("algebra", SaveBoard(by=HOST))
    assert saved["version"] > 0
    for client in (host, ann):
        client.drop()
        await school.connect(client)
    await _draws(school, host, "anew")
    await school.rest()
    assert ann.board.keys() == {"anew"}


async def test_each_is_closed_apart(school: School) -> None:
    """[P20] One outbox raises in `close`: those behind it are closed all the same."""
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    _break(host.outbox, "close")
    asked = school.rooms.ask("algebra", SaveBoard(by=HOST))
    _fail(school)
    with contextlib.suppress(Exception):
        await asked
    await school.rest()
    assert ann.outbox.closed is CloseCode.INTERNAL
    assert ben.outbox.closed is CloseCode.INTERNAL


async def test_a_room_that_ends_without_a_word_has_failed_all_the_same(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P20] Found dead it is opened anew, and counts: too often in a row it is parked."""
    monkeypatch.setattr(RoomActor, "on_failure", _raise)
    for _ in range(school.config.crashes_before_parking):
        await school.rooms.ask("algebra", SaveBoard(by=None))
        _fail(school)
        await school.rest()
    with pytest.raises(Refused, match="ask the operator"):
        await school.rooms.ask("algebra", SaveBoard(by=None))


async def test_rooms_that_are_dead_again_and_again_are_looked_for_three_times(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P20] [P15] Every caller is told to come again; none looks for ever."""
    started: list[int] = []

    def die(self: RoomActor) -> None:
        started.append(1)
        raise _FaultError

    monkeypatch.setattr(RoomActor, "on_start", die)
    host = school.client(HOST)
    host.connect(school.rooms)
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.refused is not None
    assert host.outbox.refused.code is ErrorCode.UNAVAILABLE
    assert len(started) == 3
    monkeypatch.undo()
    await school.rest()
    await school.connect(host)


# -- observers


class _FaultyObserver:
    def __init__(self) -> None:
        self.raised: list[str] = []

    def _raise(self, name: str) -> NoReturn:
        self.raised.append(name)
        raise _FaultError

    def committed(self, **_: float) -> None:
        self._raise("committed")

    def flushed(self, **_: float) -> None:
        self._raise("flushed")

    def refused(self, _: ErrorCode) -> None:
        self._raise("refused")


async def test_an_observer_that_raises_disturbs_no_lesson(
    url: str, log_events: list[EventDict]
) -> None:
    """[P20] In each of its methods; said once, not many times a second."""
    observer = _FaultyObserver()
    school = await School.open(url, observer=observer)
    await school.lesson()
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    for n in range(5):
        await _draws(school, host, f"e{n}")
    ann.call("pause")
    await school.until(lambda: bool(ann.errors))
    ann.send_raw(b"{}")
    await school.rest()
    assert set(observer.raised) == set(OBSERVER)
    assert not host.outbox.has_ended
    assert not ann.outbox.has_ended
    assert sum("observer raised" in event["event"] for event in log_events) == 1
    await school.check()
    await school.close()


# -- clocks


class _FaultyClock(ManualClock):
    """Raises once, at the call of a method that a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.method = ""
        self.calls_left = 0

    def arm(self, method: str, calls: int) -> None:
        self.method, self.calls_left = method, calls

    @property
    def has_struck(self) -> bool:
        return not self.method

    def _count(self, method: str) -> None:
        if method != self.method:
            return
        self.calls_left -= 1
        if self.calls_left < 0:
            self.method = ""
            raise _FaultError

    def monotonic_s(self) -> float:
        self._count("monotonic_s")
        return super().monotonic_s()

    def now_ms(self) -> int:
        self._count("now_ms")
        return super().now_ms()

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Any:  # noqa: ANN401 - a call
        self._count("call_later")
        return super().call_later(delay_s, callback)


CONFIG: Final = msgspec.structs.replace(
    QUICK, crashes_before_parking=1_000, fanout_interval_s=0.02, rest_after_s=3.0
)


@contextlib.contextmanager
def _own_calls_left_out() -> Iterator[None]:
    """The test's client reads the clock, too."""
    with contextlib.suppress(_FaultError):
        yield


@pytest.mark.parametrize(("method", "step"), [("monotonic_s", 5), ("now_ms", 3), ("call_later", 2)])
async def test_a_clock_that_raises_once_at_whatever_call(url: str, method: str, step: int) -> None:
    """[P20] Room, connection, directory, journal, timer: whoever it hits, all goes on after it.

    Some calls of each method are taken; all were, with 1 as step.
    """
    calls = 0
    while await _is_struck(f"{url}{calls}", method, calls):
        calls += step
    assert calls > 10


async def _is_struck(url: str, method: str, calls: int) -> bool:
    """Have the clock raise at a call after so many others; False where there were fewer."""
    clock = _FaultyClock()
    school = await School.open(url, config=CONFIG, clock=clock)
    await school.lesson()
    clock.arm(method, calls)
    await _lesson_of_all_kinds(school)
    has_struck = clock.has_struck
    clock.arm("", 0)
    await _works(school)
    await school.close()
    return has_struck


async def _lesson_of_all_kinds(school: School) -> None:
    """Come, draw, point, lose a commit, have it written after all, go, and let the room rest."""
    host, ann = [school.client(user) for user in (HOST, ANN)]
    for step in (
        lambda: host.connect(school.rooms),
        lambda: ann.connect(school.rooms),
        lambda: host.draw("one"),
        lambda: ann.point(1),
        lambda: setattr(school.store, "is_down", True),
        lambda: ann.draw("two"),
        lambda: setattr(school.store, "is_down", False),
        lambda: None,
        host.leave,
        ann.drop,
    ):
        with _own_calls_left_out():
            step()
        await _passes(school)
    for client in (host, ann):
        client.drop()
        school.clients.remove(client)
    with _own_calls_left_out():
        school.clock.advance(5)
    await _passes(school)


async def _passes(school: School) -> None:
    for _ in range(3):
        await school.rest()
        with _own_calls_left_out():
            school.clock.advance(0.25)
    await school.rest()


async def _works(school: School) -> None:
    """Whatever was hit: whoever comes now draws, and is acknowledged."""
    host = school.client(HOST, suffix="-after")
    host.draw("after")
    # What the loop's own timer sees to comes in real time, within a second.
    async with asyncio.timeout(60):
        while host.pending:
            if not host.is_connected:
                host.connect(school.rooms)
            await _passes(school)
            if host.is_synced:
                host.send_again()
                await _passes(school)
    host.leave()
    await _passes(school)
    school.clients.remove(host)
    assert not host.faults
