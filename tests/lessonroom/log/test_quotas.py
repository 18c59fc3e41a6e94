"""Bytes of log by person, session and owner, on the core alone."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.board.model.operations import Clear, Remove
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    Connect,
    PassTime,
    SaveBoard,
    SendChatMessage,
    SetMedia,
    Undo,
)
from lessonroom.limits import Limits
from lessonroom.log.quotas import ROW_BYTES, Quota, Usage
from lessonroom.outcome import Outcome
from lessonroom.protocol.server import Notification
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    Lesson,
    begun,
    connecting,
    connection_of,
    folded,
    put_rect,
)

_KIB = 1024
SMALL = Limits(
    log_bytes_per_person=24 * _KIB,
    log_bytes_per_session=256 * _KIB,
    log_bytes_per_owner=1024 * _KIB,
)


@pytest.fixture
def lesson() -> Lesson:
    """A lesson in which a person may have 24 KiB of the log."""
    return begun(limits=SMALL)


def until_refused(lesson: Lesson, command: Callable[[int], Command]) -> Refused:
    """Carry out one command after the other until one is refused."""
    for n in range(1, 10_000):
        try:
            lesson.do(command(n))
        except Refused as refused:
            return refused
    raise AssertionError("nothing was ever refused")


def draw_until_full(lesson: Lesson, user_id: int) -> Refused:
    """Have somebody overwrite one element until they may not any more."""
    return until_refused(lesson, lambda n: lesson.editing(user_id, put_rect(f"of-{user_id}", x=n)))


def notices(outcome: Outcome) -> list[tuple[str, str]]:
    """Return to which connection it was said what is nearly full."""
    return [
        (signal.connection_id, (signal.data.params or {})["full"])
        for signal in outcome.signals
        if isinstance(signal.data, Notification) and signal.data.code == "quota_near"
    ]


def test_what_a_person_caused_is_what_the_log_holds_of_them(lesson: Lesson) -> None:
    """[QU-1] Counted as it grows, and the same when the log is read anew."""
    for n in range(5):
        lesson.draw(ANN, f"r{n}")
    of_ann = [event for event in lesson.log if event.user_id == ANN]
    expected = sum(len(event.data) + ROW_BYTES for event in of_ann)
    assert lesson.state.usage.of(ANN) == expected
    again = folded(lesson.initial, lesson.log).usage
    assert again.by_person == lesson.state.usage.by_person
    assert again.total_bytes == sum(len(event.data) + ROW_BYTES for event in lesson.log)


def test_one_who_overwrites_for_ever_is_refused_and_the_others_are_not(lesson: Lesson) -> None:
    """[QU-2] Too large, not to be tried again; nothing of it is applied, and the rest go on."""
    refused = draw_until_full(lesson, ANN)
    assert refused.code is ErrorCode.TOO_LARGE
    assert refused.retry_after_ms is None
    assert "your part of this session's history is full" in refused.message
    assert lesson.state.usage.of(ANN) <= SMALL.log_bytes_per_person
    lesson.refuse(lesson.editing(ANN, put_rect("more")), ErrorCode.TOO_LARGE)
    lesson.draw(BEN)
    lesson.draw(HOST)


def test_what_was_accepted_before_is_acknowledged_still(lesson: Lesson) -> None:
    """[BD-6][QU-2] Sending it again adds nothing to the log."""
    first = lesson.editing(ANN, put_rect("first"))
    seq = lesson.do(first).acks[0].seq
    draw_until_full(lesson, ANN)
    (ack,) = lesson.do(first).acks
    assert ack.seq == seq


def test_the_lesson_goes_on_where_a_part_is_full(lesson: Lesson) -> None:
    """[QU-2] Chat, erasing, undoing what grew the board, saving, media, and coming back."""
    draw_until_full(lesson, ANN)
    chat = SendChatMessage(connection_id=connection_of(ANN), client_id="client-ann", n=1, text="?")
    assert lesson.do(chat).acks
    assert lesson.do(Undo(by=ANN)).events
    lesson.edit(ANN, Remove([f"of-{ANN}"]))
    lesson.do(SetMedia(by=ANN, connection_id=connection_of(ANN), audio=True))
    lesson.do(SaveBoard(by=ANN))
    lesson.disconnect(ANN)
    assert lesson.connect(ANN).events


def test_what_goes_on_ends_as_well(lesson: Lesson) -> None:
    """[QU-2] The reserve is an eighth: chat is no way round the quota."""
    draw_until_full(lesson, ANN)

    def chat(n: int) -> SendChatMessage:
        return SendChatMessage(
            connection_id=connection_of(ANN), client_id="client-ann", n=n, text="x" * 100
        )

    assert until_refused(lesson, chat).code is ErrorCode.TOO_LARGE
    assert lesson.state.usage.of(ANN) <= SMALL.log_bytes_per_person * 9 // 8
    lesson.do(SetMedia(by=ANN, connection_id=connection_of(ANN), audio=False))


def test_erasing_with_something_drawn_beside_it_is_drawing(lesson: Lesson) -> None:
    """[QU-2] The reserve is for what erases and nothing else."""
    draw_until_full(lesson, ANN)
    both = lesson.editing(ANN, Remove([f"of-{ANN}"]), put_rect("new"))
    lesson.refuse(both, ErrorCode.TOO_LARGE)
    lesson.do(lesson.editing(HOST, Clear()))


@given(hogs=st.integers(1, 400))
def test_however_many_fill_a_session_one_who_comes_later_finds_as_much(hogs: int) -> None:
    """[QU-1] Each has at most half of what is left: nobody can fill the class's quota."""
    quota, usage = Quota(SMALL), Usage()
    for hog in range(1, hogs + 1):
        while True:
            try:
                quota.check(usage, hog, 700)
            except Refused:
                break
            usage.add(hog, 700)
    assert usage.total_bytes <= SMALL.log_bytes_per_session
    left = SMALL.log_bytes_per_session - usage.total_bytes
    newest = hogs + 1
    if left > 4 * 1_000:
        quota.check(usage, newest, 700)


