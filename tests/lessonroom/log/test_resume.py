import pytest

from lessonroom.log.resume import Epoch, is_known_point

EPOCHS = (Epoch("one", 1), Epoch("two", 11), Epoch("three", 12))
HEAD = 20


@pytest.mark.parametrize(
    ("epoch", "seq", "is_known"),
    [
        ("one", 1, True),
        ("one", 10, True),
        ("one", 11, False),
        ("two", 10, False),
        ("two", 11, True),
        ("two", 12, False),
        ("three", 12, True),
        ("three", 20, True),
        ("three", 21, False),
        ("three", 11, False),
        ("one", 0, False),
        ("none", 5, False),
        ("", 5, False),
        (None, 5, False),
        ("one", None, False),
        (None, None, False),
    ],
)
def test_a_seq_is_valid_only_within_its_epoch(
    epoch: str | None, seq: int | None, *, is_known: bool
) -> None:
    """[BD-7] Up to where the next epoch begins, or the head; otherwise the client gets `full`."""
    assert is_known_point(EPOCHS, head=HEAD, epoch=epoch, seq=seq) is is_known


def test_a_log_without_epochs_knows_no_point() -> None:
    """[BD-7] Nothing was ever told, so nothing can be gone on from."""
    assert not is_known_point((), head=0, epoch="one", seq=0)


def test_a_restored_backup_does_not_know_what_came_after_it() -> None:
    """[BD-7] The client was told epoch two up to 18; the backup ends at 14 and opens a third."""
    restored = (Epoch("one", 1), Epoch("two", 11), Epoch("restored", 15))
    assert is_known_point(restored, head=30, epoch="two", seq=14)
    assert not is_known_point(restored, head=30, epoch="two", seq=18)
