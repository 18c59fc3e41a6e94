"""Earlier versions of a board: the newest snapshot before one, and the events after that."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused, unavailable
from storage.errors import SchemaNewer, StorageError
from storage.records import EncodedBoard
from storage.store import Store

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


def too_old() -> Refused:
    """Return what is answered where a newer program wrote what is asked for (PROTOCOL BD-16)."""
    return Refused(
        ErrorCode.SERVER_TOO_OLD,
        "a newer version of the server wrote this session, and this one cannot read it",
        retry_after_ms=60_000,
    )


async def board_at(store: Store, session_id: str, version: int) -> bytes:
    """Return the encoded board as it was after event `version`, saved then or not.

    Raises:
        Refused: `not_found`, there is no such version; `unavailable`, it cannot be read;
            `server_too_old`, a newer program wrote it.

    """
    return (await shared_board_at(store, session_id, version)).encoded


async def shared_board_at(store: Store, session_id: str, version: int) -> EncodedBoard:
    """Return the same, to be held as long as it is sent: whoever asks meanwhile has the same."""
    return await _found(store, session_id, version, store.shared_board_at)


async def decoded_board_at(store: Store, session_id: str, version: int) -> Board:
    """Return the same as a board; raises as `board_at` does."""
    return await _found(store, session_id, version, store.decoded_board_at)


async def _found(
    store: Store, session_id: str, version: int, read: Callable[[str, int], Awaitable[_T | None]]
) -> _T:
    try:
        board = await read(session_id, version)
        head = 0 if board is not None else await store.head(session_id)
    except SchemaNewer as newer:
        _log.error("a version is of a newer program", session_id=session_id, reason=str(newer))
        raise too_old() from newer
    except StorageError as error:
        _log.exception("cannot read a version", session_id=session_id, version=version)
        raise unavailable("the session cannot be read from the database") from error
    if board is None:
        raise Refused(ErrorCode.NOT_FOUND, f"versions are from 1 to {head}", field="version")
    return board
