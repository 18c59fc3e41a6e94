"""Messages with a file: what the room decides of them [CH-7]."""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import RemoveMessage, SendFile, UpdateSession
from lessonroom.log.events import ChatFile, ChatMessageSent
from lessonroom.session.chat import FILE_NAME_CHARS, shown_file_name
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, begun

FILE = ChatFile("ab" * 32, "homework.pdf", "application/pdf", 1_000)


def sending(by: int, *, client_id: str = "one", to: int | None = None) -> SendFile:
    return SendFile(by=by, client_id=client_id, file=FILE, to=to)


def test_it_is_a_message_and_needs_no_words() -> None:
    """[CH-1] [CH-7] Its result is its `seq`; the log says all of it."""
    lesson = begun()
    outcome = lesson.do(sending(ANN))
    (event,) = outcome.events
    assert (event.body(), event.user_id) == (ChatMessageSent("", file=FILE), ANN)
    assert outcome.result == event.seq
    again = lesson.do(sending(ANN))
    assert (again.events, again.result) == ([], event.seq)
    other = SendFile(by=ANN, client_id="one", file=FILE, text="Another")
    assert lesson.refuse(other, ErrorCode.CONFLICT).field == "id"
    assert lesson.room.state.submissions.newest(ANN, "one") == 1


def test_it_takes_what_a_message_takes() -> None:
    """[CH-2] [CH-4] [CH-7] Being in the room, being allowed to write, and to whom."""
    lesson = begun()
    lesson.refuse(sending(ANN, to=BEN), ErrorCode.PERMISSION_DENIED)
    lesson.do(sending(ANN, to=HOST))
    lesson.disconnect(BEN, is_bye=True)
    lesson.refuse(sending(BEN), ErrorCode.CONFLICT)
    lesson.do(UpdateSession(by=None, settings={"chat_policy": "host_only"}))
    lesson.refuse(sending(VIEWER), ErrorCode.PERMISSION_DENIED)
    lesson.do(sending(HOST))
    lesson.move(Move.COMPLETE)
    lesson.refuse(sending(HOST, client_id="late"), ErrorCode.SESSION_ENDED)


def test_of_one_that_was_removed_no_file_is_left() -> None:
    """[CH-6] [CH-7] Nor can it be answered."""
    lesson = begun()
    seq = lesson.do(sending(ANN)).result
    lesson.do(RemoveMessage(by=HOST, message=seq))
    answer = SendFile(by=BEN, client_id="two", file=FILE, reply_to=seq)
    assert lesson.refuse(answer, ErrorCode.NOT_FOUND).field == "reply_to"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("homework.pdf", "homework.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\Робота.docx", "Робота.docx"),
        ("a\r\nSet-Cookie: x.pdf", "a  Set-Cookie: x.pdf"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("\x00\x07", "file"),
        ("  .  ", "file"),
        (".htaccess", "htaccess"),
        ("x" * 500 + ".pdf", "x" * (FILE_NAME_CHARS - 4) + ".pdf"),
        ("x." + "y" * 500, ("x." + "y" * 500)[:FILE_NAME_CHARS]),
    ],
)
def test_a_name_is_one_line_and_never_refused(name: str, shown: str) -> None:
    """[CH-7] Nobody is led to believe that it is another kind of file, or lies elsewhere."""
    assert shown_file_name(name) == shown
    lesson = begun()
    file = ChatFile("ab" * 32, name, "application/pdf", 1)
    (event,) = lesson.do(SendFile(by=ANN, client_id="one", file=file)).events
    body = event.body()
    assert isinstance(body, ChatMessageSent)
    assert body.file is not None
    assert body.file.name == shown
