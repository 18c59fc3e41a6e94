"""Messages to one person, answers, and what is removed.

Tests also: lessonroom/log/audience.py, lessonroom/session/messages.py.
"""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import ChangeRole, RemoveMessage, SendChatMessage, UpdateSession
from lessonroom.log.audience import circle_of, is_for
from lessonroom.log.events import ChatMessageRemoved, ChatMessageSent, Event, EventType, Removal
from lessonroom.people.permissions import Role
from lessonroom.session import messages
from lessonroom.session.lifecycle import Move
from lessonroom.session.messages import MessageHead, Messages
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    Lesson,
    begun,
    connection_of,
    fingerprint,
    folded,
    put_rect,
)

NOBODY = 404


class Talk:
    """A lesson in which people write."""

    def __init__(self) -> None:
        self.lesson: Lesson = begun()
        self.lesson.bring(ANN, BEN)
        self._n = 0

    def saying(
        self, user_id: int, *, to: int | None = None, reply_to: int | None = None
    ) -> SendChatMessage:
        self._n += 1
        return SendChatMessage(
            connection_id=connection_of(user_id),
            client_id=f"chat-of-{user_id}",
            n=self._n,
            text=f"text {self._n}",
            to=to,
            reply_to=reply_to,
        )

    def say(self, user_id: int, *, to: int | None = None, reply_to: int | None = None) -> Event:
        return self.lesson.do(self.saying(user_id, to=to, reply_to=reply_to)).events[0]


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize(("author", "to"), [(HOST, ANN), (ANN, HOST)])
def test_one_person_and_the_hosts_may_know_of_it(talk: Talk, author: int, to: int) -> None:
    """[CH-4] Nobody else, and not the operator."""
    event = talk.say(author, to=to)
    circle = circle_of(event)
    assert circle == frozenset({HOST, ANN})
    assert is_for(circle, ANN, leads=False)
    assert is_for(circle, BEN, leads=True)
    assert not is_for(circle, BEN, leads=False)
    assert not is_for(circle, None, leads=False)
    removed = talk.lesson.do(RemoveMessage(by=author, message=event.seq)).events[0]
    assert circle_of(removed) == circle


def test_what_is_for_everyone_has_no_circle(talk: Talk) -> None:
    """[CH-4] Neither messages without `to` nor anything else."""
    event = talk.say(ANN)
    assert circle_of(event) is None
    assert circle_of(talk.lesson.do(talk.lesson.editing(ANN, put_rect())).events[0]) is None
    assert is_for(None, None, leads=False)


def test_people_write_to_hosts_and_hosts_to_anyone(talk: Talk) -> None:
    """[CH-4] Students among themselves do not; an addressee is there."""
    refuse = talk.lesson.refuse
    assert refuse(talk.saying(ANN, to=BEN), ErrorCode.PERMISSION_DENIED).field == "to"
    assert refuse(talk.saying(ANN, to=ANN), ErrorCode.INVALID).field == "to"
    assert refuse(talk.saying(HOST, to=NOBODY), ErrorCode.NOT_FOUND).field == "to"
    talk.lesson.do(ChangeRole(by=HOST, user_id=BEN, role=Role.HOST))
    talk.say(ANN, to=BEN)
    talk.lesson.kick(ANN)
    assert refuse(talk.saying(HOST, to=ANN), ErrorCode.NOT_FOUND).field == "to"


def test_the_policy_holds_for_it(talk: Talk) -> None:
    """[CH-2] [CH-4] Who may not write, writes to nobody."""
    talk.lesson.do(UpdateSession(by=HOST, settings={"chat_policy": "host_only"}))
    talk.lesson.refuse(talk.saying(ANN, to=HOST), ErrorCode.PERMISSION_DENIED)


def test_the_same_id_with_another_addressee_is_a_conflict(talk: Talk) -> None:
    """[CH-1] [CH-4] A message does not become another one's by being sent again."""
    first = talk.saying(HOST, to=ANN)
    seq = talk.lesson.do(first).events[0].seq
    assert talk.lesson.do(first).acks[0].seq == seq
    fields = {"connection_id": first.connection_id, "client_id": first.client_id, "n": first.n}
    other = SendChatMessage(**fields, text=first.text, to=BEN)  # type: ignore[arg-type]
    talk.lesson.refuse(other, ErrorCode.CONFLICT)


