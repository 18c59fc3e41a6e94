"""What a process declined is told as a refusal."""

import pytest

from gateway.confinement.confined import Declined
from gateway.confinement.refusing import refusal_of
from lessonroom.codes import ErrorCode


@pytest.mark.parametrize(
    ("declined", "field", "told"),
    [
        (Declined("this is no PDF"), "body", (ErrorCode.INVALID, "body")),
        (Declined("too long", is_too_much=True), "body", (ErrorCode.TOO_LARGE, "body")),
        (Declined("is missing", field="log.jsonl"), "body", (ErrorCode.INVALID, "log.jsonl")),
        (Declined("no"), None, (ErrorCode.INVALID, None)),
    ],
)
def test_it_says_what_and_where(
    declined: Declined, field: str | None, told: tuple[ErrorCode, str | None]
) -> None:
    """Where the process says what it is about, that stands for what the request was about."""
    refused = refusal_of(declined, field=field)
    assert (refused.code, refused.field) == told
    assert refused.message == str(declined)
