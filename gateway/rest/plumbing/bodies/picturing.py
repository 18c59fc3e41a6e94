"""A small picture of the first page of a board, for lists; and the files that a board shows."""

import asyncio
import re
import struct
from collections.abc import Iterable
from typing import Final

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.export.job import Commission, Drawn, DrawnFormat
from gateway.rest.plumbing.services import Services
from lessonroom.codes import Refused
from lessonroom.log.events import AssetAdded
from storage.images.asset_files import AssetFiles

_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=20, wall_s=40)
_PIXELS_MOST: Final = 480
_ASSET: Final = re.compile(rb'"(?:asset|outline|document)":"([0-9a-f]{64})"')
_PNG_SIZE: Final = struct.Struct(">16x2I")


async def picture_of(services: Services, board: bytes, *, owner: Owner) -> AssetAdded | None:
    """Draw the first page of a board, and keep that as an image; None where it cannot be drawn.

    A process does it, so that no room waits. Whoever wants the picture can do without it.
    """
    files = await asyncio.to_thread(files_of_board, services.assets, board)
    fonts = services.config.export_fonts
    commission = Commission(
        format=DrawnFormat.PNG,
        board=board,
        title="",
        description="",
        page=None,
        assets=files,
        fonts=fonts,
        pixels_most=_PIXELS_MOST,
    )
    try:
        drawn = await services.confinement.run(
            Work.EXPORT,
            "gateway.export.render",
            commission,
            owner=owner,
            result_type=Drawn,
            limits=_LIMITS,
            reads=[*files.values(), *fonts],
        )
    except (Declined, ProcessFailed, Refused):
        return None
    asset = await asyncio.to_thread(services.assets.write, drawn.content)
    width, height = _PNG_SIZE.unpack_from(drawn.content)
    return AssetAdded(asset, "image/png", width, height, len(drawn.content))


def files_of_board(assets: AssetFiles, board: bytes) -> dict[str, str]:
    """Return the files of all images and outlines that a board names, found without decoding it.

    What a text quotes has its quotes escaped, and is none; a file too many is not drawn.
    """
    return asset_paths(assets, {found.decode() for found in _ASSET.findall(board)})


def asset_paths(assets: AssetFiles, names: Iterable[str]) -> dict[str, str]:
    """Return the files of assets by their names, as far as they are there."""
    files = {name: assets.file_of(name) for name in sorted(names)}
    return {name: str(path) for name, path in files.items() if path is not None}
