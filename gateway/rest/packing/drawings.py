"""The pages of a board for a lesson pack, each as JSON and as a drawing."""

import asyncio
from collections.abc import Iterator
from typing import Final

import msgspec

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.export.job import Commission, DrawnFormat
from gateway.rest.plumbing.bodies.picturing import drawn_board, unzipped
from gateway.rest.plumbing.services import Services
from lessonroom.board.model.board import Board

NOT_DRAWN: Final = (Declined, ProcessFailed)
"""What `drawings_of` raises where the drawings cannot be made."""
ZIP_LIMITS: Final = ProcessLimits(memory_bytes=1536 * 1024 * 1024, cpu_s=180, wall_s=240)
"""A hundred pictures take half a minute."""
_FOLDER: Final = "boards/"


def pages_of(encoded: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the pages of a board as JSON: the name of the file, and what is in it.

    Raises:
        msgspec.DecodeError: the bytes are no board.

    """
    board = Board.decode(encoded)
    page_of = {layer.id: layer.page_id for layer in board.layers.values()}
    lying: dict[str, list[msgspec.Raw]] = {page_id: [] for page_id in board.pages}
    for element in board.elements.values():
        lying[page_of[element.layer]].append(msgspec.Raw(element.encoded))
    for n, page in enumerate(board.pages.values(), start=1):
        layers = [layer for layer in board.layers.values() if layer.page_id == page.id]
        content = {"page": page, "layers": layers, "elements": lying[page.id]}
        yield f"{_FOLDER}{n:03}.json", msgspec.json.encode(content)


async def drawings_of(
    services: Services, board: bytes, *, title: str, owner: Owner
) -> list[tuple[str, bytes]]:
    """Return a drawing of each page, in their order: the name of the file, and what is in it.

    A process makes them. Whoever wants the rest can do without them.

    Raises:
        Declined: they are too large.
        ProcessFailed: they cannot be drawn within what the server allows.
        Refused: too much waits to be drawn already.

    """
    wanted = Commission(
        format=DrawnFormat.SVG_ZIP,
        board=board,
        title=title or "Lesson",
        description="The board of a lesson",
    )
    drawn = await drawn_board(services, wanted, owner=owner, limits=ZIP_LIMITS)
    drawings = await asyncio.to_thread(unzipped, drawn)
    return [(f"{_FOLDER}{n:03}.svg", drawing) for n, drawing in enumerate(drawings, start=1)]