def test_an_answer_names_a_message_that_its_author_may_read(talk: Talk) -> None:
    """[CH-5] One that is not for them is as one that does not exist."""
    said, secret = talk.say(BEN), talk.say(HOST, to=BEN)
    answer = talk.say(ANN, reply_to=said.seq)
    assert answer.body() == ChatMessageSent(f"text {talk._n}", None, said.seq)
    missing = talk.lesson.refuse(talk.saying(ANN, reply_to=999), ErrorCode.NOT_FOUND)
    hidden = talk.lesson.refuse(talk.saying(ANN, to=HOST, reply_to=secret.seq), ErrorCode.NOT_FOUND)
    assert (hidden.message, hidden.field) == (missing.message, missing.field)
    drawn = talk.lesson.do(talk.lesson.editing(ANN, put_rect())).events[0]
    talk.lesson.refuse(talk.saying(ANN, reply_to=drawn.seq), ErrorCode.NOT_FOUND)


def test_what_was_written_to_one_person_is_answered_to_few(talk: Talk) -> None:
    """[CH-5] An answer would tell of it."""
    secret = talk.say(HOST, to=BEN)
    talk.say(BEN, to=HOST, reply_to=secret.seq)
    talk.say(HOST, to=BEN, reply_to=secret.seq)
    for to in (None, ANN):
        refused = talk.lesson.refuse(
            talk.saying(HOST, to=to, reply_to=secret.seq), ErrorCode.INVALID
        )
        assert refused.field == "to"


def test_its_author_and_hosts_remove_a_message(talk: Talk) -> None:
    """[CH-6] Others may not, and what they may not read is not there."""
    said, secret = talk.say(ANN), talk.say(BEN, to=HOST)
    removing = RemoveMessage(by=BEN, message=said.seq)
    talk.lesson.refuse(removing, ErrorCode.PERMISSION_DENIED)
    for by in (ANN, None):
        talk.lesson.refuse(RemoveMessage(by=by, message=secret.seq), ErrorCode.NOT_FOUND)
    event = talk.lesson.do(RemoveMessage(by=ANN, message=said.seq)).events[0]
    assert (event.type, event.user_id) == (EventType.CHAT_REMOVE, ANN)
    assert event.body() == ChatMessageRemoved(said.seq, ANN)
    talk.lesson.do(RemoveMessage(by=HOST, message=secret.seq))
    operators = talk.say(ANN)
    talk.lesson.do(RemoveMessage(by=None, message=operators.seq))


def test_what_is_removed_is_neither_removed_again_nor_answered(talk: Talk) -> None:
    """[CH-6] It is gone."""
    said = talk.say(ANN)
    talk.lesson.do(RemoveMessage(by=HOST, message=said.seq))
    talk.lesson.refuse(RemoveMessage(by=HOST, message=said.seq), ErrorCode.NOT_FOUND)
    talk.lesson.refuse(talk.saying(BEN, reply_to=said.seq), ErrorCode.NOT_FOUND)


def test_it_can_be_removed_once_the_lesson_is_over(talk: Talk) -> None:
    """[CH-6] People look back at it then."""
    said = talk.say(ANN)
    talk.lesson.move(Move.COMPLETE)
    talk.lesson.do(RemoveMessage(by=HOST, message=said.seq))


def test_the_log_comes_to_the_same_with_the_text_or_without(talk: Talk) -> None:
    """[CH-6] [P3] As it was when it was decided, and as it is once the text has left the log."""
    said = talk.say(ANN)
    talk.say(HOST, to=ANN)
    removed = talk.lesson.do(RemoveMessage(by=HOST, message=said.seq)).events[0]
    lesson = talk.lesson
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    body = ChatMessageSent("gone").taken_out(Removal(HOST, removed.at_ms))
    assert body == ChatMessageSent("", removed=Removal(HOST, removed.at_ms))


def test_the_newest_messages_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """[CH-5] However many there were: memory is bounded."""
    monkeypatch.setattr(messages, "MESSAGES_MOST", 2)
    known = Messages((seq, MessageHead(ANN, None)) for seq in (1, 2))
    known.add(3, MessageHead(BEN, HOST))
    assert [seq for seq, _ in known] == [2, 3]
    assert known.get(1) is None
    assert known.get(3) == (BEN, HOST)
    known.remove(2)
    known.remove(2)
    assert known.get(2) is None
