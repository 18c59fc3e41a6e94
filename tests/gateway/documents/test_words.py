"""What is read of a document, as it may stand beside words of others."""

import pytest

from gateway.documents.words import plain


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("  Solve\tfor x \r\n", "Solve for x"),
        ("a\u202eb\u2066c\u200b\ufeffd\x00\x07e", "abcde"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud800 a pair \ue000", "half  a pair"),
        ("\u2028\u2029\ufffe", ""),
    ],
    ids=["spaces", "directions", "joiners", "broken", "nothing"],
)
def test_only_what_can_be_seen_is_left(read: str, shown: str) -> None:
    """[PG-8] And what writing needs."""
    assert plain(read) == shown
