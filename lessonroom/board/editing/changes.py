"""What operations come to: those of a participant, of an undo, of the log. All or none (BD-1)."""

from collections.abc import Generator, Iterable, Sequence

from lessonroom.board.editing.draft import Draft
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.operations import (
    LoggedOperation,
    Operation,
    ServerOperation,
    needed,
)
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import Permission, PermissionSet


def draft(
    board: Board,
    ops: Sequence[Operation],
    *,
    author: int,
    permissions: PermissionSet,
    limits: Limits,
    creators: frozenset[int] = frozenset(),
    tells_effects: bool = False,
) -> BoardChange:
    """Return what `ops` by `author` come to, leaving the board as it is.

    New elements are the author's; those of `creators`, as they say in `by`, stay theirs. With
    `tells_effects` operations that do nothing are not logged: nobody could say whom they are for.

    Raises:
        Refused: one operation is not possible; its path (`ops[3].element.style`) is in `field`.

    """
    if len(ops) > limits.ops_per_event:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"at most {limits.ops_per_event} operations in one event",
            field="ops",
        )
    made = Draft(
        board,
        author,
        limits,
        may_edit_others=Permission.EDIT_OTHERS in permissions,
        creators=creators,
        tells_effects=tells_effects,
    )
    return _checked(made, ops, permissions, tells_effects=tells_effects)


def revert(
    board: Board,
    ops: Sequence[ServerOperation],
    *,
    author: int,
    permissions: PermissionSet,
    limits: Limits,
    minds_locks: bool = True,
) -> BoardChange:
    """Return what `ops` come to that take back an earlier change of `author` (PROTOCOL BD-11).

    They need the permissions of any operation; what they put has its creator already, and there
    may be any number of them.

    Raises:
        Refused: one operation is not possible now.

    """
    made = Draft(
        board,
        author,
        limits,
        stamps=False,
        minds_locks=minds_locks,
        may_edit_others=Permission.EDIT_OTHERS in permissions,
    )
    return _checked(made, ops, permissions)


def replay_ops(board: Board, ops: Sequence[ServerOperation], *, author: int) -> BoardChange:
    """Return what operations come to that need no check: logged ones, or those of a restore.

    Raises:
        Refused: they were not made on this board: a layer is missing, or points of a stroke.

    """
    made = Draft(board, author, None, stamps=False, minds_locks=False)
    return made.change([made.apply(op) for op in ops])


def replay_in_pieces(
    board: Board, pieces: Iterable[Sequence[ServerOperation]], *, author: int
) -> Generator[None, None, BoardChange]:
    """Return what `replay_ops` does of all pieces together, but for `logged`, which is known.

    Raises:
        Refused: they were not made on this board.

    """
    made = Draft(board, author, None, stamps=False, minds_locks=False)
    for ops in pieces:
        for op in ops:
            made.apply(op)
        yield
    return made.change([])


def stamped(board: Board, ops: Sequence[LoggedOperation], *, author: int) -> BoardChange:
    """Return what the room makes of its author's operations, for the author's own copy.

    The room has accepted them or will decide: permissions, limits and locks are not looked at.

    Raises:
        Refused: they were not made on this board: a layer is missing, or points of a stroke.

    """
    made = Draft(board, author, None, minds_locks=False)
    return made.change([made.apply(op) for op in ops])


def _checked(
    made: Draft,
    ops: Sequence[ServerOperation],
    permissions: PermissionSet,
    *,
    tells_effects: bool = False,
) -> BoardChange:
    logged: list[bytes | StoredElement] = []
    for n, op in enumerate(ops):
        made.field = f"ops[{n}]"
        for permission in needed(op):
            if permission not in permissions:
                raise Refused(
                    ErrorCode.PERMISSION_DENIED, f"this needs {permission}", field=made.field
                )
        if not tells_effects:
            logged.append(made.apply(op))
            continue
        mark = made.mark()
        applied = made.apply(op)
        # By identity: the same pages in another order are equal.
        if any(now is not then for now, then in zip(made.mark(), mark, strict=True)):
            logged.append(applied)
    made.check_totals()
    return made.change(logged)
