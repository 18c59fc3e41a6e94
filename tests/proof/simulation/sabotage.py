"""Faults built in on purpose: a harness that does not find them proves nothing."""

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from unittest import mock

import msgspec

from actors.room.room import RoomActor
from lessonroom import room
from lessonroom.board.editing.changes import draft
from lessonroom.board.model.operations import LoggedAppend
from lessonroom.log.gates import Gates
from lessonroom.log.submissions import Submissions
from lessonroom.replica.pending import Entry, Standing
from lessonroom.replica.queue import SubmissionQueue


class Sabotage(StrEnum):
    """What is broken."""

    NONE = "nothing"
    FORGETS_SUBMISSIONS = "forgets what it has accepted"
    ACKS_EARLY = "acknowledges before the commit"
    TRUSTS_OLD_PERMISSIONS = "checks permissions outside of the room, once for each person"
    HAS_NO_GATE = "takes later submissions where an earlier one was refused for the moment"
    APPENDS_ANYWHERE = "appends pieces of strokes wherever they belong"
    CLIENT_RENUMBERS = "meets clients that send what was refused under another number"
    CLIENT_STAYS_HELD = "meets clients that wait on a connection that is gone"
    CLIENT_SQUASHES_SENT = "meets clients that squash what may have been sent"


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
        case Sabotage.HAS_NO_GATE:
            with mock.patch.object(Gates, "check"):
                yield
        case Sabotage.APPENDS_ANYWHERE:
            with mock.patch.object(room, "draft", _appending_anywhere):
                yield
        case Sabotage.CLIENT_RENUMBERS:
            with mock.patch.object(SubmissionQueue, "refused_for_now", _renumber):
                yield
        case Sabotage.CLIENT_STAYS_HELD:
            with mock.patch.object(SubmissionQueue, "closed", _close_and_stay_held):
                yield
        case Sabotage.CLIENT_SQUASHES_SENT:
            with mock.patch.object(SubmissionQueue, "closed", _forget_what_was_sent):
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


def _appending_anywhere(board: Any, ops: Any, **how: Any) -> Any:  # noqa: ANN401 - draft's
    """Draft without looking at where pieces go, and log what the client said of it."""
    unplaced: Any = [
        LoggedAppend(op.id, op.points) if isinstance(op, LoggedAppend) else op for op in ops
    ]
    change = draft(board, unplaced, **how)
    logged = msgspec.json.decode(change.body())["ops"]
    for told, op in zip(logged, ops, strict=True):
        if isinstance(op, LoggedAppend):
            told["at"] = op.at
    return msgspec.structs.replace(change, logged=[*map(msgspec.json.encode, logged)])


_refused_for_now = SubmissionQueue.refused_for_now
_closed = SubmissionQueue.closed


def _renumber(queue: SubmissionQueue, entry: Entry) -> bool:
    begins = _refused_for_now(queue, entry)
    queue.entries.remove(entry)
    queue.add(entry.ops, entry.pending.saying)
    return begins


def _close_and_stay_held(queue: SubmissionQueue) -> None:
    was_held = queue._is_held
    _closed(queue)
    queue._is_held = was_held


def _forget_what_was_sent(queue: SubmissionQueue) -> None:
    _closed(queue)
    for entry in queue.entries:
        entry.standing = Standing.UNSENT
    queue._is_squashed = False
