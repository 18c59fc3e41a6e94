import msgspec
import pytest

from lessonroom.board.model.operations import Operation, Put
from lessonroom.codes import ErrorCode
from lessonroom.commands import Disconnect, EditBoard, OpenRoom, PassTime
from lessonroom.limits import Limits
from lessonroom.log.events import Event, EventType, RoomOpened
from lessonroom.outcome import Ack, Outcome
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    START_MS,
    VIEWER,
    Lesson,
    begun,
    connecting,
    put_rect,
    rect,
)

_decode_ops = msgspec.json.Decoder(list[Operation]).decode


def logged_ops(event: Event) -> list[Operation]:
    ops: list[Operation] = _decode_ops(
        msgspec.json.decode(event.data, type=dict[str, msgspec.Raw])["ops"]
    )
    return ops


def test_an_edit_is_one_event_and_one_acknowledgement() -> None:
    """[BD-4][BD-1] To the one connection that sent it, at its place in the order."""
    lesson = begun()
    head = lesson.state.head
    outcome = lesson.edit(ANN, put_rect("a"), put_rect("b"))
    (event,) = outcome.events
    assert event.seq == head + 1
    assert event.type is EventType.BOARD_OP
    assert outcome.acks == [Ack("c2", "client-2:1", event.seq)]
    assert not outcome.signals


def test_the_server_stamps_who_when_and_where() -> None:
    """[EN-1] The user is that of the connection; `by` of an element is not what it claims."""
    lesson = begun()
    lesson.wait(5)
    (event,) = lesson.edit(ANN, put_rect("a", by=BEN)).events
    assert (event.user_id, event.at_ms) == (ANN, START_MS + 5000)
    assert logged_ops(event) == [Put(rect("a", by=ANN))]


def test_clearing_has_an_event_type_of_its_own() -> None:
    """[BD-2] The timeline shows it."""
    lesson = begun()
    lesson.draw(ANN)
    command = lesson.editing(1, msgspec.json.decode(b'{"op":"clear"}', type=Operation))
    assert lesson.do(command).events[0].type is EventType.BOARD_CLEAR


def test_a_connection_that_is_not_in_the_room_changes_nothing() -> None:
    """[BD-3] Whatever client_id it names."""
    lesson = begun()
    lesson.disconnect(ANN)
    lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.PERMISSION_DENIED)
    stranger = EditBoard(connection_id="nobody", client_id="client-2", n=9, ops=[put_rect()])
    lesson.refuse(stranger, ErrorCode.PERMISSION_DENIED)


def test_a_viewer_does_not_draw() -> None:
    """[BD-3] The field says which operation was at fault."""
    lesson = begun()
    error = lesson.refuse(lesson.editing(VIEWER, put_rect()), ErrorCode.PERMISSION_DENIED)
    assert (error.field, error.message) == ("ops[0]", "this needs can_draw")


def test_concurrent_writers_are_ordered_by_the_room() -> None:
    """[BD-2] The later `seq` wins per field; no client clock takes part."""
    lesson = begun()
    lesson.permit(BEN, can_edit_others=True)
    lesson.draw(ANN, "r1")
    patch = b'{"op":"patch","id":"r1","set":{"x":%d,"y":%d}}'
    partly = b'{"op":"patch","id":"r1","set":{"x":%d}}'
    lesson.edit(BEN, msgspec.json.decode(patch % (10, 20), type=Operation))
    lesson.edit(ANN, msgspec.json.decode(partly % 99, type=Operation))
    fields = lesson.state.board.elements["r1"].fields()
    assert (fields["x"], fields["y"]) == (99, 20)


def test_a_refused_edit_takes_no_seq() -> None:
    """[BD-4] The sequence stays dense."""
    lesson = begun()
    before = lesson.state.head
    lesson.refuse(lesson.editing(ANN, put_rect(layer="gone")), ErrorCode.NOT_FOUND)
    assert lesson.draw(ANN).events[0].seq == before + 1


def test_time_in_the_log_never_goes_back() -> None:
    """[BD-2] A clock that is set back stands still until it has caught up."""
    lesson = begun()
    lesson.wait(10)
    first = lesson.draw(ANN, "a").events[0].at_ms
    lesson.wait(-3600)
    assert lesson.draw(ANN, "b").events[0].at_ms == first
    lesson.wait(3601)
    assert lesson.draw(ANN, "c").events[0].at_ms == first + 1000


def test_opening_begins_an_epoch() -> None:
    """[BD-7] As an event, whose `seq` is the epoch's first."""
    lesson = begun()
    (event,) = lesson.do(OpenRoom(epoch="second")).events
    assert event.type is EventType.ROOM_OPEN
    assert event.body() == RoomOpened("second")
    assert lesson.state.epoch == "second"
    assert [(epoch.epoch, epoch.first_seq) for epoch in lesson.state.epochs] == [
        ("first", 2),
        ("second", event.seq),
    ]


def test_what_changes_nothing_says_nothing() -> None:
    """[BD-4] No event, no ack, no signal."""
    lesson = begun()
    for command in (PassTime(), Disconnect(connection_id="nobody", is_bye=True)):
        outcome = lesson.do(command)
        assert outcome == Outcome()


def test_an_outcome_carries_the_rows_that_changed() -> None:
    """[BD-5] For the same transaction as the events."""
    lesson = begun()
    outcome = lesson.disconnect(ANN)
    assert outcome.participants == {ANN: lesson.participant(ANN)}
    assert not outcome.session_changed
    outcome = lesson.move(Move.PAUSE)
    assert not outcome.participants
    assert outcome.session_changed


def test_outcomes_do_not_share_their_lists() -> None:
    """[BD-4] Or one command would carry the events of another."""
    lesson = begun()
    first, second = lesson.draw(ANN, "a"), lesson.draw(BEN, "b")
    assert len(first.events) == len(second.events) == 1
    assert first.acks != second.acks


@pytest.mark.parametrize("is_over", [False, True])
def test_the_limit_of_operations_is_the_rooms(*, is_over: bool) -> None:
    """[BD-9] `too_large`."""
    lesson = begun(limits=Limits(ops_per_event=2))
    edit = lesson.editing(ANN, *(put_rect(f"r{n}") for n in range(2 + is_over)))
    if is_over:
        assert lesson.refuse(edit, ErrorCode.TOO_LARGE).field == "ops"
    else:
        assert lesson.do(edit).events


def test_two_rooms_share_nothing() -> None:
    """[RT-1] What happens in one cannot be seen in another."""
    one, other = Lesson(), begun()
    before = (len(other.log), other.state.board.encode(), dict(other.room.peers))
    one.bring(1)
    one.draw(1)
    assert (len(other.log), other.state.board.encode(), dict(other.room.peers)) == before
    one.refuse(connecting(ANN, now_ms=START_MS), ErrorCode.UNAUTHORIZED)
