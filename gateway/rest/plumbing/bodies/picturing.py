"""Small pictures of the pages of a board, for lists; and the files that a board shows."""

import asyncio
import io
import re
import struct
import zipfile
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

    Whoever wants the picture can do without it.
    """
    drawn = await _drawn(services, board, owner=owner, kind=DrawnFormat.PNG)
    if drawn is None:
        return None
    asset = await asyncio.to_thread(services.assets.write, drawn)
    width, height = _PNG_SIZE.unpack_from(drawn)
    return AssetAdded(asset, "image/png", width, height, len(drawn))


async def pictures_of_pages(services: Services, board: bytes, *, owner: Owner) -> list[bytes]:
    """Draw all pages of a board small, as PNG in their order; none where it cannot be done."""
    drawn = await _drawn(services, board, owner=owner, kind=DrawnFormat.PNG_ZIP)
    return [] if drawn is None else await asyncio.to_thread(_unzipped, drawn)


async def _drawn(
    services: Services, board: bytes, *, owner: Owner, kind: DrawnFormat
) -> bytes | None:
    """Have a process draw it, so that no room waits."""
    files = await asyncio.to_thread(files_of_board, services.assets, board)
    fonts = services.config.export_fonts
    commission = Commission(
        format=kind,
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
    return drawn.content


def _unzipped(archive: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as pages:
        return [pages.read(name) for name in pages.namelist()]


def files_of_board(assets: AssetFiles, board: bytes) -> dict[str, str]:
    """Return the files of all images and outlines that a board names, found without decoding it.

    What a text quotes has its quotes escaped, and is none; a file too many is not drawn.
    """
    return asset_paths(assets, {found.decode() for found in _ASSET.findall(board)})


def asset_paths(assets: AssetFiles, names: Iterable[str]) -> dict[str, str]:
    """Return the files of assets by their names, as far as they are there."""
    files = {name: assets.file_of(name) for name in sorted(names)}
    return {name: str(path) for name, path in files.items() if path is not None}
