import pytest

from lessonroom.codes import ErrorCode, Refused
from lessonroom.session.lifecycle import ENDED, Move, SessionStatus, after

POSSIBLE = {
    ("scheduled", "wait"): "waiting",
    ("scheduled", "start"): "active",
    ("scheduled", "expire"): "expired",
    ("scheduled", "terminate"): "terminated",
    ("waiting", "start"): "active",
    ("waiting", "expire"): "expired",
    ("waiting", "terminate"): "terminated",
    ("active", "pause"): "paused",
    ("active", "complete"): "completed",
    ("active", "terminate"): "terminated",
    ("paused", "resume"): "active",
    ("paused", "complete"): "completed",
    ("paused", "terminate"): "terminated",
}
"""The table of docs, written out; everything that is not in it is a conflict."""


@pytest.mark.parametrize("status", SessionStatus)
@pytest.mark.parametrize("move", Move)
def test_a_move_leads_where_the_table_says_or_is_refused(status: SessionStatus, move: Move) -> None:
    leads_to = POSSIBLE.get((status, move))
    if leads_to is not None:
        assert after(status, move) == leads_to
        return
    with pytest.raises(Refused) as caught:
        after(status, move)
    assert caught.value.code is ErrorCode.CONFLICT
    assert caught.value.field == "status"
    for possible_from, possible_move in POSSIBLE:
        if possible_move == move:
            assert possible_from in caught.value.message, "the states it is possible from are named"


@pytest.mark.parametrize("status", SessionStatus)
def test_an_ended_session_has_no_way_on(status: SessionStatus) -> None:
    has_way_on = any(possible_from == status for possible_from, _ in POSSIBLE)
    assert status.has_ended is not has_way_on
    assert (status in ENDED) is status.has_ended
