"""Sockets that are read one by one while little comes, and together while much does."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.socket.intake import MANY_READS, Intake, SharedTap
from tests.manual_clock import ManualClock

_INTERVAL_S = 0.005


class Pipe(asyncio.Transport):
    """A transport over a real socket, whose other end the test holds."""

    def __init__(self, **extra: object) -> None:
        ours, self.client = sockets.socketpair()
        ours.settimeout(0)
        super().__init__({"socket": ours, **extra})
        self.ours = ours
        self.heard: list[bytes] = []
        self._reads = False
        self.is_aborted = False
        self.is_closed = False

    def resume_reading(self) -> None:
        if self.is_closed:
            raise RuntimeError("unable to perform operation; the handler is closed")
        self._reads = True

    def pause_reading(self) -> None:
        self._reads = False

    def is_reading(self) -> bool:
        return self._reads

    def abort(self) -> None:
        self.is_aborted = True

    def end(self) -> None:
        self.ours.close()
        self.client.close()


class Reading:
    """An intake and those whom it reads."""

    def __init__(self, interval_s: float = _INTERVAL_S) -> None:
        self.clock = ManualClock()
        self.intake = Intake(self.clock, interval_s=interval_s)
        self.pipes: list[Pipe] = []
        self.taps: list[SharedTap] = []
        self.order: list[Pipe] = []

    def come(self) -> tuple[Pipe, SharedTap]:
        pipe = Pipe()

        def received(data: bytes) -> None:
            self.order.append(pipe)
            pipe.heard.append(data)

        tap = self.intake.tap(pipe, received)
        assert tap is not None
        tap.resume_reading()
        self.pipes.append(pipe)
        self.taps.append(tap)
        return pipe, tap

    def crowd(self) -> list[Pipe]:
        return [self.come()[0] for _ in range(MANY_READS)]

    async def speak(self, *pipes: Pipe) -> None:
        for pipe in pipes:
            pipe.client.send(b"x")
        await settle()

    def end(self) -> None:
        for tap in self.taps:
            tap.end()
        for pipe in self.pipes:
            pipe.end()

    def interval(self) -> None:
        self.clock.advance(_INTERVAL_S + 0.001)


async def settle() -> None:
    """Let the loop look at what has come, and at what comes of that."""
    for _ in range(4):
        await asyncio.sleep(0)


def _fail(*_: object) -> None:
    raise RuntimeError("bad")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
async def reading() -> AsyncIterator[Reading]:
    made = Reading()
    yield made
    made.end()


async def test_one_who_speaks_alone_is_heard_at_once(reading: Reading) -> None:
    pipe, _ = reading.come()
    for n in range(3 * MANY_READS):
        await reading.speak(pipe)
        assert len(pipe.heard) == n + 1
        reading.clock.advance(_INTERVAL_S)


async def test_many_are_heard_together_once_in_an_interval(reading: Reading) -> None:
    """[FC-2] The loop does not wake up for each of them."""
    crowd = reading.crowd()
    await reading.speak(*crowd)
    assert [len(pipe.heard) for pipe in crowd] == [1] * MANY_READS, "who was there before is heard"
    for n in range(2, 5):
        await reading.speak(*crowd)
        assert [len(pipe.heard) for pipe in crowd] == [n - 1] * MANY_READS
        reading.interval()
        assert [len(pipe.heard) for pipe in crowd] == [n] * MANY_READS


async def test_many_one_after_another_within_an_interval_are_many(reading: Reading) -> None:
    crowd = reading.crowd()
    for pipe in crowd:
        await reading.speak(pipe)
    assert [len(pipe.heard) for pipe in crowd] == [1] * MANY_READS
    await reading.speak(crowd[0])
    assert len(crowd[0].heard) == 1
    reading.interval()
    assert len(crowd[0].heard) == 2


async def test_what_is_far_apart_is_not_many(reading: Reading) -> None:
    crowd = reading.crowd()
    for pipe in crowd:
        await reading.speak(pipe)
        reading.clock.advance(_INTERVAL_S)
    await reading.speak(crowd[0])
    assert len(crowd[0].heard) == 2


async def test_who_speaks_alone_again_is_heard_at_once_again(reading: Reading) -> None:
    """A few keep it as it is, or it would go to and fro."""
    crowd = reading.crowd()
    await reading.speak(*crowd)
    few = crowd[: MANY_READS // 2]
    await reading.speak(*few)
    reading.interval()
    await reading.speak(*few)
    assert [len(pipe.heard) for pipe in few] == [2] * len(few), "they wait"
    reading.interval()
    assert [len(pipe.heard) for pipe in few] == [3] * len(few)
    reading.interval()
    await reading.speak(few[0])
    assert len(few[0].heard) == 4


async def test_the_interval_is_counted_from_when_reading_began(reading: Reading) -> None:
    """What came of it took time as well: a busy server does not stand idle besides."""
    crowd = reading.crowd()
    reading.taps[-1].received = lambda _: reading.clock.advance(_INTERVAL_S)
    await reading.speak(*crowd)
    await reading.speak(*crowd)
    assert len(crowd[0].heard) == 1
    reading.clock.advance(0.001)
    assert len(crowd[0].heard) == 2


async def test_whatever_strokes_wait_for_nobody_is_read_later_than_ten_ms() -> None:
    """[FC-2] An operator may set an interval of a second; voices and pings do not wait for that."""
    made = Reading(interval_s=1)
    crowd = made.crowd()
    await made.speak(*crowd)
    await made.speak(*crowd)
    assert len(crowd[0].heard) == 1
    made.clock.advance(0.011)
    assert len(crowd[0].heard) == 2
    made.end()


async def test_nothing_is_read_of_who_is_not_listened_to(reading: Reading) -> None:
    """[FC-5] The client's own TCP holds it, and nothing of it is lost."""
    pipe, tap = reading.come()
    other, _ = reading.come()
    tap.pause_reading()
    await reading.speak(pipe, other)
    assert (pipe.heard, other.heard) == ([], [b"x"])
    tap.resume_reading()
    tap.resume_reading()
    await settle()
    assert pipe.heard == [b"x"]


