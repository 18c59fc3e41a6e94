"""What others are shown of a pointer (PROTOCOL BD-22)."""

from typing import Final

from lessonroom.people.permissions import Permission, PermissionSet

LASER: Final = "laser"
"""The tool of one whose pointer leaves a trail that fades."""


def tool_shown(tool: str | None, permissions: PermissionSet) -> str | None:
    """Return the tool that others are told: a beam of light only of those who may draw."""
    return None if tool == LASER and Permission.DRAW not in permissions else tool
