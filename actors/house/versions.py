"""Earlier versions of a board: the newest snapshot before one, and the events after that."""

import structlog

from lessonroom.codes import ErrorCode, Refused
from storage.errors import StorageError
from storage.store import Store

_log = structlog.get_logger(__name__)


async def board_at(store: Store, session_id: str, version: int) -> bytes:
    """Return the encoded board as it was after event `version`, saved then or not.

    Raises:
        Refused: `not_found`, there is no such version; `unavailable`, it cannot be read.

    """
    try:
        board = await store.board_at(session_id, version)
        head = 0 if board is not None else await store.head(session_id)
    except StorageError as error:
        _log.exception("cannot read a version", session_id=session_id, version=version)
        raise Refused(
            ErrorCode.UNAVAILABLE,
            "the session cannot be read from the database",
            retry_after_ms=1000,
        ) from error
    if board is None:
        raise Refused(ErrorCode.NOT_FOUND, f"versions are from 1 to {head}", field="version")
    return board
