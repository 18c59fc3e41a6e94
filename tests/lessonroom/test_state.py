"""The state that a log comes to.

Tests also: lessonroom/log/events.py, lessonroom/people/participant.py.
"""

from typing import get_args

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import Append, Put, Remove
from lessonroom.codes import Refused
from lessonroom.commands import (
    AdmitParticipant,
    GiveConsent,
    InviteParticipant,
    LeaveOut,
    OpenTake,
    PassTime,
    RaiseHand,
    RegisterAsset,
    RemoveMessage,
    ReopenSession,
    ReportQuality,
    RestoreBoard,
    SaveBoard,
    SendChatMessage,
    SetMedia,
    SetPermissions,
    SetTimer,
    SettleEmpty,
    StartRecording,
    Undo,
    UpdateSession,
)
from lessonroom.log.events import (
    BODY_OF,
    WIRE_NAME,
    AssetAdded,
    Event,
    EventBody,
    EventType,
    Submission,
)
from lessonroom.log.submissions import Submissions
from lessonroom.people.participant import ConnectionQuality
from lessonroom.people.permissions import ALL_PERMISSIONS, DEFAULT_PERMISSIONS, Permission, Role
from lessonroom.recording.recording import Consent, TakeKind
from lessonroom.session.lifecycle import Move
from lessonroom.session.messages import Messages
from lessonroom.session.session import Session, SessionSettings
from lessonroom.state import RoomState
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    connection_of,
    fingerprint,
    folded,
    stroke,
)

LATE = 5


@pytest.fixture
def eventful() -> Lesson:
    """A lesson in which everything happened at least once."""
    lesson = begun()
    lesson.draw(ANN)
    lesson.edit(ANN, Put(stroke("s1")), Append("s1", [1.5, 2, 0.25, 16], 1))
    lesson.do(SetMedia(by=ANN, connection_id="c2", video=True))
    lesson.do(ReportQuality(connection_id="c2", quality=ConnectionQuality.WEAK))
    lesson.permit(ANN, can_toggle_video=False, can_kick=True)
    lesson.do(SetPermissions(by=HOST, role=Role.VIEWER, permissions={"can_draw": True}))
    lesson.wait(30)
    lesson.disconnect(BEN)
    lesson.move(Move.PAUSE)
    lesson.wait(30)
    lesson.do(PassTime())
    lesson.move(Move.RESUME)
    lesson.connect(BEN)
    lesson.disconnect(BEN)
    lesson.connect(BEN, "again")
    lesson.kick(BEN, by=ANN)
    lesson.do(InviteParticipant(by=HOST, user_id=BEN, name="Ben", role=Role.VIEWER))
    lesson.restart()
    lesson.connect(HOST)
    lesson.connect(VIEWER)
    lesson.draw(VIEWER, "r2")
    lesson.edit(HOST, Remove(["r1"]))
    lesson.do(SaveBoard(by=HOST))
    lesson.do(
        SendChatMessage(
            connection_id=connection_of(HOST), client_id="chat-1", n=1, text="Well done"
        )
    )
    lesson.do(RemoveMessage(by=HOST, message=lesson.state.head))
    added = AssetAdded("ab" * 32, "image/png", width=1, height=1, size_bytes=1)
    lesson.do(RegisterAsset(by=HOST, added=added))
    lesson.do(RestoreBoard(by=HOST, version=1, board=Board().encode()))
    lesson.do(Undo(by=HOST))
    lesson.do(UpdateSession(by=HOST, title="two", settings={"waiting_room": True}))
    lesson.bring(LATE)
    lesson.do(AdmitParticipant(by=HOST, user_id=LATE))
    lesson.do(RaiseHand(by=LATE))
    for command in (
        UpdateSession(by=HOST, is_recorded=True),
        GiveConsent(by=LATE, answer=Consent.GIVEN),
        StartRecording(by=HOST, recording_id="first"),
        OpenTake(by=LATE, take_id="take", kind=TakeKind.AUDIO, media_type="audio/webm"),
        LeaveOut(by=HOST, user_id=LATE, is_left_out=True),
    ):
        lesson.do(command)
    lesson.do(SetTimer(by=HOST, seconds=60, title="Exercise 1"))
    for user_id in (HOST, VIEWER, LATE):
        lesson.disconnect(user_id, is_bye=True)
    lesson.wait(600)
    lesson.do(PassTime())
    lesson.do(SettleEmpty(pause_after_ms=1, end_after_ms=1, end_unplanned_after_ms=10**9))
    lesson.connect(HOST)
    lesson.wait(60)
    lesson.move(Move.COMPLETE)
    lesson.wait(60)
    lesson.do(ReopenSession(by=HOST, within_ms=10**9))
    lesson.connect(HOST)
    lesson.wait(60)
    lesson.move(Move.COMPLETE)
    return lesson


