"""Versions of a board as a caller may see them (PROTOCOL AU-1)."""

import asyncio

from actors.house.versions import shared_board_at
from gateway.identity.identity import Access
from gateway.rest.plumbing.permitting import viewer_of
from gateway.rest.plumbing.services import Services
from lessonroom.board.model.board import Board
from lessonroom.board.model.viewing import Viewer, seen
from storage.records import EncodedBoard


async def board_seen(services: Services, access: Access, version: int) -> EncodedBoard:
    """Return the encoded board as it was after event `version`, without what is for others.

    Raises:
        Refused: as `actors.house.versions.board_at`.

    """
    shared = await shared_board_at(services.rooms.store, access.session.session_id, version)
    viewer = viewer_of(access)
    # A text may say that, too: then it is looked at for nothing.
    if viewer.leads or b'"audience"' not in shared.encoded:
        return shared
    return EncodedBoard(await asyncio.to_thread(_seen, shared.encoded, viewer))


def _seen(encoded: bytes, viewer: Viewer) -> bytes:
    return seen(Board.decode(encoded), viewer).encode()
