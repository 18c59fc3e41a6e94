"""Small pictures of the pages of a board, for lists; and the files that a board shows."""

import asyncio
import io
import re
import struct
import zipfile
from collections.abc import Iterable
from typing import Final

import msgspec

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.export.job import Commission, Drawn, DrawnFormat
from gateway.export.zipped import MAX_BYTES
from gateway.rest.plumbing.services import Services
from lessonroom.codes import Refused
from lessonroom.log.events import AssetAdded
from lessonroom.rates import too_often
from storage.images.asset_files import AssetFiles

_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(memory_bytes=1536 * _MIB, cpu_s=20, wall_s=40)
_PIXELS_MOST: Final = 480
_ASSET: Final = re.compile(rb'"(?:asset|outline|document)":"([0-9a-f]{64})"')
_PNG_SIZE: Final = struct.Struct(">16x2I")


def count_drawings(
    services: Services, user_id: int | None, drawings: int = 1, *, words: str = "too many exports"
) -> None:
    """Count drawings, or what takes as long, for whoever asks; an operator's are not, None.

    What counts as more than one may do in a minute can be had all the same, once in that.

    Raises:
        Refused: `rate_limited`, with when to try again.

    """
    if user_id is None:
        return
    cost = min(drawings, services.config.exports_per_min)
    wait_s = services.exports.take(str(user_id), services.clock.monotonic_s(), cost)
    if wait_s > 0:
        raise too_often(wait_s, words)


async def picture_of(services: Services, board: bytes, *, owner: Owner) -> AssetAdded | None:
    """Draw the first page of a board, and keep that as an image; None where it cannot be drawn.

    Whoever wants the picture can do without it.
    """
    drawn = await _small(services, board, owner=owner, kind=DrawnFormat.PNG)
    if drawn is None:
        return None
    asset = await asyncio.to_thread(services.assets.write, drawn)
    width, height = _PNG_SIZE.unpack_from(drawn)
    return AssetAdded(asset, "image/png", width, height, len(drawn))


async def pictures_of_pages(services: Services, board: bytes, *, owner: Owner) -> list[bytes]:
    """Draw all pages of a board small, as PNG in their order; none where it cannot be done."""
    drawn = await _small(services, board, owner=owner, kind=DrawnFormat.PNG_ZIP)
    try:
        return [] if drawn is None else await asyncio.to_thread(unzipped, drawn)
    except Declined:
        return []


async def drawn_board(
    services: Services, wanted: Commission, *, owner: Owner, limits: ProcessLimits
) -> bytes:
    """Have a process draw a board, so that no room waits.

    Args:
        services: where its images are.
        wanted: what is to be drawn; its files and fonts are found here.
        owner: whom the work is counted for.
        limits: what it may take.

    Raises:
        Declined: it is too large.
        ProcessFailed: it cannot be drawn within what the server allows.
        Refused: too much waits to be drawn already.

    """
    files = await asyncio.to_thread(files_of_board, services.assets, wanted.board)
    fonts = services.config.export_fonts
    commission = msgspec.structs.replace(wanted, assets=files, fonts=fonts)
    drawn = await services.confinement.run(
        Work.EXPORT,
        "gateway.export.render",
        commission,
        owner=owner,
        result_type=Drawn,
        limits=limits,
        reads=[*files.values(), *fonts],
    )
    return drawn.content


def unzipped(content: bytes) -> list[bytes]:
    """Return what is in the archive of a process, which may have been taken over.

    Raises:
        Declined: it unfolds to more than the drawings of a board may take.

    """
    found, left = [], MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            with archive.open(info) as source:
                drawing = source.read(left + 1)
            left -= len(drawing)
            if left < 0:
                raise Declined("the drawings are too large", is_too_much=True)
            found.append(drawing)
    return found


async def _small(
    services: Services, board: bytes, *, owner: Owner, kind: DrawnFormat
) -> bytes | None:
    wanted = Commission(format=kind, board=board, pixels_most=_PIXELS_MOST)
    try:
        return await drawn_board(services, wanted, owner=owner, limits=_LIMITS)
    except (Declined, ProcessFailed, Refused):
        return None


def files_of_board(assets: AssetFiles, board: bytes) -> dict[str, str]:
    """Return the files of all images and outlines that a board names, found without decoding it.

    What a text quotes has its quotes escaped, and is none; a file too many is not drawn.
    """
    return asset_paths(assets, {found.decode() for found in _ASSET.findall(board)})


def asset_paths(assets: AssetFiles, names: Iterable[str]) -> dict[str, str]:
    """Return the files of assets by their names, as far as they are there."""
    files = {name: assets.file_of(name) for name in sorted(names)}
    return {name: str(path) for name, path in files.items() if path is not None}
