from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import EraseParticipant
from lessonroom.log.events import ParticipantChanged
from lessonroom.people.erasure import ERASED_NAME
from lessonroom.people.participant import ParticipantStatus
from tests.lessonroom.lesson import ANN, BEN, HOST, NAMES, begun, connecting


def test_an_erased_participant_is_kicked_without_a_name() -> None:
    """[SY-3][SECURITY minors] First the name goes, so that not even the kick tells it."""
    lesson = begun()
    outcome = lesson.do(EraseParticipant(user_id=ANN))
    assert [closure.code for closure in outcome.closures] == [CloseCode.KICKED]
    for event in outcome.events:
        body = event.body()
        assert isinstance(body, ParticipantChanged)
        assert body.participant.name == ERASED_NAME
        assert NAMES[ANN].encode() not in event.data
    seat = lesson.participant(ANN)
    assert (seat.name, seat.status) == (ERASED_NAME, ParticipantStatus.KICKED)
    assert seat.not_before_ms > lesson.now_ms
    lesson.refuse(connecting(ANN, now_ms=lesson.now_ms), ErrorCode.KICKED)


def test_one_who_was_kicked_before_loses_the_name_and_nothing_else() -> None:
    """[SY-3] The kick and its time stay what they were; a second time changes nothing."""
    lesson = begun()
    lesson.kick(ANN)
    kicked = lesson.participant(ANN)
    lesson.do(EraseParticipant(user_id=ANN))
    seat = lesson.participant(ANN)
    assert (seat.status, seat.not_before_ms) == (kicked.status, kicked.not_before_ms)
    assert seat.name == ERASED_NAME
    assert lesson.do(EraseParticipant(user_id=ANN)).events == []


def test_a_host_and_a_stranger_are_not_erased() -> None:
    """[SY-3] A lesson without its host could not be ended by anybody in it."""
    lesson = begun()
    lesson.refuse(EraseParticipant(user_id=HOST), ErrorCode.CONFLICT)
    lesson.refuse(EraseParticipant(user_id=99), ErrorCode.NOT_FOUND)


def test_the_others_stay_as_they_are() -> None:
    """[BD-3] Two erased people may have the same name, which is none."""
    lesson = begun()
    ben = lesson.participant(BEN)
    lesson.do(EraseParticipant(user_id=ANN))
    assert lesson.participant(BEN) == ben
    lesson.do(EraseParticipant(user_id=BEN))
    assert lesson.participant(BEN).name == lesson.participant(ANN).name == ERASED_NAME