async def test_who_is_shut_out_by_another_ones_words_is_not_heard(reading: Reading) -> None:
    """[P12] Kicked means out, also of what was ready to be read."""
    crowd = reading.crowd()
    for tap, pipe in zip(reading.taps, crowd, strict=True):

        def shut_out_all(_: bytes, pipe: Pipe = pipe) -> None:
            reading.order.append(pipe)
            for each in reading.taps:
                each.pause_reading()

        tap.received = shut_out_all
    await reading.speak(*crowd)
    assert len(reading.order) == 1
    reading.interval()
    assert len(reading.order) == 1


async def test_the_end_of_a_stream_is_for_the_transport_to_find(reading: Reading) -> None:
    pipe, tap = reading.come()
    other, _ = reading.come()
    pipe.client.shutdown(sockets.SHUT_WR)
    await settle()
    assert pipe.is_reading()
    assert pipe.ours.recv(1) == b"", "it is still there"
    tap.pause_reading()
    assert not pipe.is_reading()
    tap.resume_reading()
    assert pipe.is_reading()
    await reading.speak(other)
    assert other.heard == [b"x"]


async def test_so_is_an_error_and_a_transport_that_has_closed_meanwhile(reading: Reading) -> None:
    """[P20]"""
    pipe, _ = reading.come()
    pipe.is_closed = True
    # What was sent and never read makes a reset of the close.
    pipe.ours.send(b"y")
    pipe.client.close()
    await settle()
    assert not pipe.heard
    assert not pipe.is_reading()
    other, _ = reading.come()
    await reading.speak(other)
    assert other.heard == [b"x"]


