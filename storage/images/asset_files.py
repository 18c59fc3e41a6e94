"""Where the bytes of images are kept; what is known of each image is in `storage.images.assets`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class AssetFiles(Protocol):
    """Keeps images, which never change, by the SHA-256 of their bytes in lower-case hex digits.

    Its methods read and write a disk, or wait for another machine: call them in a thread, any
    number of them at once. Another name than such a hash is a `ValueError`, so that no name which
    came from outside leads anywhere else.
    """

    def write(self, content: bytes) -> str:
        """Keep an image and return its name; one that is there already becomes new again.

        It is kept for good once this returns, whatever happens to the process.
        """

    def take_in(self, path: Path, asset: str) -> None:
        """Keep what a file on this machine holds, whose hash is `asset`; the file stays.

        As `write`, for what is too long to be held in memory.
        """

    def file_of(self, asset: str) -> Path | None:
        """Return a file on this machine that holds the image; None where there is no such image.

        The file is for reading alone, and may be deleted at any time: whoever opens it later than
        at once has to reckon with its absence.
        """

    def names(self) -> Iterator[str]:
        """Iterate over all images."""

    def remove_unless_newer(self, asset: str, *, than_s: float) -> bool:
        """Delete an image that was last written before `than_s`, in seconds since the Unix epoch.

        Returns whether it is gone. One that is being uploaded again at this moment is newer.
        """

    def remove_drafts(self, *, than_s: float) -> None:
        """Delete what uploads left behind that were cut off before `than_s`."""
