"""What others are shown of a pointer (PROTOCOL BD-22)."""

from typing import Final

from lessonroom.board.model.viewing import Viewer
from lessonroom.people.permissions import Permission, PermissionSet
from lessonroom.state import RoomState

LASER: Final = "laser"
"""The tool of one whose pointer leaves a trail that fades."""


def tool_shown(tool: str | None, permissions: PermissionSet) -> str | None:
    """Return the tool that others are told: a beam of light only of those who may draw."""
    return None if tool == LASER and Permission.DRAW not in permissions else tool


def viewers_of(state: RoomState, page_id: object, user_id: int) -> frozenset[int] | None:
    """Return who is shown a pointer of somebody on a page; None: everyone (AU-1).

    Of a page that they do not see they are told nothing by this, either: a pointer there goes where
    one goes on a page that does not exist.
    """
    page = state.board.pages.get(page_id) if isinstance(page_id, str) else None
    if page is None or page.audience is None:
        return None
    if not Viewer(user_id, leads=state.is_host(user_id)).sees(page):
        return None
    return state.leaders() | {page.audience.user}
