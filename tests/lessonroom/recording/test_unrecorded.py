"""Who agreed and is not recorded all the same: what everyone learns, and when it is over."""

from lessonroom.commands import SetUnrecorded
from lessonroom.recording.recording import Hindrance, TakeKind, UnrecordedTrack
from tests.lessonroom.lesson import ANN, HOST, Lesson, begun, connecting
from tests.lessonroom.notices import told

EVERYONE = ("c1", "c2", "c3", "c4")
VOICE = UnrecordedTrack(TakeKind.AUDIO, Hindrance.UNABLE)
FACE = UnrecordedTrack(TakeKind.VIDEO, Hindrance.FAILED)


def unrecorded(**tracks: str) -> tuple[str, dict[str, object]]:
    listed = [{"kind": kind, "why": why} for kind, why in tracks.items()]
    return ("unrecorded", {"user_id": ANN, "tracks": listed})


def say(lesson: Lesson, connection_id: str, *tracks: UnrecordedTrack) -> dict[str, object]:
    outcome = lesson.do(SetUnrecorded(connection_id=connection_id, tracks=list(tracks)))
    assert not outcome.events
    return dict(told(outcome))


def test_everyone_hears_of_each_change_and_of_nothing_else() -> None:
    """[RC-11] It is no event; the same again says nothing."""
    lesson = begun()
    assert say(lesson, "c2") == {}
    assert say(lesson, "c2", VOICE) == dict.fromkeys(EVERYONE, unrecorded(audio="unable"))
    assert say(lesson, "c2", VOICE) == {}
    both = unrecorded(audio="unable", video="failed")
    assert say(lesson, "c2", FACE, VOICE) == dict.fromkeys(EVERYONE, both)
    assert say(lesson, "c2") == dict.fromkeys(EVERYONE, unrecorded())


def test_who_comes_in_is_told_of_who_is_not_recorded() -> None:
    """[RC-11] As it is by then."""
    lesson = begun()
    say(lesson, "c2", VOICE)
    late = lesson.do(connecting(HOST, "late", now_ms=lesson.now_ms))
    assert told(late) == {"late": unrecorded(audio="unable")}


def test_each_page_speaks_for_its_own_tracks() -> None:
    """[RC-11] Together they are the person; what one said is gone with it."""
    lesson = begun()
    lesson.do(connecting(ANN, "phone", now_ms=lesson.now_ms))
    say(lesson, "c2", VOICE)
    both = unrecorded(audio="unable", video="failed")
    assert say(lesson, "phone", FACE)["c1"] == both
    assert told(lesson.disconnect(ANN))["c1"] == unrecorded(video="failed")
    assert say(lesson, "phone")["c1"] == unrecorded()


def test_who_waits_outside_says_nothing() -> None:
    """[RC-11] [WR-2] Nothing of them could be recorded."""
    assert say(begun(), "nowhere", VOICE) == {}
