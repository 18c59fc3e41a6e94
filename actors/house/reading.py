"""What rooms have read for their people: a version of their board, a page of another lesson."""

from typing import Final

from actors.house.versions import decoded_board_at
from actors.messages import LoadBoard, LoadedBoard, LoadedPage, LoadPage
from actors.runtime.telling import tell
from lessonroom.board.editing.copying import PageCopy
from lessonroom.codes import ErrorCode, Refused, unavailable
from lessonroom.commands import CopyPage
from lessonroom.log.events import AssetAdded
from storage.beside import beside
from storage.errors import StorageError
from storage.images import assets
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
    source = command.from_session
    assert source is not None, "a page of the room's own board is not read"  # noqa: S101
    if not await _leads(store, source, command.by):
        raise _no_such_session()
    board = await decoded_board_at(store, source, await store.head(source))

    def copied() -> PageCopy:
        # Who drew it there is nobody here: it is whoever's brings it.
        return PageCopy.of(board, command.page, as_id=command.id, by=command.by)

    copy = await beside(copied, n_bytes=board.size_bytes)
    shown = await _assets(store, copy, source)
    return LoadedPage(
        wanted.asked,
        CopyPage(
            by=command.by,
            page=command.page,
            id=command.id,
            after=command.after,
            from_session=source,
            copy=copy,
            assets=tuple(shown),
        ),
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


async def _assets(store: Store, copy: PageCopy, session_id: str) -> list[AssetAdded]:
    names = sorted(copy.shows())
    found = await store.reading(
        lambda connection: assets.those_of_session(connection, names, session_id)
    )
    if len(found) < len(names):
        raise Refused(
            ErrorCode.NOT_FOUND, "the page shows an image that is not there any more", field="page"
        )
    return found


def _no_such_session() -> Refused:
    """Return the one answer to sessions that are not there, or that somebody else leads."""
    return Refused(ErrorCode.NOT_FOUND, "there is no such session of yours", field=_FIELD)
