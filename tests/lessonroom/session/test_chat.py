import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import SendChatMessage, UpdateSession
from lessonroom.log.events import Channel, ChatMessageSent, EventType
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import ChatPolicy, Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, connection_of, folded, put_rect

TEXT = "Which page?"


def saying(user_id: int, text: str = TEXT, *, n: int = 1) -> SendChatMessage:
    return SendChatMessage(
        connection_id=connection_of(user_id), client_id=f"chat-of-{user_id}", n=n, text=text
    )


def begun_with(policy: ChatPolicy) -> Lesson:
    settings = SessionSettings(chat_policy=policy)
    lesson = begun(Session(session_id="s", host_id=HOST, settings=settings))
    lesson.bring(ANN, BEN)
    return lesson


def test_a_message_is_an_event_that_its_author_gets_as_ack() -> None:
    """[CH-1] On the channel that it came on."""
    lesson = begun()
    lesson.bring(ANN)
    outcome = lesson.do(saying(ANN))
    (event,) = outcome.events
    assert (event.type, event.user_id, event.body()) == (
        EventType.CHAT_MESSAGE,
        ANN,
        ChatMessageSent(TEXT),
    )
    (ack,) = outcome.acks
    assert (ack.seq, ack.channel, ack.message_id) == (
        event.seq,
        Channel.SYSTEM,
        f"chat-of-{ANN}:1",
    )
    assert not outcome.participants
    assert not outcome.session_changed


def test_a_message_sent_again_is_there_once() -> None:
    """[CH-1] The first ack again; the same id with another text is a conflict."""
    lesson = begun()
    lesson.bring(ANN)
    first = lesson.do(saying(ANN)).events[0]
    again = lesson.do(saying(ANN))
    assert not again.events
    assert [(ack.seq, ack.channel) for ack in again.acks] == [(first.seq, Channel.SYSTEM)]
    assert lesson.refuse(saying(ANN, "Another"), ErrorCode.CONFLICT).field == "id"


def test_what_was_accepted_is_known_after_the_log_was_read_again() -> None:
    """[CH-1] Exactly once, also across a restart."""
    lesson = begun()
    lesson.bring(ANN)
    first = lesson.do(saying(ANN)).events[0]
    lesson.restart()
    lesson.connect(ANN)
    again = lesson.do(saying(ANN))
    assert not again.events
    assert again.acks[0].seq == first.seq


def test_board_and_chat_count_their_ids_together() -> None:
    """[CH-1] An id that the board has used is taken."""
    lesson = begun()
    lesson.bring(ANN)
    edit = lesson.editing(ANN, put_rect())
    lesson.do(edit)
    message = SendChatMessage(
        connection_id=connection_of(ANN), client_id=edit.client_id, n=edit.n, text=TEXT
    )
    lesson.refuse(message, ErrorCode.CONFLICT)


def test_it_can_be_written_before_the_lesson_starts_and_while_it_is_paused() -> None:
    """[CH-2] Not once it is over."""
    lesson = begun()
    lesson.bring(ANN)
    lesson.move(Move.PAUSE)
    lesson.do(saying(ANN))
    lesson.move(Move.COMPLETE)
    lesson.refuse(saying(ANN, n=2), ErrorCode.PERMISSION_DENIED)


@pytest.mark.parametrize(
    ("policy", "host_may", "student_may"),
    [
        (ChatPolicy.ALL, True, True),
        (ChatPolicy.HOST_ONLY, True, False),
        (ChatPolicy.OFF, False, False),
    ],
)
def test_the_policy_says_who_may_write(
    policy: ChatPolicy, *, host_may: bool, student_may: bool
) -> None:
    """[CH-2] The refusal leaves the log as it was."""
    lesson = begun_with(policy)
    for user_id, may in ((HOST, host_may), (ANN, student_may)):
        if may:
            lesson.do(saying(user_id))
        else:
            head = lesson.state.head
            lesson.refuse(saying(user_id), ErrorCode.PERMISSION_DENIED)
            assert lesson.state.head == head


def test_a_change_of_the_policy_holds_at_once() -> None:
    """[CH-2] In the turn after it."""
    lesson = begun()
    lesson.bring(ANN)
    lesson.do(UpdateSession(by=HOST, settings={"chat_policy": "off"}))
    lesson.refuse(saying(ANN), ErrorCode.PERMISSION_DENIED)
    lesson.do(UpdateSession(by=HOST, settings={"chat_policy": "all"}))
    lesson.do(saying(ANN))


@pytest.mark.parametrize("text", [" ", "\n\t ", "\u3000"])
def test_a_message_says_something(text: str) -> None:
    """[CH-1] Blanks alone are invalid."""
    lesson = begun()
    lesson.bring(ANN)
    assert lesson.refuse(saying(ANN, text), ErrorCode.INVALID).field == "text"


def test_who_was_kicked_writes_nothing_more() -> None:
    """[BD-3] [CH-2] Not one message after the kick."""
    lesson = begun()
    lesson.bring(ANN)
    lesson.kick(ANN)
    lesson.refuse(saying(ANN), ErrorCode.PERMISSION_DENIED)


def test_the_log_comes_to_the_same_state() -> None:
    """[P3] A message changes nothing but the head."""
    lesson = begun()
    lesson.bring(ANN, BEN)
    before = lesson.state.board.encode()
    lesson.do(saying(ANN))
    lesson.do(saying(BEN))
    assert lesson.state.board.encode() == before
    assert folded(lesson.initial, lesson.log).head == lesson.state.head
