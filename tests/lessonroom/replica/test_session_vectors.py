"""A session as events make it: the same vectors as the page's fold."""

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from lessonroom.replica import messages
from lessonroom.replica.view import LessonView

VECTORS: Final[dict[str, Any]] = msgspec.json.decode(
    (Path(__file__).parents[2] / "vectors" / "session.json").read_bytes()
)


@pytest.mark.parametrize("scenario", VECTORS["scenarios"], ids=lambda scenario: scenario["name"])
def test_events_make_a_session(scenario: dict[str, Any]) -> None:
    """[RC-1][RC-2][RC-3] As in the browser."""
    view = LessonView()
    view.session = dict(VECTORS["session"])
    for seq, event in enumerate(scenario["events"], start=1):
        view.apply(messages.decode(msgspec.json.encode({"ch": "system", "seq": seq, **event})))
    assert view.session == VECTORS["session"] | scenario["changed"]