def test_the_state_is_the_fold_of_the_log(eventful: Lesson) -> None:
    """[BD-7] Session, seats, permissions, board, accepted ids and epochs: nothing else is kept."""
    assert fingerprint(folded(eventful.initial, eventful.log)) == fingerprint(eventful.state)


def test_a_snapshot_and_the_tail_come_to_the_same(eventful: Lesson) -> None:
    """[BD-7] At every point of the log a snapshot may have been taken."""
    for n in range(len(eventful.log) + 1):
        state = folded(eventful.initial, eventful.log[:n])
        loaded = RoomState(
            state.session,
            state.participants.values(),
            board=Board.decode(state.board.encode()),
            head=state.head,
            head_at_ms=state.head_at_ms,
            epochs=state.epochs,
            submissions=_accepted(eventful.log[:n]),
            messages=Messages(state.messages),
        )
        for event in eventful.log[n:]:
            loaded.apply(event)
        assert fingerprint(loaded) == fingerprint(eventful.state), n


def _accepted(log: list[Event]) -> Submissions:
    return Submissions(
        (event.user_id, *_id(event.submission), event.seq, event.submission.digest)
        for event in log
        if event.submission is not None and event.user_id is not None
    )


def _id(submission: Submission) -> tuple[str, int]:
    return submission.client_id, submission.n


def test_an_event_says_which_rows_it_changed(eventful: Lesson) -> None:
    """[BD-5] What is not named would be lost: rows are written with the events that change them."""
    state = RoomState(eventful.initial)
    for event in eventful.log:
        session, seats = state.session, dict(state.participants)
        touched = state.apply(event)
        changed = {key for key, seat in state.participants.items() if seats.get(key) != seat}
        assert changed <= touched.participants, event
        assert touched.session or state.session == session, event


def test_an_event_survives_being_stored(eventful: Lesson) -> None:
    """[BD-5] Body, type and submission."""
    for event in eventful.log:
        copy = msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=Event)
        assert copy == event
        assert copy.body() == event.body()
        assert msgspec.json.encode(event.body()) == event.data


def test_the_lesson_above_is_eventful(eventful: Lesson) -> None:
    """The fixture keeps its word: only other ends and a clear are missing."""
    assert set(EventType) - {event.type for event in eventful.log} == {
        EventType.SESSION_TERMINATE,
        EventType.SESSION_EXPIRE,
        EventType.BOARD_CLEAR,
    }


@pytest.mark.parametrize("event_type", EventType)
def test_every_type_of_event_has_a_body_and_a_name_on_the_wire(event_type: EventType) -> None:
    """[EN-4] One table, nothing left out."""
    assert BODY_OF[event_type] in get_args(EventBody)
    assert WIRE_NAME[event_type]


def test_the_operator_may_do_everything_and_a_stranger_nothing() -> None:
    """[BD-3] None is the operator; a person without a seat has no permission."""
    state = begun().state
    assert state.permissions_of(None) == ALL_PERMISSIONS
    assert state.permissions_of(99) == frozenset()


def test_what_an_operator_set_for_a_role_is_where_permissions_start() -> None:
    """[BD-3] Then the session's overrides for the role, then those of the person."""
    settings = SessionSettings(permissions={Role.STUDENT: {"can_invite": True}})
    session = Session(session_id="s", host_id=HOST, settings=settings)
    seats = begun().state.participants
    only_erase = {**DEFAULT_PERMISSIONS, Role.STUDENT: frozenset({Permission.ERASE})}
    state = RoomState(session, seats.values(), role_permissions=only_erase)
    assert state.permissions_of(ANN) == {Permission.ERASE, Permission.INVITE}


def test_a_new_state_is_at_the_beginning() -> None:
    """[BD-7] No event, no epoch."""
    state = RoomState(Session(session_id="s", host_id=HOST))
    assert (state.head, state.epoch, state.participants) == (0, "", {})


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"unknown": 1}, "unknown field `unknown`"),
        ({"permissions": {"student": {"can_fly": True}}}, "allowed: can_draw"),
        ({"permissions": {"teacher": {}}}, "teacher"),
        ({"grace_s": -1}, "0 to 3600"),
        ({"grace_s": 3601}, "0 to 3600"),
        ({"signal_policy": "none"}, "signal_policy"),
    ],
)
def test_settings_refuse_what_is_no_setting(settings: dict[str, object], complaint: str) -> None:
    """[EN-2] Unknown keys, unknown permissions, a grace out of range."""
    with pytest.raises((msgspec.ValidationError, Refused), match=complaint):
        msgspec.convert(settings, SessionSettings)
