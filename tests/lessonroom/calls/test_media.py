import pytest

from lessonroom.calls.media import TRACKS
from lessonroom.codes import ErrorCode
from lessonroom.commands import SetMedia, SetPermissions
from lessonroom.log.events import EventType, MediaStateChanged
from lessonroom.outcome import Outcome
from lessonroom.people.participant import MediaState
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, HOST, VIEWER, Lesson, begun, connection_of, is_plain


def setting(user_id: int, **tracks: bool) -> SetMedia:
    return SetMedia(
        by=user_id,
        connection_id=connection_of(user_id),
        video=tracks.get("video"),
        audio=tracks.get("audio"),
        screen=tracks.get("screen"),
    )


def stopped(outcome: Outcome) -> list[tuple[str, object]]:
    notices = [
        signal
        for signal in outcome.signals
        if signal.type == "notification" and signal.data.code == "media_withdrawn"
    ]
    assert all(is_plain(signal.data.message) for signal in notices)
    return [(signal.connection_id, signal.data.params) for signal in notices]


def media_of(lesson: Lesson, user_id: int) -> MediaState:
    return lesson.participant(user_id).media


@pytest.mark.parametrize("track", TRACKS)
def test_turning_a_track_on_needs_its_permission(track: str) -> None:
    """[RT-3] Off is always allowed."""
    lesson = begun()
    lesson.permit(ANN, **dict.fromkeys(map(str, TRACKS.values()), False))
    error = lesson.refuse(setting(ANN, **{track: True}), ErrorCode.PERMISSION_DENIED)
    assert error.field == f"data.{track}"
    lesson.permit(ANN, **{TRACKS[track]: True})
    lesson.do(setting(ANN, **{track: True}))
    assert getattr(media_of(lesson, ANN), track)
    lesson.do(setting(ANN, **{track: False}))
    assert media_of(lesson, ANN) == MediaState()


def test_a_change_is_an_event_for_all_and_leaves_the_rest_as_it_was() -> None:
    """[RT-3] What is not named stays."""
    lesson = begun()
    lesson.do(setting(ANN, video=True))
    (event,) = lesson.do(setting(ANN, audio=True)).events
    assert event.type is EventType.MEDIA_STATE
    assert event.user_id == ANN
    assert event.body() == MediaStateChanged("peer-c2", ANN, video=True, audio=True, screen=False)
    assert media_of(lesson, ANN) == MediaState(video=True, audio=True)


def test_the_tracks_of_another_connection_are_not_those_of_this_one() -> None:
    """[RT-3] One page shows its camera; the other turns on its microphone alone."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    lesson.do(setting(ANN, video=True))
    (event,) = lesson.do(SetMedia(by=ANN, connection_id="c2b", audio=True)).events
    assert event.body() == MediaStateChanged("peer-c2b", ANN, video=False, audio=True, screen=False)


def test_what_changes_nothing_is_no_event() -> None:
    """[RT-3] Nobody needs to hear it twice."""
    lesson = begun()
    lesson.do(setting(ANN, video=True))
    assert not lesson.do(setting(ANN, video=True)).events
    assert not lesson.do(setting(ANN)).events


def test_one_refused_track_refuses_all_of_the_message() -> None:
    """[RT-3][EN-2] Nothing of it is applied."""
    lesson = begun()
    lesson.refuse(setting(ANN, video=True, screen=True), ErrorCode.PERMISSION_DENIED)
    assert media_of(lesson, ANN) == MediaState()


@pytest.mark.parametrize("of_role", [False, True])
def test_withdrawing_turns_the_track_off_and_says_so(*, of_role: bool) -> None:
    """[RT-3] For everyone to see, and to each connection of the one concerned."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    lesson.do(setting(ANN, video=True, audio=True))
    outcome = lesson.do(
        SetPermissions(
            by=HOST,
            user_id=None if of_role else ANN,
            role=Role.STUDENT if of_role else None,
            permissions={"can_toggle_video": False},
        )
    )
    assert [event.type for event in outcome.events] == [
        EventType.PERMISSION_UPDATE,
        EventType.MEDIA_STATE,
    ]
    assert media_of(lesson, ANN) == MediaState(audio=True)
    remaining = {"video": False, "audio": True, "screen": False}
    assert stopped(outcome) == [("c2", remaining), ("c2b", remaining)]


def test_withdrawing_what_is_off_says_nothing() -> None:
    """[RT-3] There is no track to stop."""
    lesson = begun()
    lesson.do(setting(ANN, audio=True))
    outcome = lesson.permit(ANN, can_toggle_video=False)
    assert [event.type for event in outcome.events] == [EventType.PERMISSION_UPDATE]
    assert not stopped(outcome)


def test_the_tracks_of_a_peer_that_leaves_are_off() -> None:
    """[RT-3] Also where the participant stays with another connection."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    lesson.do(setting(ANN, video=True))
    (event,) = lesson.disconnect(ANN).events
    assert (event.type, event.user_id) == (EventType.MEDIA_STATE, ANN)
    assert media_of(lesson, ANN) == MediaState()
    assert lesson.participant(ANN).peer_id == "peer-c2b"


def test_over_rest_the_newest_peer_is_meant() -> None:
    """[RT-3] It has no connection of its own."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    lesson.connect(ANN, "c2c")
    lesson.connect(ANN, "board-only", is_peer=False)
    lesson.do(SetMedia(by=ANN, audio=True))
    assert lesson.participant(ANN).peer_id == "peer-c2c"


def test_over_rest_one_must_be_in_the_room() -> None:
    """[RT-3] And the session must not be over."""
    lesson = begun()
    lesson.disconnect(ANN)
    lesson.refuse(SetMedia(by=ANN, audio=True), ErrorCode.CONFLICT)
    lesson.move(Move.COMPLETE)
    lesson.refuse(SetMedia(by=HOST, audio=True), ErrorCode.SESSION_ENDED)


def test_a_viewer_can_be_given_the_microphone() -> None:
    """[RT-3] Permissions of the moment count, not those of the role."""
    lesson = begun()
    lesson.refuse(setting(VIEWER, audio=True), ErrorCode.PERMISSION_DENIED)
    lesson.permit(VIEWER, can_toggle_audio=True)
    assert lesson.do(setting(VIEWER, audio=True)).result == MediaState(audio=True)
