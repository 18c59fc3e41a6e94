"""Reads a log with a model of its own of who may do what: plain dictionaries, not the core."""

from collections.abc import Iterable
from typing import Final

import msgspec

from lessonroom.board.model.operations import NEEDS, Operation
from lessonroom.log.events import (
    BoardChanged,
    Event,
    EventType,
    ParticipantChanged,
    PermissionsChanged,
)
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Permission, Role

_decode_ops: Final = msgspec.json.Decoder(list[Operation]).decode
_LEADERS: Final = frozenset({Role.HOST, Role.SOLO})


def forbidden_in(log: Iterable[Event]) -> list[str]:
    """Return what in a log nobody was allowed to do at its place (PROMISES P11)."""
    witness = _Witness()
    return [
        f"event {event.seq} of user {event.user_id}: {why}"
        for event in log
        for why in witness.complaints(event)
    ]


class _Witness:
    def __init__(self) -> None:
        self._kicked: set[int] = set()
        self._roles: dict[int, Role] = {}
        self._by_role: dict[Role, dict[str, bool]] = {role: {} for role in Role}
        self._by_user: dict[int, dict[str, bool]] = {}

    def complaints(self, event: Event) -> Iterable[str]:
        match event.body():
            case ParticipantChanged(participant=view):
                self._roles[view.user_id] = view.role
                if event.type is EventType.PARTICIPANT_KICK:
                    self._kicked.add(view.user_id)
                elif event.type is EventType.PARTICIPANT_INVITE:
                    # What was set for a person outlives a kick (SY-3).
                    self._kicked.discard(view.user_id)
                    self._by_user[view.user_id] = dict(view.custom_permissions)
                elif event.user_id == view.user_id and view.user_id in self._kicked:
                    yield "is back after a kick, and was not invited"
            case PermissionsChanged() as body:
                if body.role is not None:
                    self._by_role[body.role].update(body.permissions)
                if body.user_id is not None:
                    self._by_user[body.user_id] = dict(body.overrides or {})
            case BoardChanged() as body:
                yield from self._of_the_board(event, body)
            case _:
                pass

    def _of_the_board(self, event: Event, body: BoardChanged) -> Iterable[str]:
        user_id = event.user_id
        if user_id is None:
            return
        if user_id in self._kicked:
            yield "draws after a kick"
        if event.type is EventType.BOARD_RESTORE:
            if self._roles[user_id] not in _LEADERS:
                yield "restores, and does not lead"
            return
        for op in _decode_ops(body.ops):
            needed = NEEDS[type(op)]
            if not self._may(user_id, needed):
                yield f"lacks {needed}"

    def _may(self, user_id: int, permission: Permission) -> bool:
        role = self._roles[user_id]
        default = permission in DEFAULT_PERMISSIONS[role]
        return self._by_user.get(user_id, {}).get(
            permission, self._by_role[role].get(permission, default)
        )
