"""What the shared vectors do not say: history that is lost, boards that part, pages loaded anew.

Tests also: lessonroom/replica/messages.py, lessonroom/replica/view.py.
"""

from typing import Any

import msgspec
import pytest

from lessonroom.replica import messages
from lessonroom.replica.happenings import Diverged
from lessonroom.replica.pending import Kept, Saying, Standing
from lessonroom.replica.replica import Phase, Reaction, Replica
from lessonroom.replica.view import LessonView, Line
from tests.lessonroom.replica.vectors import BASE

EMPTY: dict[str, Any] = {"layers": [{"id": "base", "name": "Layer 1"}], "elements": {}}
POINT = [0, 0, 0.5, 8]


class Page:
    """A replica, and the messages that a test has it hear."""

    def __init__(self, client_id: str = "client-1", *, has_gaps: bool = False) -> None:
        self.replica = Replica(client_id, LessonView(), has_gaps=has_gaps)

    def hear(self, ch: str, name: str, data: object, **envelope: object) -> Reaction:
        message = {"ch": ch, "type": name, "data": data, **envelope}
        return self.replica.receive(messages.decode(msgspec.json.encode(message)))

    def welcome(self, *, is_admitted: bool = True) -> Reaction:
        self.replica.opened()
        seat = {**BASE["welcome"]["participant"], "is_admitted": is_admitted}
        return self.hear("system", "welcome", {**BASE["welcome"], "participant": seat})

    def full(self, seq: int = 0, *, epoch: str = "one") -> Reaction:
        data = {**BASE["full"], "mode": "full", "epoch": epoch, "seq": seq, "board": EMPTY}
        return self.hear("board", "sync_response", data)

    def live(self) -> "Page":
        self.welcome()
        self.full()
        return self

    def put(self, element_id: str = "s") -> str:
        element = {"type": "stroke", "id": element_id, "layer": "base", "points": POINT}
        return self.replica.submit([{"op": "put", "element": element}])[0].id

    def ack(self, submission_id: str, seq: int) -> Reaction:
        return self.hear("board", "ack", {}, id=submission_id, seq=seq)

    def event(self, seq: int, *ops: dict[str, Any], user_id: int = 2) -> Reaction:
        return self.hear("board", "board_event", {"ops": ops}, seq=seq, at=1, **{"from": user_id})


def sent(reaction: Reaction) -> list[str]:
    return [str(message.id) for message in reaction.send if message.type == "board_event"]


def test_an_event_that_was_not_made_on_this_board_has_the_whole_state_asked_for() -> None:
    """[BD-15] A gap can never be silent, whoever has made it."""
    page = Page().live()
    element = {"type": "stroke", "id": "s", "layer": "base", "by": 2, "points": POINT}
    page.event(1, {"op": "put", "element": element})
    reaction = page.event(2, {"op": "append", "id": "s", "points": POINT, "at": 7})
    assert [type(one) for one in reaction.happened] == [Diverged]
    assert [(one.type, one.data) for one in reaction.send] == [("sync_request", {})]
    assert page.replica.view.board.elements["s"].points == 1
    assert page.replica.phase is Phase.SYNCING


def test_what_a_restored_backup_has_lost_is_sent_again_in_front() -> None:
    """[BD-7] The newest acknowledged ones, then what is pending; both under their ids."""
    page = Page().live()
    for seq, element_id in enumerate(("a", "b"), 1):
        page.ack(page.put(element_id), seq)
    page.replica.closed()
    page.put("c")
    page.welcome()
    assert sent(page.full(1, epoch="another")) == [f"client-1:{n}" for n in (1, 2, 3)]
    assert [entry.id for entry in page.replica.pending] == ["client-1:3"]


def test_a_full_sync_of_the_same_history_sends_nothing_again() -> None:
    """[BD-7] The point was too old, that is all."""
    page = Page().live()
    page.ack(page.put("a"), 1)
    page.replica.closed()
    page.welcome()
    assert sent(page.full(40)) == []


