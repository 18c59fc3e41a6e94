"""Faults built into the server on purpose: a harness that does not find them proves nothing."""

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from unittest import mock

from actors.room.room import RoomActor
from lessonroom import room
from lessonroom.board.draft import draft
from lessonroom.log.submissions import Submissions


class Sabotage(StrEnum):
    """What is broken."""

    NONE = "nothing"
    FORGETS_SUBMISSIONS = "forgets what it has accepted"
    ACKS_EARLY = "acknowledges before the commit"
    TRUSTS_OLD_PERMISSIONS = "checks permissions outside of the room, once for each person"


@contextlib.contextmanager
def sabotaged(sabotage: Sabotage) -> Iterator[None]:
    """Break the server while the context is open."""
    match sabotage:
        case Sabotage.NONE:
            yield
        case Sabotage.FORGETS_SUBMISSIONS:
            with mock.patch.object(Submissions, "seq_of", return_value=None):
                yield
        case Sabotage.ACKS_EARLY:
            with mock.patch.object(RoomActor, "after_batch", _release_what_is_decided):
                yield
        case Sabotage.TRUSTS_OLD_PERMISSIONS:
            with mock.patch.object(room, "draft", _RemembersPermissions()):
                yield


_after_batch = RoomActor.after_batch


def _release_what_is_decided(actor: RoomActor) -> None:
    actor._lesson.committed = actor._lesson.state.head
    _after_batch(actor)


class _RemembersPermissions:
    def __init__(self) -> None:
        self._first_seen: dict[int, Any] = {}

    def __call__(self, board: Any, ops: Any, *, author: int, permissions: Any, limits: Any) -> Any:  # noqa: ANN401 - draft's
        known = self._first_seen.setdefault(author, permissions)
        return draft(board, ops, author=author, permissions=known, limits=limits)
