"""The board as those get it who ask for all of it: encoded once for each sub-protocol (BD-7)."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from actors.edge.outbox import Wire
from lessonroom.board.model.board import Board
from lessonroom.board.model.encoded_parts import BoardParts, Codec, EncodedBoard
from storage.beside import in_pieces

_AT_ONCE_BYTES: Final = 256 * 1024
"""So much is encoded within a room's turn; MessagePack takes 4 ms for it."""
_ATTEMPTS_MOST: Final = 3


class BoardEncoded(msgspec.Struct, frozen=True):
    """Told by a room to itself: the board it had lately is encoded, or a fault in that."""

    fault: Exception | None = None


class _Encoded(msgspec.Struct):
    parts: BoardParts
    of: tuple[Board, int] | None = None
    encoded: EncodedBoard | None = None
    attempts: int = 0
    is_wanted: bool = True


class EncodedBoards:
    """The board of one room, encoded for those who ask for it.

    Args:
        tell: puts a message into the room's own mailbox.

    """

    def __init__(self, tell: Callable[[BoardEncoded], None]) -> None:
        self._tell = tell
        self._of_codec: dict[Codec, _Encoded] = {}
        self._task: asyncio.Task[None] | None = None

    def encoded(self, board: Board, wire: Wire, *, head: int) -> EncodedBoard | None:
        """Return the board's encoding as it is after event `head`.

        None where that would take long: it is being worked on then, and `BoardEncoded` tells when
        it is worth asking again.
        """
        entry = self._of_codec.get(wire.codec)
        if entry is None:
            entry = self._of_codec[wire.codec] = _Encoded(BoardParts(wire.codec))
        entry.is_wanted = True
        if entry.of is None or entry.of[0] is not board or entry.of[1] != head:
            is_long = entry.parts.missing_bytes(board) > _AT_ONCE_BYTES
            # A board that is another one each time is not run after for ever.
            if is_long and (self._task is not None or entry.attempts < _ATTEMPTS_MOST):
                if self._task is None:
                    entry.attempts += 1
                    self._task = asyncio.get_running_loop().create_task(
                        self._encode(entry.parts, board.copy())
                    )
                return None
            entry.of, entry.encoded = (board, head), entry.parts.encode(board)
        entry.attempts = 0
        return entry.encoded

    def forget(self) -> None:
        """Hold nothing of a board that nobody has asked for since the last time."""
        if self._task is not None:
            return
        for codec, entry in list(self._of_codec.items()):
            if not entry.is_wanted:
                del self._of_codec[codec]
            entry.is_wanted = False

    def stop(self) -> None:
        """Work on nothing any more."""
        if self._task is not None:
            self._task.cancel()

    async def _encode(self, parts: BoardParts, board: Board) -> None:
        fault: Exception | None = None
        try:
            await in_pieces(parts.encode_in_pieces(board))
        except Exception as error:  # noqa: BLE001 - the room's to fail with, not this task's
            fault = error
        self._task = None
        self._tell(BoardEncoded(fault))
