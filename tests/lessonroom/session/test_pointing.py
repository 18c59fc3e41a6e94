"""What others are shown of a pointer."""

from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from lessonroom.session.pointing import LASER, tool_shown


def test_a_beam_is_shown_of_those_who_may_draw() -> None:
    """[BD-22] Any other tool is the client's own word, of whomever it is."""
    student, viewer = DEFAULT_PERMISSIONS[Role.STUDENT], DEFAULT_PERMISSIONS[Role.VIEWER]
    assert tool_shown(LASER, student) == LASER
    assert tool_shown(LASER, viewer) is None
    assert tool_shown("pen", viewer) == "pen"
    assert tool_shown(None, student) is None
