"""Large answers: one after another for each person, in slices."""

import asyncio

import pytest
from starlette.types import Message

from gateway.rest.plumbing.large_answers import SLICE_BYTES, LargeAnswers, SlicedResponse
from lessonroom.codes import ErrorCode, Refused

SCOPE = {"type": "http", "method": "GET"}


async def nothing() -> Message:
    raise AssertionError("nobody asks what comes behind the request")


class Reader:
    """A client that reads so many messages, and the rest once it is let."""

    def __init__(self, reads: int = 1_000) -> None:
        self.got: list[Message] = []
        self.goes_on = asyncio.Event()
        self._reads = reads

    async def __call__(self, message: Message) -> None:
        if len(self.got) >= self._reads:
            await self.goes_on.wait()
        self.got.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.got)


async def answered(answers: LargeAnswers, party: str, reader: Reader) -> None:
    async with answers.turn(party) as turn:
        response = turn.respond([b"x" * (3 * SLICE_BYTES)], media_type="application/json")
    await response(SCOPE, nothing, reader)


async def test_an_answer_comes_whole_in_slices() -> None:
    """[P16] With its length, and no slice so large that others would wait for it."""
    reader, sent = Reader(), asyncio.Event()
    parts = [b"{", b"a" * (2 * SLICE_BYTES + 7), b"}"]
    response = SlicedResponse(parts, media_type="application/json", on_sent=sent.set)
    await response(SCOPE, nothing, reader)
    assert reader.body == b"".join(parts)
    headers = dict(reader.got[0]["headers"])
    assert headers[b"content-length"] == str(len(reader.body)).encode()
    assert max(len(message.get("body", b"")) for message in reader.got) == SLICE_BYTES
    assert [message.get("more_body") for message in reader.got[-2:]] == [True, False]
    assert sent.is_set()


async def test_others_have_a_turn_between_two_slices() -> None:
    """[P16] Also where the client takes everything at once."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    going_on = asyncio.create_task(others())
    parts = [b"x" * (20 * SLICE_BYTES)]
    response = SlicedResponse(parts, media_type="text/plain", on_sent=lambda: None)
    await response(SCOPE, nothing, Reader())
    going_on.cancel()
    assert turns >= 20


async def test_who_has_not_read_the_last_one_waits_for_the_next() -> None:
    """[FC-10] [P15] What is not read is in memory once for each person."""
    answers = LargeAnswers()
    slow, next_one, other = Reader(reads=2), Reader(), Reader()
    first = asyncio.create_task(answered(answers, "ann", slow))
    await asyncio.sleep(0)
    second = asyncio.create_task(answered(answers, "ann", next_one))
    await answered(answers, "ben", other)
    assert len(other.body) == 3 * SLICE_BYTES
    assert not next_one.got
    slow.goes_on.set()
    await asyncio.gather(first, second)
    assert len(next_one.body) == 3 * SLICE_BYTES


async def test_two_may_wait_and_no_more() -> None:
    """[FC-10] [P15] Each that waits is a request that is kept."""
    answers = LargeAnswers()
    slow = Reader(reads=0)
    waiting = [asyncio.create_task(answered(answers, "ann", slow)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as caught:
        await answered(answers, "ann", Reader())
    assert caught.value.code is ErrorCode.RATE_LIMITED
    assert caught.value.retry_after_ms
    slow.goes_on.set()
    await asyncio.gather(*waiting)
    await answered(answers, "ann", Reader())


async def test_a_turn_ends_where_there_is_no_answer() -> None:
    """[P24] Refused, failed, given up while it waits or while it is sent: nobody is locked out."""
    answers = LargeAnswers()
    with pytest.raises(Refused):
        async with answers.turn("ann"):
            raise Refused(ErrorCode.NOT_FOUND, "there is no such version")
    slow = Reader(reads=1)
    sending = asyncio.create_task(answered(answers, "ann", slow))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(answered(answers, "ann", Reader()))
    await asyncio.sleep(0)
    waiting.cancel()
    sending.cancel()
    await asyncio.wait([waiting, sending])
    reader = Reader()
    await answered(answers, "ann", reader)
    assert len(reader.body) == 3 * SLICE_BYTES
    assert not answers._turns
    assert not answers._asked
