"""Images in a directory: files named by the hash of what is in them."""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

_HASH = re.compile(r"[0-9a-f]{64}")


class AssetDirectory:
    """A directory of images, `aa/bb/aabb...`, 65,536 directories at most: an `AssetFiles`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path_of(self, asset: str) -> Path:
        """Return where an image lies.

        Raises:
            ValueError: `asset` is not a SHA-256 in lower-case hex digits, so that no name which
                came from outside can lead out of the directory.

        """
        if _HASH.fullmatch(asset) is None:
            raise ValueError("an asset is named by 64 lower-case hex digits")
        return self._directory / asset[:2] / asset[2:4] / asset

    def write(self, content: bytes) -> str:
        """Keep an image and return its name; one that is there already becomes new again.

        It is on the disk once this returns.
        """
        asset = hashlib.sha256(content).hexdigest()
        self._put(asset, lambda file: file.write(content))
        return asset

    def take_in(self, path: Path, asset: str) -> None:
        """Keep what a file holds, whose hash is `asset`."""
        with path.open("rb") as source:
            self._put(asset, lambda file: shutil.copyfileobj(source, file))

    def _put(self, asset: str, write_to: Callable[[BinaryIO], object]) -> None:
        path = self.path_of(asset)
        for directory in (self._directory, path.parent.parent, path.parent):
            directory.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f"{secrets.token_hex(8)}.draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                write_to(file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)

    def file_of(self, asset: str) -> Path | None:
        """Return the file that an image lies in."""
        path = self.path_of(asset)
        return path if path.is_file() else None

    def names(self) -> Iterator[str]:
        """Iterate over all images."""
        for path in self._directory.glob("??/??/*"):
            if _HASH.fullmatch(path.name) is not None:
                yield path.name

    def remove_unless_newer(self, asset: str, *, than_s: float) -> bool:
        """Delete an image that was last written before `than_s`, in seconds since the Unix epoch.

        Returns whether it is gone. One that is being uploaded again at this moment is newer.
        """
        path = self.path_of(asset)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime >= than_s:
                return False
            path.unlink()
        return True

    def remove_drafts(self, *, than_s: float) -> None:
        """Delete what uploads left behind that were cut off before `than_s`."""
        for draft in self._directory.glob("??/??/*.draft"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < than_s:
                    draft.unlink()


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
