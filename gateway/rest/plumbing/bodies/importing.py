"""Taking up a board that was exported, here or elsewhere."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from actors.house.shelves import decoded_on_shelf
from actors.house.versions import decoded_board_at
from actors.runtime import chance
from gateway.board_files.layout import named_by
from gateway.board_files.reading import SavedBoard, read_board
from gateway.rest.plumbing.services import Services
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element
from lessonroom.board.model.viewing import EVERYONE, seen
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CopyPage, ImportBoard
from lessonroom.log.events import AssetAdded
from lessonroom.session.session import Session
from storage.images import assets
from storage.people import shelf

_decode_element: Final = msgspec.json.Decoder(Element).decode


class CarriedBoard(msgspec.Struct, frozen=True, kw_only=True):
    """The command that begins a session with another one's board, and how large that is."""

    command: ImportBoard
    size_bytes: int


async def import_of(services: Services, board: dict[str, Any], *, by: int) -> ImportBoard:
    """Return the command that begins a session with a board.

    Images are not in the board but named by it: they must lie on this server, in a session that
    whoever imports has to do with.

    Raises:
        Refused: `invalid`, it is not a board; `not_found`, it shows an image that the caller does
            not have; `field` says where.

    """
    read = await asyncio.to_thread(read_board, board)
    shown = await _assets_of(services, read, by=by)
    return _command(read, shown, by=by)


async def carried_over(
    services: Services, session: Session, *, people: Collection[int] = ()
) -> CarriedBoard:
    """Return the command that begins another session with the board that this one has now.

    What `people` made stays theirs there, the rest is its host's. Of its images those come along
    that are still shown.
    """
    store = services.rooms.store
    session_id = session.session_id
    board = seen(await decoded_board_at(store, session_id, await store.head(session_id)), EVERYONE)
    known = await store.reading(lambda connection: assets.described(connection, session_id))
    return await _carried(board, known, by=session.host_id, people=people)


class CopiedBoard(msgspec.Struct, frozen=True, kw_only=True):
    """The command that brings a board to a session which is there, and what was read for it."""

    command: CopyPage
    read_bytes: int


async def copied_board(
    services: Services, session: Session, *, creators: Collection[int]
) -> CopiedBoard:
    """Return the command that puts all pages of a session on the empty board of another one.

    What `creators` made stays theirs, the rest is the host's. It is worked out beside the rooms.
    """
    store, by = services.rooms.store, session.host_id
    session_id = session.session_id
    board = seen(await decoded_board_at(store, session_id, await store.head(session_id)), EVERYONE)
    first, *more = board.pages
    as_id = chance.new_page_id()
    copy = await asyncio.to_thread(
        lambda: PageCopy.of(board, first, as_id=as_id, by=by, creators=set(creators), more=more)
    )
    names = sorted(copy.shows())
    shown = await store.reading(
        lambda connection: assets.those_of_session(connection, names, session_id)
    )
    command = CopyPage(
        by=by,
        page=first,
        id=as_id,
        more=tuple(more),
        from_session=session_id,
        copy=copy,
        assets=tuple(shown),
        is_beginning=True,
    )
    return CopiedBoard(command=command, read_bytes=board.encoded_bytes())


async def from_template(services: Services, item_id: str, *, by: int) -> CarriedBoard:
    """Return the command that begins a session with what is on a shelf.

    Raises:
        Refused: `not_found`, the item is not there, or not for `by`.

    """
    store = services.rooms.store
    board = await decoded_on_shelf(store, item_id, for_user=by, field="template")
    known = await shelf.described(store, item_id)
    return await _carried(board, known, by=by)


async def _carried(
    board: Board, known: Mapping[str, AssetAdded], *, by: int, people: Collection[int] = ()
) -> CarriedBoard:
    elements = await asyncio.to_thread(
        lambda: [_decode_element(each.encoded) for each in board.elements.values()]
    )
    read = SavedBoard(list(board.pages.values()), list(board.layers.values()), elements)
    shown = [known[name] for name in named_by(read.pages, elements) if name in known]
    command = msgspec.structs.replace(_command(read, shown, by=by), creators=frozenset(people))
    return CarriedBoard(command=command, size_bytes=board.encoded_bytes())


def _command(read: SavedBoard, shown: list[AssetAdded], *, by: int) -> ImportBoard:
    return ImportBoard(
        by=by, pages=read.pages, layers=read.layers, elements=read.elements, assets=shown
    )


async def _assets_of(services: Services, read: SavedBoard, *, by: int) -> list[AssetAdded]:
    named = named_by(read.pages, read.elements)
    found = await visible_among(services, named, by=by)
    for name, one in named.items():
        if name not in found:
            raise Refused(
                ErrorCode.NOT_FOUND,
                "there is no such image or formula in a session of yours; leave it out",
                field=one.field,
            )
    return list(found.values())


async def visible_among(
    services: Services, names: Iterable[str], *, by: int
) -> dict[str, AssetAdded]:
    """Return what is known of those assets that lie in a session somebody has to do with."""
    found: dict[str, AssetAdded] = {}
    for name in names:
        known = await _visible(services, name, by=by)
        if known is not None:
            found[name] = known
    return found


async def _visible(services: Services, asset: str, *, by: int) -> AssetAdded | None:
    store = services.rooms.store
    if not await store.reading(lambda connection: assets.is_visible_to(connection, asset, by)):
        return None
    return await store.reading(lambda connection: assets.find(connection, asset))