def test_a_page_that_is_loaded_anew_sends_what_may_have_been_sent_as_it_was() -> None:
    """[BD-6] Under its earlier id, before its own."""
    before = Page("client-0").live()
    first = before.put("a")
    kept = msgspec.json.encode([entry.kept() for entry in before.replica.pending])
    after = Page("client-1")
    after.replica.queue.adopt(msgspec.json.decode(kept, type=list[Kept]))
    (entry,) = after.replica.pending
    assert entry.standing is Standing.AGAIN
    after.put("b")
    after.welcome()
    assert sent(after.full()) == [first]
    assert sent(after.ack(first, 1)) == ["client-1:1"]


def test_nobody_syncs_from_the_lobby() -> None:
    """[WR-2] Once the host has let them in they do."""
    page = Page()
    assert page.welcome(is_admitted=False).send == []
    assert page.replica.phase is Phase.LOBBY
    notice = {"level": "info", "code": "admitted", "message": "come in", "params": {}}
    (request,) = page.hear("system", "notification", notice).send
    assert request.type == "sync_request"


@pytest.mark.parametrize("has_gaps", [False, True])
def test_a_gap_is_a_fault_but_on_a_view(has_gaps: bool) -> None:  # noqa: FBT001 - a parameter
    """[BD-4] Events of other channels have numbers, too."""
    page = Page(has_gaps=has_gaps).live()
    reaction = page.event(5, {"op": "clear"})
    assert [one.type for one in reaction.send] == ([] if has_gaps else ["sync_request"])
    assert page.replica.seq == (5 if has_gaps else 0)


def test_the_roster_the_rights_and_the_chat_follow_the_log() -> None:
    """[BD-4] What a page shows beside the board."""
    page = Page().live()
    seat = {**BASE["welcome"]["participant"], "user_id": 9, "name": "Ben"}
    page.hear("system", "participant_update", {"change": "joined", "participant": seat}, seq=1)
    page.hear("system", "chat_message", {"text": "hi"}, seq=2, **{"from": 9})
    rights = {"user_id": 1, "permissions": {"can_draw": False}, "overrides": {"can_draw": False}}
    page.hear("system", "permission_update", rights, seq=3)
    page.hear("system", "session_status", {"status": "paused"}, seq=4)
    view = page.replica.view
    assert view.roster[9]["name"] == "Ben"
    assert [(line.user_id, line.text) for line in view.chat] == [(9, "hi")]
    assert not view.may("can_draw")
    assert view.session["status"] == "paused"


def test_tools_that_are_laid_down_leave_what_was_set() -> None:
    """[PE-5] What one may do is told; what the role may do is as before."""
    page = Page().live()
    before = dict(page.replica.view.role_permissions)
    told = {"permissions": {}, "effective": {"1": {"can_draw": False}}, "tools_down": True}
    page.hear("system", "permission_update", told, seq=1)
    view = page.replica.view
    assert view.session["tools_down"] is True
    assert not view.may("can_draw")
    assert view.role_permissions == before


def test_what_is_hidden_keeps_the_order_and_what_is_removed_goes() -> None:
    """[CH-4] [CH-6] Live and in what is caught up; one's own message says to whom it is."""
    page = Page().live()
    page.hear(
        "system", "chat_message", {"text": "rude", "to": 1, "reply_to": 7}, seq=1, **{"from": 9}
    )
    page.hear("board", "hidden", {}, seq=2)
    page.hear("system", "chat_remove", {"message": 1, "author": 9, "to": 1}, seq=3, **{"from": 1})
    gone = {"text": "", "removed": {"by": None, "at": 5}}
    page.hear("system", "chat_message", gone, seq=4, **{"from": 9})
    assert page.replica.seq == 4
    pending, reaction = page.replica.submit([], Saying("fine", to=9, reply_to=4))
    assert reaction.send[-1].data == {"text": "fine", "to": 9, "reply_to": 4}
    page.hear("system", "ack", {}, seq=5, id=pending.id)
    assert page.replica.view.chat == [
        Line(1, 9, "", 1, 7, is_removed=True),
        Line(4, 9, "", is_removed=True),
        Line(5, 1, "fine", 9, 4),
    ]
