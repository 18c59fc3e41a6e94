"""Quiet for all, and asking somebody to speak [PE-3] [PE-4]."""

from lessonroom.codes import ErrorCode
from lessonroom.commands import AskToUnmute, Mute, SetMedia, SetPermissions
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, fingerprint, folded


def speaking(*users: int) -> Lesson:
    """Return a lesson in which these are heard, and seen as well."""
    lesson = begun()
    for user_id in users:
        lesson.do(SetMedia(by=user_id, connection_id=None, audio=True, video=True))
    return lesson


def heard(lesson: Lesson) -> set[int]:
    """Return whose microphones are on."""
    return {user for user, seat in lesson.state.participants.items() if seat.media.audio}


def told(outcome: object) -> list[str]:
    """Return the codes of what is told."""
    return [signal.data.code for signal in outcome.signals]  # type: ignore[attr-defined]


def test_everyone_but_the_host_is_muted_and_their_pictures_stay() -> None:
    """[PE-3] One event for each microphone that was on; who was muted is told to stop sending."""
    lesson = speaking(HOST, ANN, BEN)
    outcome = lesson.do(Mute(by=HOST))
    assert heard(lesson) == {HOST}
    assert lesson.state.participants[ANN].media.video
    assert len(outcome.events) == 2
    assert told(outcome) == ["muted", "muted"]
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    assert lesson.do(Mute(by=HOST)).events == []


def test_one_is_muted_and_may_speak_again() -> None:
    """[PE-3] No permission goes with it."""
    lesson = speaking(ANN, BEN)
    lesson.do(Mute(by=HOST, user_id=ANN))
    assert heard(lesson) == {BEN}
    lesson.do(SetMedia(by=ANN, connection_id=None, audio=True))
    assert heard(lesson) == {ANN, BEN}


def test_who_may_not_is_refused() -> None:
    """[PE-3] Nor is a host turned off by another; there is nobody of a wrong number."""
    lesson = speaking(HOST, ANN, BEN)
    lesson.refuse(Mute(by=ANN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(Mute(by=ANN, user_id=BEN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(Mute(by=HOST, user_id=4_711), ErrorCode.NOT_FOUND)
    lesson.refuse(Mute(by=None, user_id=HOST), ErrorCode.CONFLICT)
    assert heard(lesson) == {HOST, ANN, BEN}


def test_one_is_asked_to_speak_and_nothing_is_turned_on() -> None:
    """[PE-4] That person alone hears of it."""
    lesson = begun()
    outcome = lesson.do(AskToUnmute(by=HOST, user_id=ANN))
    assert outcome.events == []
    (signal,) = outcome.signals
    assert (signal.data.code, signal.data.params) == ("unmute_asked", {"by": HOST})
    assert lesson.room.peers[signal.connection_id].user_id == ANN
    assert heard(lesson) == set()


def test_asking_where_it_is_no_use_is_refused() -> None:
    """[PE-4] One who is heard, is not there, or may not; and by whom."""
    lesson = speaking(ANN)
    lesson.refuse(AskToUnmute(by=HOST, user_id=ANN), ErrorCode.CONFLICT)
    lesson.refuse(AskToUnmute(by=ANN, user_id=BEN), ErrorCode.PERMISSION_DENIED)
    withdrawn = {"can_toggle_audio": False}
    lesson.do(SetPermissions(by=HOST, user_id=BEN, permissions=withdrawn))
    lesson.refuse(AskToUnmute(by=HOST, user_id=BEN), ErrorCode.CONFLICT)
    lesson.do(SetPermissions(by=HOST, user_id=BEN, permissions={"can_toggle_audio": True}))
    lesson.disconnect(BEN, is_bye=True)
    lesson.refuse(AskToUnmute(by=HOST, user_id=BEN), ErrorCode.CONFLICT)
