"""How the log is replayed in pieces; that it is replayed rightly say the golden logs."""

import tracemalloc
from collections.abc import Sequence

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer, Stroke
from lessonroom.board.model.operations import AddLayer, Operation, Put, Remove
from lessonroom.board.model.pieces import LARGE_BYTES, finished
from lessonroom.log.events import BoardChanged, Event, EventType
from lessonroom.log.replay import replay, replay_in_pieces
from tests.lessonroom.lesson import rect

_ANN = 7


def event(seq: int, ops: Sequence[Operation], *, restored: int | None = None) -> Event:
    """Return an event that says these operations."""
    body = BoardChanged(msgspec.Raw(msgspec.json.encode(ops)), restored)
    data = msgspec.json.encode(body)
    return Event(seq=seq, type=EventType.BOARD_OP, at_ms=seq, user_id=_ANN, data=data)


def strokes(count: int) -> list[Operation]:
    """Return operations that put so many strokes."""
    points = [1.25, 7, 0.5, 8] * 300
    return [Put(Stroke(id=f"s{n}", layer="base", by=_ANN, points=points)) for n in range(count)]


def both(events: Sequence[Event]) -> tuple[Board, Board]:
    """Return the board of a log replayed event by event, and in pieces."""
    whole, in_pieces = Board(), Board()
    for each in events:
        replay(whole, each)
    finished(replay_in_pieces(in_pieces, events))
    return whole, in_pieces


@pytest.mark.parametrize("restored", [None, 3])
def test_an_event_that_holds_a_whole_board_is_replayed_in_pieces(restored: int | None) -> None:
    """[P8] [P17] The same board, in the same order, also where it puts what it has removed."""
    again = Put(Stroke(id="s3", layer="new", by=_ANN, points=[0, 0, 0.5, 0]))
    new_layer = AddLayer(Layer(id="new", name='"ops":[{"'))
    ops = [new_layer, *strokes(400), Remove(["s3", "s4"]), again, Put(rect("r"))]
    large = event(2, ops, restored=restored)
    assert len(large.data) > LARGE_BYTES
    whole, in_pieces = both([event(1, [Put(rect("first"))]), large, event(3, strokes(1))])
    assert in_pieces.encode() == whole.encode()
    assert (in_pieces.size_bytes, in_pieces.text_chars) == (whole.size_bytes, whole.text_chars)
    assert list(in_pieces.elements) == list(whole.elements)
    assert sum(1 for _ in replay_in_pieces(Board(), [large])) > len(large.data) / 100_000


def test_a_large_event_is_applied_at_its_end_or_not_at_all() -> None:
    """[BD-1] Between its pieces the board is as it was before."""
    board = Board()
    for _ in replay_in_pieces(board, [event(1, strokes(400))]):
        assert not board.elements
    assert len(board.elements) == 400


def test_a_large_event_is_let_go_of_as_its_board_grows() -> None:
    """[P16] A restore of 9 MB held those of the event until the last of its elements was there."""
    large = event(1, strokes(800))
    board = Board()
    tracemalloc.start()
    try:
        copies = (
            msgspec.structs.replace(each, data=bytes(bytearray(each.data))) for each in (large,)
        )
        work = replay_in_pieces(board, copies)
        held_bytes = [tracemalloc.get_traced_memory()[0] for _ in work]
    finally:
        tracemalloc.stop()
    assert len(board.elements) == 800
    assert max(held_bytes) < 1.5 * len(large.data)


def test_many_small_events_are_replayed_with_stops_between_them() -> None:
    """[P17] The stops are counted by events, where they are short."""
    events = [event(n + 1, [Put(rect(f"r{n % 9}"))]) for n in range(1_000)]
    assert sum(1 for _ in replay_in_pieces(Board(), events)) > 20
    whole, in_pieces = both(events)
    assert in_pieces.encode() == whole.encode()


def test_what_is_no_operation_is_found_out_in_pieces_too() -> None:
    """[P21] A log that says nonsense does not become a board."""
    good = event(1, strokes(400)).data
    for bad in (
        good.replace(b'"op":"put"', b'"op":"pot"', 1),
        good.replace(b'},{"op"', b'}{"op"', 1),
        good[:-2] + b",5]}",
        good.removesuffix(b"}"),
    ):
        broken = Event(seq=1, type=EventType.BOARD_OP, at_ms=1, user_id=_ANN, data=bad)
        board = Board()
        with pytest.raises(msgspec.DecodeError):
            finished(replay_in_pieces(board, [broken]))
        assert not board.elements
