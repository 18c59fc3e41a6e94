"""What could not be drawn is known for a while, and not for ever."""

from gateway.export.undrawable import Drawing, Undrawable

BOARD = Drawing.of("s1", b"board", kind="svg", page=None)


def test_a_reason_is_known_until_it_is_worth_another_try() -> None:
    """[P16] For ten minutes."""
    undrawable = Undrawable()
    assert undrawable.reason(BOARD, 0.0) is None
    undrawable.add(BOARD, "too much", 100.0)
    assert undrawable.reason(BOARD, 699.0) == "too much"
    assert undrawable.reason(BOARD, 700.0) is None


def test_it_is_of_this_board_in_this_form_and_session_alone() -> None:
    undrawable = Undrawable()
    undrawable.add(BOARD, "too much", 0.0)
    for other in (
        Drawing.of("s2", b"board", kind="svg", page=None),
        Drawing.of("s1", b"another", kind="svg", page=None),
        Drawing.of("s1", b"board", kind="pdf", page=None),
        Drawing.of("s1", b"board", kind="svg", page="2"),
    ):
        assert undrawable.reason(other, 0.0) is None
    assert undrawable.reason(Drawing.of("s1", b"board", kind="svg", page=None), 0.0) == "too much"


def test_what_is_remembered_has_an_end() -> None:
    """[P15] The oldest is forgotten."""
    undrawable = Undrawable(keeps_at_most=2)
    drawings = [Drawing.of("s1", b"board", kind="svg", page=page) for page in ("1", "2", "3")]
    for drawing in drawings:
        undrawable.add(drawing, "too much", 0.0)
    assert [undrawable.reason(drawing, 1.0) for drawing in drawings] == [
        None,
        "too much",
        "too much",
    ]