@pytest.mark.logs_errors
async def test_a_connection_whose_bytes_nobody_takes_ends_alone(reading: Reading) -> None:
    """[P20] The others are read in the same turn, and go on."""
    crowd = reading.crowd()

    reading.taps[0].received = _fail
    await reading.speak(*crowd)
    assert [pipe.is_aborted for pipe in crowd] == [True, *[False] * (MANY_READS - 1)]
    assert [len(pipe.heard) for pipe in crowd] == [0, *[1] * (MANY_READS - 1)]


@pytest.mark.logs_errors
@pytest.mark.parametrize("fails_at", ["when it begins", "when it goes on"])
async def test_where_the_clock_does_not_call_back_each_is_read_at_once(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    """[P20] Nobody is left unheard."""
    crowd = reading.crowd()

    if fails_at == "when it goes on":
        await reading.speak(*crowd)
    monkeypatch.setattr(reading.clock, "call_later", _fail)
    await reading.speak(*crowd)
    reading.interval()
    for n in range(2, 5):
        await reading.speak(crowd[0])
        assert len(crowd[0].heard) >= n
    monkeypatch.undo()
    await reading.speak(*crowd)
    await reading.speak(*crowd)
    reading.interval()
    assert len({len(pipe.heard) for pipe in crowd[1:]}) == 1


async def test_what_reading_comes_to_may_fail_and_reading_goes_on(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P20]"""
    crowd = reading.crowd()
    await reading.speak(*crowd)
    await reading.speak(*crowd)
    with monkeypatch.context() as patched:
        patched.setattr(Intake, "_read_each", _fail)
        with pytest.raises(RuntimeError):
            reading.interval()
    reading.interval()
    assert [len(pipe.heard) for pipe in crowd] == [2] * MANY_READS


@pytest.mark.parametrize("is_busy", [False, True])
async def test_nothing_is_left_behind(reading: Reading, *, is_busy: bool) -> None:
    """[P24] When the last one has gone, no file is open and no timer set; then others may come."""
    before = open_files()
    for _ in range(2):
        crowd = reading.crowd()
        await reading.speak(*(crowd if is_busy else crowd[:1]))
        reading.end()
        reading.end()
        assert open_files() == before
        assert crowd[0].heard == [b"x"]
        reading.pipes.clear()
        reading.taps.clear()
        reading.interval()


async def test_everyone_may_go_and_others_come_while_it_reads(reading: Reading) -> None:
    """[P24] Who comes then is read by what was opened for them."""
    crowd = reading.crowd()
    await reading.speak(*crowd)

    def all_change(_: bytes) -> None:
        for tap in reading.taps:
            tap.end()
        reading.come()

    for tap in reading.taps:
        tap.received = all_change
    await reading.speak(*crowd)
    reading.interval()
    newcomer = reading.pipes[-1]
    assert newcomer not in crowd
    await reading.speak(newcomer)
    assert newcomer.heard == [b"x"]
    reading.interval()
    await reading.speak(newcomer)
    assert newcomer.heard == [b"x"] * 2


@pytest.mark.parametrize("extra", [{"sslcontext": object()}, {"socket": None}])
def test_what_holds_more_than_the_kernel_reads_for_itself(extra: dict[str, Any]) -> None:
    """TLS is decrypted by its transport; and a test's transport may have no socket."""
    pipe = Pipe(**extra)
    assert Intake(ManualClock(), interval_s=_INTERVAL_S).tap(pipe, pipe.heard.append) is None
    pipe.end()


def test_where_nothing_is_to_wait_each_transport_reads_for_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor where the system has no epoll."""
    pipe = Pipe()
    assert Intake(ManualClock(), interval_s=0).tap(pipe, pipe.heard.append) is None
    monkeypatch.delattr("select.epoll")
    assert Intake(ManualClock(), interval_s=1).tap(pipe, pipe.heard.append) is None
    pipe.end()
