"""What rooms have read for their people: versions of their board, pages of lessons and shelves."""

from typing import Final

import msgspec

from actors.house.shelves import decoded_on_shelf
from actors.house.versions import decoded_board_at
from actors.messages import LoadBoard, LoadedBoard, LoadedPage, LoadPage
from actors.runtime.telling import tell
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.model.viewing import EVERYONE, seen
from lessonroom.codes import ErrorCode, Refused, unavailable
from lessonroom.commands import CopyPage
from lessonroom.log.events import AssetAdded
from storage.beside import beside
from storage.errors import StorageError
from storage.images import assets
from storage.people import shelf
from storage.store import Store

_FIELD: Final = "from_session"


async def read_board(store: Store, wanted: LoadBoard) -> None:
    """Read a version of a board, and tell the room that asked."""
    try:
        board = await decoded_board_at(store, wanted.session_id, wanted.version)
    except Refused as refused:
        loaded = LoadedBoard(wanted.asked, wanted.version, refused)
    else:
        loaded = LoadedBoard(wanted.asked, wanted.version, board, board.encoded_bytes())
    tell(wanted.room, loaded)


async def read_page(store: Store, wanted: LoadPage) -> None:
    """Work out the copy of a page of another session, and tell the room that asked."""
    try:
        loaded = await _page(store, wanted)
    except Refused as refused:
        loaded = LoadedPage(wanted.asked, refused)
    except StorageError:
        loaded = LoadedPage(wanted.asked, unavailable("the database cannot be read"))
    tell(wanted.room, loaded)


async def _page(store: Store, wanted: LoadPage) -> LoadedPage:
    command = wanted.command
    if command.from_shelf is not None:
        board = await decoded_on_shelf(
            store, command.from_shelf, for_user=command.by, field="from_shelf"
        )
    else:
        source = command.from_session
        assert source is not None, "a page of the room's own board is not read"  # noqa: S101
        if not await _leads(store, source, command.by):
            raise _no_such_session()
        # Private pages stay in their lesson (AU-1).
        board = seen(await decoded_board_at(store, source, await store.head(source)), EVERYONE)

    def copied() -> PageCopy:
        # Who drew it there is nobody here: it is whoever's brings it.
        return PageCopy.of(board, command.page, as_id=command.id, by=command.by, more=command.more)

    copy = await beside(copied, n_bytes=board.size_bytes)
    shown = await _assets(store, copy, command)
    return LoadedPage(
        wanted.asked,
        msgspec.structs.replace(command, copy=copy, assets=tuple(shown)),
        board.encoded_bytes(),
    )


async def _leads(store: Store, session_id: str, user_id: int) -> bool:
    """Whether somebody is the host of a session, or was made one: they may have all of it."""
    session = await store.session(session_id)
    if session is None:
        return False
    seat = await store.participant(session_id, user_id)
    if seat is not None and not seat.may_act:
        return False
    return session.host_id == user_id or (seat is not None and seat.role.leads)


async def _assets(store: Store, copy: PageCopy, command: CopyPage) -> list[AssetAdded]:
    names = sorted(copy.shows())
    source, item_id = command.from_session, command.from_shelf
    if item_id is not None:
        known = await shelf.described(store, item_id)
        found = [known[name] for name in names if name in known]
    else:
        assert source is not None, "a page of the room's own board is not read"  # noqa: S101
        found = await store.reading(
            lambda connection: assets.those_of_session(connection, names, source)
        )
    if len(found) < len(names):
        raise Refused(
            ErrorCode.NOT_FOUND, "the page shows an image that is not there any more", field="page"
        )
    return found


def _no_such_session() -> Refused:
    """Return the one answer to sessions that are not there, or that somebody else leads."""
    return Refused(ErrorCode.NOT_FOUND, "there is no such session of yours", field=_FIELD)
