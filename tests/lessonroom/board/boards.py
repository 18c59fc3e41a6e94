"""Boards to try operations on."""

from typing import Final

import msgspec
import pytest

from lessonroom.board.editing.changes import draft, replay_ops
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.operations import Operation
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.log.events import BoardChanged
from lessonroom.people.permissions import ALL_PERMISSIONS, PermissionSet
from tests.lessonroom.lesson import ANN, is_plain

UNLIMITED: Final = Limits()

_decode = msgspec.json.Decoder(list[Operation]).decode


def drafted(
    board: Board,
    *ops: Operation,
    author: int = ANN,
    permissions: PermissionSet = ALL_PERMISSIONS,
    limits: Limits = UNLIMITED,
) -> BoardChange:
    """Return what operations come to."""
    return draft(board, ops, author=author, permissions=permissions, limits=limits)


def edit(
    board: Board, *ops: Operation, author: int = ANN, limits: Limits = UNLIMITED
) -> BoardChange:
    """Apply operations to a board, and see that the log would bring another copy to the same."""
    copy = Board.decode(board.encode())
    change = drafted(board, *ops, author=author, limits=limits)
    board.apply(change)
    copy.apply(replay_ops(copy, logged_ops(change), author=author))
    assert copy.encode() == board.encode()
    assert copy.size_bytes == board.size_bytes
    return change


def logged_ops(change: BoardChange) -> list[Operation]:
    """Return the operations of a change as the log tells them."""
    body = msgspec.json.decode(change.body(), type=BoardChanged)
    assert change.ops_bytes() == len(body.ops)
    return decode_ops(body.ops)


def decode_ops(encoded: bytes | msgspec.Raw) -> list[Operation]:
    """Decode operations as the log holds them."""
    ops: list[Operation] = _decode(encoded)
    return ops


def refused(
    board: Board,
    *ops: Operation,
    code: ErrorCode,
    field: str | None,
    author: int = ANN,
    permissions: PermissionSet = ALL_PERMISSIONS,
    limits: Limits = UNLIMITED,
) -> Refused:
    """Expect operations to be refused for a field, and the board to be exactly as it was."""
    before = (board.encode(), board.size_bytes)
    with pytest.raises(Refused) as caught:
        drafted(board, *ops, author=author, permissions=permissions, limits=limits)
    assert (caught.value.code, caught.value.field) == (code, field), caught.value
    assert is_plain(caught.value.message), caught.value
    assert (board.encode(), board.size_bytes) == before
    return caught.value
