"""Putting something on a shelf: taken out of a board, drawn small, written."""

import asyncio

from actors.house.versions import decoded_board_at
from actors.runtime import chance
from gateway.identity.identity import Access
from gateway.rest.plumbing.bodies.picturing import picture_of
from gateway.rest.plumbing.services import Services, charge, owner_of
from gateway.rest.shapes.shelf import ShelfIn
from lessonroom.board.editing import excerpt
from lessonroom.board.editing.copying import shown_by
from lessonroom.board.model.board import Board
from lessonroom.board.model.viewing import EVERYONE, seen
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import AssetAdded
from storage.images import assets
from storage.log import bodies
from storage.people import shelf
from storage.people.shelf import ItemKind, NewItem, ShelfItem


async def put_on_shelf(services: Services, access: Access, wanted: ShelfIn) -> ShelfItem:
    """Keep a copy of what is wanted of a session's board, as it is on disk now.

    Raises:
        Refused: `not_found`, the board has no such page or element, or does not have an image that
            it shows any more; `too_large`, the shelf is full.

    """
    user_id = access.caller.user_id
    assert user_id is not None, "an operator has no shelf"  # noqa: S101
    store = services.rooms.store
    session_id = access.session.session_id
    whole = await decoded_board_at(store, session_id, await store.head(session_id))
    charge(services, access, whole.encoded_bytes())
    # What goes into other lessons is what everyone sees (AU-1).
    whole = seen(whole, EVERYONE)

    def taken_out() -> Board:
        if wanted.elements:
            return excerpt.selection_of(whole, wanted.elements, by=user_id)
        return excerpt.pages_of(whole, wanted.pages, by=user_id)

    board = await asyncio.to_thread(taken_out)
    shown = await _shown(services, board, session_id)
    picture = await picture_of(
        services, await asyncio.to_thread(board.encode), owner=owner_of(access)
    )
    new = NewItem(
        item_id=chance.new_item_id(),
        user_id=user_id,
        name=wanted.name,
        kind=ItemKind.SELECTION if wanted.elements else ItemKind.PAGES,
        pages=len(board.pages),
        elements=len(board.elements),
        body=await bodies.write_board(board, services.rooms.write),
        picture=None if picture is None else picture.asset,
        shown=shown if picture is None else [*shown, picture],
        created_at_ms=services.clock.now_ms(),
        items_most=services.config.shelf_items_per_user,
        bytes_most=services.config.asset_bytes_per_user,
    )
    return await services.rooms.write(lambda store: shelf.add(store, new))


async def _shown(services: Services, board: Board, session_id: str) -> list[AssetAdded]:
    """Return the images that a board shows, all of which its session has to have."""
    names = sorted(shown_by(board.pages.values(), board.elements.values()))
    found = await services.rooms.store.reading(
        lambda connection: assets.those_of_session(connection, names, session_id)
    )
    if len(found) < len(names):
        raise Refused(ErrorCode.NOT_FOUND, "it shows an image that is not there any more")
    return found
