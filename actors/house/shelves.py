"""The boards that lie on shelves, for those who may use them."""

from typing import Final

import structlog

from actors.house.versions import too_old
from lessonroom.board.model.board import Board
from lessonroom.board.model.pieces import decode_in_pieces
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.codes import ErrorCode, Refused, unavailable
from storage.beside import in_pieces
from storage.errors import SchemaNewer, StorageError
from storage.people import shelf
from storage.people.shelf import ShelfItem
from storage.store import Store

_log: Final = structlog.get_logger(__name__)


async def item_for(store: Store, item_id: str, *, user_id: int, field: str) -> ShelfItem:
    """Return an item that is somebody's own, or everyone's.

    Raises:
        Refused: `not_found` at `field`: the one answer to items that are not there, and to those
            of others.

    """
    found = await shelf.find(store, item_id, for_user=user_id)
    if found is None:
        raise no_such_item(field)
    return found


async def board_of(store: Store, item: ShelfItem, *, field: str) -> bytes:
    """Return the encoded board of an item, as this program encodes it.

    Raises:
        Refused: `not_found`, it was deleted meanwhile; `unavailable`, it cannot be read;
            `server_too_old`, a newer program wrote it.

    """
    try:
        found = await shelf.board_of(store, item)
    except SchemaNewer as newer:
        _log.error("a shelf is of a newer program", item_id=item.item_id, reason=str(newer))
        raise too_old() from newer
    except StorageError as error:
        _log.exception("cannot read from a shelf", item_id=item.item_id)
        raise unavailable("this cannot be read from the database") from error
    if found is None:
        raise no_such_item(field)
    if found.schema == BOARD_SCHEMA:
        return found.encoded
    # What another schema has encoded is not what this one would make of it.
    return (await in_pieces(decode_in_pieces(found.encoded))).encode()


async def decoded_on_shelf(store: Store, item_id: str, *, for_user: int, field: str) -> Board:
    """Return the board of an item that somebody may use; see both above."""
    item = await item_for(store, item_id, user_id=for_user, field=field)
    return await in_pieces(decode_in_pieces(await board_of(store, item, field=field)))


def no_such_item(field: str) -> Refused:
    """Return what is answered where an item is not there, or somebody else's."""
    return Refused(ErrorCode.NOT_FOUND, "there is nothing like this on your shelf", field=field)
