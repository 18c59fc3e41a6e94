"""What lies in the parts of room time that may be kept."""

import pytest

from gateway.recordings.kept import KeptTime


def test_only_what_is_wholly_inside_is_kept() -> None:
    """RC-6: ends and beginnings included."""
    kept = KeptTime([(10, 20), (20, 30), (50, None)])
    asked = [(9_999, 10_001), (10_000, 20_000), (15_000, 20_001), (20_000, 30_000)]
    assert [kept.holds(*part) for part in asked] == [False, True, False, True]
    later = [(30_000, 30_000), (30_000, 30_001), (49_999, 50_001), (50_000, 10**12)]
    assert [kept.holds(*part) for part in later] == [False, False, False, True]


def test_where_there_is_no_part_nothing_is_kept() -> None:
    assert not KeptTime([]).holds(0, 0)


@pytest.mark.parametrize(
    "kept", [[(10, 20), (19, 30)], [(10, None), (20, 30)], [(30, 40), (10, 20)], [(20, 10)]]
)
def test_parts_are_in_order_and_apart(kept: list[tuple[int, int | None]]) -> None:
    with pytest.raises(ValueError, match="kept"):
        KeptTime(kept)