def test_a_session_that_is_full_says_so(lesson: Lesson) -> None:
    """[QU-2] Not the person's fault, and told as such."""
    lesson.room.state.usage.by_person[99] = SMALL.log_bytes_per_session
    lesson.room.state.usage.total_bytes += SMALL.log_bytes_per_session
    refused = lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.TOO_LARGE)
    assert "the history of this session is full" in refused.message
    assert "new session" in refused.message


def test_an_owner_whose_other_sessions_took_everything_is_told_so(lesson: Lesson) -> None:
    """[QU-1] What they take is told with a tick; deleting some of it frees the room."""
    lesson.do(PassTime(elsewhere_bytes=SMALL.log_bytes_per_owner))
    refused = lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.TOO_LARGE)
    assert "the sessions of this session's owner" in refused.message
    lesson.do(PassTime(elsewhere_bytes=0))
    lesson.draw(ANN)


def test_whoever_nears_the_end_is_told_once(lesson: Lesson) -> None:
    """[QU-3] At nine tenths, on their own connections alone."""
    told: list[tuple[str, str]] = []
    while lesson.state.usage.of(ANN) < SMALL.log_bytes_per_person * 98 // 100:
        outcome = lesson.draw(ANN, f"n{lesson.state.head}")
        if notices(outcome):
            assert lesson.state.usage.of(ANN) * 10 >= SMALL.log_bytes_per_person * 9
        told += notices(outcome)
    assert told == [(connection_of(ANN), "person")]


def test_the_host_is_told_of_the_session_at_once_and_on_coming_in(lesson: Lesson) -> None:
    """[QU-3] Whoever leads it, not the pupil whose stroke it was."""
    lesson.room.state.usage.total_bytes = SMALL.log_bytes_per_session * 9 // 10
    assert notices(lesson.draw(BEN)) == [(connection_of(HOST), "session")]
    assert notices(lesson.draw(BEN)) == []
    second: Connect = connecting(HOST, "second", now_ms=lesson.now_ms)
    assert notices(lesson.do(second)) == [("second", "session")]


def test_the_operator_has_no_quota(lesson: Lesson) -> None:
    """[QU-2] Whoever runs the server may save a session that is full."""
    lesson.room.state.usage.total_bytes = SMALL.log_bytes_per_session
    assert lesson.do(SaveBoard(by=None)).events


def test_defaults_hold_a_lesson_of_two_hours_many_times() -> None:
    """[QU-1] `benchmarks/hour.py`: two who write without a pause take 20.9 MB of log in an hour."""
    limits, of_one = Limits(), int(20.9e6 / 2 * 2)
    quota, usage = Quota(limits), Usage()
    for user_id in range(1, 31):
        usage.by_person[user_id] = of_one
        usage.total_bytes += of_one
    for user_id in range(1, 31):
        assert not quota.newly_near(usage, user_id)
        quota.check(usage, user_id, 65_536)
    assert msgspec.structs.asdict(limits)["log_bytes_per_person"] > 10 * of_one
    assert limits.log_bytes_per_session > 3 * usage.total_bytes
