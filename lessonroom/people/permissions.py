"""The sixteen permissions, what each role has by default, and what a participant has in effect."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from lessonroom.codes import ErrorCode, Refused


class Role(StrEnum):
    """The part a participant plays in a lesson."""

    HOST = "host"
    STUDENT = "student"
    VIEWER = "viewer"
    SOLO = "solo"

    @property
    def leads(self) -> bool:
        """Whether it is the part of who leads: they take nobody's place, and are not removed."""
        return self in {Role.HOST, Role.SOLO}


class Permission(StrEnum):
    """Something a participant may do, checked when the room orders the event (PROTOCOL BD-3)."""

    DRAW = "can_draw"
    ERASE = "can_erase"
    ADD_LAYERS = "can_add_layers"
    DELETE_LAYERS = "can_delete_layers"
    REORDER_LAYERS = "can_reorder_layers"
    UPLOAD_IMAGES = "can_upload_images"
    EXPORT = "can_export"
    CLEAR_BOARD = "can_clear_board"
    TOGGLE_VIDEO = "can_toggle_video"
    TOGGLE_AUDIO = "can_toggle_audio"
    SHARE_SCREEN = "can_share_screen"
    INVITE = "can_invite"
    KICK = "can_kick"
    TERMINATE = "can_terminate"
    PAUSE = "can_pause"
    EDIT_OTHERS = "can_edit_others"


PermissionSet = frozenset[Permission]
Overrides = Mapping[str, bool]
"""Permission name to granted or withdrawn; names that are absent are inherited."""

ALL_PERMISSIONS: Final = frozenset(Permission)

DEFAULT_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.HOST: ALL_PERMISSIONS,
    Role.SOLO: ALL_PERMISSIONS - {Permission.INVITE, Permission.KICK},
    Role.STUDENT: frozenset(
        {
            Permission.DRAW,
            Permission.ERASE,
            Permission.UPLOAD_IMAGES,
            Permission.EXPORT,
            Permission.TOGGLE_VIDEO,
            Permission.TOGGLE_AUDIO,
        }
    ),
    Role.VIEWER: frozenset(),
}


TOOLS: Final = frozenset(
    {
        Permission.DRAW,
        Permission.ERASE,
        Permission.ADD_LAYERS,
        Permission.DELETE_LAYERS,
        Permission.REORDER_LAYERS,
        Permission.UPLOAD_IMAGES,
        Permission.CLEAR_BOARD,
        Permission.EDIT_OTHERS,
    }
)
"""What changes the board: nobody but a host has it while tools are down (PE-5)."""


def effective(granted: PermissionSet, *overrides: Overrides) -> PermissionSet:
    """Return what remains of a role's permissions after overrides, the last one winning.

    Args:
        granted: the role's own set.
        overrides: for the role in this session, then for the person.

    """
    if not any(overrides):
        # The role's own object: each of a thousand participants has such a set.
        return frozenset(granted)
    result = set(granted)
    for layer in overrides:
        for name, is_granted in layer.items():
            if is_granted:
                result.add(Permission(name))
            else:
                result.discard(Permission(name))
    return frozenset(result)


def as_booleans(permissions: PermissionSet) -> dict[str, bool]:
    """Return all sixteen names with whether each is in the set, in their fixed order."""
    return {permission.value: permission in permissions for permission in Permission}


def check_names(overrides: Overrides, *, field: str = "permissions") -> None:
    """Refuse names that are not permissions, naming the first one at fault.

    Raises:
        Refused: `invalid`, with the field's path.

    """
    for name in overrides:
        if name not in ALL_PERMISSIONS:
            raise Refused(
                ErrorCode.INVALID,
                f"unknown permission {name!r}; allowed: {', '.join(Permission)}",
                field=f"{field}.{name}",
            )
