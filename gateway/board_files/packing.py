"""Writing a board file while it is sent: of what it shows little is in memory."""

import contextlib
from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path

from gateway.board_files.layout import ASSETS, BOARD
from gateway.export.archive import Archive


async def packed(board: Iterable[bytes], files: Mapping[str, str]) -> AsyncGenerator[bytes]:
    """Yield a board file, piece by piece; of equal boards the same bytes.

    Args:
        board: the JSON, in parts.
        files: the file on this machine of each asset; one that is gone since is left out.

    """
    archive = Archive()
    yield await archive.add(BOARD, b"".join(board))
    for asset, path in files.items():
        async with contextlib.aclosing(archive.add_file(ASSETS + asset, Path(path))) as parts:
            async for part in parts:
                yield part
    yield await archive.finish()
