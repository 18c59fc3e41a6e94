from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from storage.sessions.row_checks import RowChecks, milliseconds, seconds

_CHECKS: Final = RowChecks(
    always=("name", "settings"), if_set=("timer",), documents=frozenset({"settings", "timer"})
)
_ROW: Final = {"name": "Algebra", "settings": {"a": 1, "b": 2}}


def test_a_column_that_came_later_counts_where_it_is_set() -> None:
    """[PROMISES T16] A row from before it was there is as intact as ever."""
    before = _CHECKS.checksum(_ROW)
    assert _CHECKS.checksum({**_ROW, "timer": None}) == before
    assert _CHECKS.checksum({**_ROW, "timer": {"seconds": 60}}) != before


def test_a_column_of_another_table_counts_nothing() -> None:
    """[PROMISES T16] What seats have is none of a session's business."""
    assert _CHECKS.checksum({**_ROW, "hand_raised_at": 7}) == _CHECKS.checksum(_ROW)


def test_a_document_counts_by_what_it_says() -> None:
    """[PROMISES T16] Databases keep neither the spaces nor the order of JSON."""
    assert _CHECKS.checksum({**_ROW, "settings": {"b": 2, "a": 1}}) == _CHECKS.checksum(_ROW)
    assert _CHECKS.checksum({**_ROW, "settings": {"b": 2, "a": 0}}) != _CHECKS.checksum(_ROW)


@given(st.integers(0, 2**50))
def test_a_duration_comes_back_to_the_millisecond(ms: int) -> None:
    """[API Data] Seconds with three decimals lose nothing in 35,000 years."""
    assert milliseconds(seconds(ms)) == ms
