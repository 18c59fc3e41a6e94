"""The state is loaded anew while connections go on: what they did meanwhile was never logged."""

from lessonroom.codes import ErrorCode
from lessonroom.commands import AdmitParticipant, Disconnect, Reconcile
from lessonroom.log.events import EventType, ParticipantChange, ParticipantChanged
from lessonroom.outcome import Outcome
from lessonroom.people.participant import ParticipantStatus
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, folded

GUARDED = Session(session_id="guarded", host_id=HOST, settings=SessionSettings(waiting_room=True))


def load_anew(lesson: Lesson, events: int) -> Outcome:
    """Lose all events after the first `events`, as a failed commit does, and reconcile."""
    lesson.log = lesson.log[:events]
    lesson.room.state = folded(lesson.initial, lesson.log)
    return lesson.do(Reconcile())


def told(outcome: Outcome) -> list[tuple[EventType, int | None, ParticipantStatus]]:
    bodies = [(event, event.body()) for event in outcome.events]
    return [
        (event.type, event.user_id, body.participant.status)
        for event, body in bodies
        if isinstance(body, ParticipantChanged)
    ]


def test_where_nothing_was_lost_nothing_is_said() -> None:
    """[SY-1] Who is connected stays so, who is not stays away; nobody is told of it twice."""
    lesson = begun()
    lesson.disconnect(ANN)
    lesson.disconnect(BEN, is_bye=True)
    assert load_anew(lesson, len(lesson.log)).events == []


def test_a_connection_whose_event_was_lost_arrives_again() -> None:
    """[SY-1] [P20] They were connected, and the log does not know."""
    lesson = begun()
    lesson.disconnect(ANN)
    before = len(lesson.log)
    lesson.connect(ANN)
    outcome = load_anew(lesson, before)
    assert told(outcome) == [(EventType.PARTICIPANT_RECONNECT, ANN, ParticipantStatus.CONNECTED)]
    assert lesson.participant(ANN).peer_id == "peer-c2"


def test_the_newest_of_their_connections_is_the_one_to_call() -> None:
    """[SY-2] As if they had come in that order."""
    lesson = begun()
    lesson.disconnect(ANN)
    before = len(lesson.log)
    for name in ("c2a", "c2b", "c2c"):
        lesson.connect(ANN, name)
    load_anew(lesson, before)
    assert lesson.participant(ANN).peer_id == "peer-c2c"


def test_a_connection_that_went_while_its_event_was_lost_is_dropped() -> None:
    """[SY-1] Their grace begins now; a goodbye that nobody logged counts as a drop."""
    lesson = begun()
    before = len(lesson.log)
    lesson.disconnect(ANN, is_bye=True)
    outcome = load_anew(lesson, before)
    assert told(outcome) == [(EventType.PARTICIPANT_DROP, ANN, ParticipantStatus.RECONNECTING)]
    assert lesson.participant(ANN).peer_id is None
    assert lesson.participant(ANN).dropped_at_ms == lesson.now_ms


def test_each_is_looked_at_by_themselves() -> None:
    """[SY-1] One came, one went, two stayed."""
    lesson = begun()
    lesson.disconnect(BEN)
    before = len(lesson.log)
    lesson.connect(BEN)
    lesson.disconnect(VIEWER)
    assert [(who, status) for _, who, status in told(load_anew(lesson, before))] == [
        (BEN, ParticipantStatus.CONNECTED),
        (VIEWER, ParticipantStatus.RECONNECTING),
    ]


def test_a_kick_that_was_lost_leaves_the_kicked_one_without_a_connection() -> None:
    """[P11] The closed socket stays closed: they are shown as dropped until they come back."""
    lesson = begun()
    before = len(lesson.log)
    lesson.kick(ANN)
    load_anew(lesson, before)
    assert lesson.participant(ANN).status is ParticipantStatus.RECONNECTING
    lesson.connect(ANN)
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED


def test_a_lesson_that_has_ended_is_not_reconciled() -> None:
    """[SY-4] Its roster is history."""
    lesson = begun()
    lesson.move(Move.COMPLETE)
    lesson.refuse(Reconcile(), ErrorCode.SESSION_ENDED)


# -- the lobby


def waiting() -> Lesson:
    lesson = Lesson(GUARDED)
    lesson.bring(HOST, ANN)
    return lesson


def test_who_waits_and_is_there_goes_on_waiting_in_silence() -> None:
    """[WR-5] Inside nobody hears of the one at the door again, nor at the door of those inside."""
    lesson = waiting()
    assert load_anew(lesson, len(lesson.log)).events == []
    assert (list(lesson.room.peers), list(lesson.room.lobby)) == (["c1"], ["c2"])


def test_a_knock_that_was_lost_is_heard_now() -> None:
    """[WR-1] They stand at the door, and the log does not know."""
    lesson = Lesson(GUARDED)
    lesson.bring(HOST)
    lesson.seat(ANN)
    before = len(lesson.log)
    lesson.connect(ANN)
    assert told(load_anew(lesson, before)) == [
        (EventType.PARTICIPANT_WAIT, ANN, ParticipantStatus.JOINING)
    ]
    assert lesson.participant(ANN).is_waiting


def test_who_left_the_door_unheard_waits_no_more() -> None:
    """[WR-5] The host does not let in somebody who is gone."""
    lesson = waiting()
    before = len(lesson.log)
    lesson.do(Disconnect(connection_id="c2", is_bye=False))
    outcome = load_anew(lesson, before)
    assert told(outcome) == [(EventType.PARTICIPANT_LEAVE, ANN, ParticipantStatus.LEFT)]
    body = outcome.events[0].body()
    assert isinstance(body, ParticipantChanged)
    assert (body.change, body.by) == (ParticipantChange.LEFT, ANN)
    assert not lesson.participant(ANN).is_waiting


def test_whom_the_log_has_let_in_comes_in() -> None:
    """[WR-4] What the log says counts; their connection moves from the door into the room."""
    lesson = waiting()
    lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    # As if the connection had been taken up before the admission was loaded.
    lesson.room.lobby["c2"] = lesson.room.peers.pop("c2")
    outcome = load_anew(lesson, len(lesson.log))
    assert (list(lesson.room.peers), list(lesson.room.lobby)) == (["c1", "c2"], [])
    assert outcome.events == []
