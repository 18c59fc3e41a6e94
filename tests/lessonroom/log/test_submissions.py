import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Submission
from lessonroom.log.submissions import CLIENTS_MOST, Submissions
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, begun, connection_of, put_rect


def test_a_new_id_is_new() -> None:
    """[BD-6] Also one that skips ahead."""
    submissions = Submissions()
    assert submissions.seq_of(1, Submission("client-a", 1, 0)) is None
    submissions.add(1, Submission("client-a", 1, 0), seq=10)
    assert submissions.seq_of(1, Submission("client-a", 2, 0)) is None
    assert submissions.seq_of(1, Submission("client-a", 900, 0)) is None


def test_an_accepted_id_gives_its_first_seq_again() -> None:
    """[BD-6] However many came after it."""
    submissions = Submissions()
    for n in (1, 2, 5, 9):
        submissions.add(1, Submission("client-a", n, n * 7), seq=100 + n)
    for n in (1, 2, 5, 9):
        assert submissions.seq_of(1, Submission("client-a", n, n * 7)) == 100 + n


@pytest.mark.parametrize("n", [3, 4, 6, 8])
def test_an_id_below_the_newest_that_was_never_accepted_is_a_conflict(n: int) -> None:
    """[BD-6] Or the client's order would not be the log's."""
    submissions = Submissions((1, "client-a", n, 100 + n, 0) for n in (2, 5, 9))
    with pytest.raises(Refused, match="count up") as caught:
        submissions.seq_of(1, Submission("client-a", n, 0))
    assert caught.value.code is ErrorCode.CONFLICT
    assert caught.value.field == "id"


def test_an_id_with_another_content_is_a_conflict() -> None:
    """[BD-6] The first one stays."""
    submissions = Submissions([(1, "client-a", 1, 10, 111)])
    with pytest.raises(Refused, match="another content") as caught:
        submissions.seq_of(1, Submission("client-a", 1, 222))
    assert caught.value.code is ErrorCode.CONFLICT
    assert caught.value.field == "id"
    assert submissions.seq_of(1, Submission("client-a", 1, 111)) == 10


def test_nobody_uses_up_the_ids_of_another() -> None:
    """[BD-6] The same client_id of another person is another client."""
    submissions = Submissions([(1, "client-a", 50, 10, 0)])
    assert submissions.seq_of(2, Submission("client-a", 1, 0)) is None
    submissions.add(2, Submission("client-a", 1, 0), seq=11)
    assert submissions.seq_of(1, Submission("client-a", 50, 0)) == 10


_FEW = st.integers(1, 40)
_ANY = _FEW | st.integers(1, 10**15 - 1)
"""Few of few: runs without a gap; any: what the protocol takes."""


@given(st.sets(_FEW, min_size=1) | st.sets(_ANY, min_size=1), _ANY)
def test_what_is_found_is_what_a_dictionary_would_find(accepted: set[int], n: int) -> None:
    """[BD-6] Binary search agrees with the plain way."""
    seqs = {number: seq for seq, number in enumerate(sorted(accepted), 1)}
    submissions = Submissions((1, "client-a", number, seq, 0) for number, seq in seqs.items())
    if n in seqs or n > max(seqs):
        assert submissions.seq_of(1, Submission("client-a", n, 0)) == seqs.get(n)
    else:
        with pytest.raises(Refused):
            submissions.seq_of(1, Submission("client-a", n, 0))


# -- in the room


def test_an_edit_sent_again_is_acknowledged_again_and_changes_nothing() -> None:
    """[BD-6] On a later connection, after a crash of the server, after the pen was taken away."""
    lesson = begun()
    edit = lesson.editing(ANN, put_rect())
    (first,) = lesson.do(edit).acks
    lesson.permit(ANN, can_draw=False)
    lesson.move(Move.PAUSE)
    lesson.restart()
    lesson.connect(ANN)
    head = lesson.state.head
    outcome = lesson.do(edit)
    assert outcome.acks == [first]
    assert not outcome.events
    assert lesson.state.head == head


def test_an_edit_under_a_used_id_with_another_content_is_refused() -> None:
    """[BD-6] The first one stays on the board."""
    lesson = begun()
    lesson.do(lesson.editing(ANN, put_rect("r1"), n=3))
    lesson.refuse(lesson.editing(ANN, put_rect("r2"), n=3), ErrorCode.CONFLICT)
    lesson.refuse(lesson.editing(ANN, put_rect("r2"), n=2), ErrorCode.CONFLICT)
    lesson.do(lesson.editing(ANN, put_rect("r2"), n=70))
    assert list(lesson.state.board.elements) == ["r1", "r2"]


def test_a_refused_edit_does_not_use_up_its_id() -> None:
    """[BD-6] What was refused was not accepted, so its number is free still."""
    lesson = begun()
    lesson.refuse(lesson.editing(ANN, put_rect(layer="gone"), n=1), ErrorCode.NOT_FOUND)
    assert lesson.do(lesson.editing(ANN, put_rect(), n=1)).events


def test_the_id_of_one_person_is_free_for_another() -> None:
    """[BD-6] Ben cannot learn or block what Ann sent under a client_id that he saw."""
    lesson = begun()
    lesson.do(lesson.editing(ANN, put_rect("r1"), n=9))
    stolen = lesson.editing(ANN, put_rect("r2"), n=1)
    outcome = lesson.do(
        type(stolen)(
            connection_id=connection_of(BEN), client_id=stolen.client_id, n=1, ops=stolen.ops
        )
    )
    assert outcome.events[0].user_id == BEN


def test_one_person_has_a_number_of_clients() -> None:
    """[BD-6][P15] A new client id for each stroke would take far more memory than the strokes."""
    submissions = Submissions()
    for n in range(CLIENTS_MOST):
        submissions.add(ANN, Submission(f"client-{n}", 1, 0), seq=n + 1)
    with pytest.raises(Refused) as caught:
        submissions.seq_of(ANN, Submission("one-more", 1, 0))
    assert caught.value.code is ErrorCode.TOO_LARGE
    assert submissions.seq_of(ANN, Submission("client-7", 2, 0)) is None
    assert submissions.seq_of(ANN, Submission("client-7", 1, 0)) == 8
    assert submissions.seq_of(BEN, Submission("one-more", 1, 0)) is None
