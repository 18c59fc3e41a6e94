"""Where takes lie on the disk: `recordings/aa/<take_id>.chunks`, and `.webm` once it is sealed.

Directories are 0700, files 0600. No name but that of a take leads here, and no link is followed.
Everything here blocks: it belongs into a thread.
"""

import contextlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from gateway.recordings.chunk_file import sync_directory
from gateway.recordings.job import SEALED_NAME, SealedTake

_TAKE_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_CHUNKS: Final = ".chunks"
_SEALED: Final = ".webm"
_WORK: Final = ".work"


class TakeFiles:
    """The files of all takes.

    Args:
        directory: `recordings/` in the data directory, for nothing else; made when it is needed.

    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._coming: set[str] = set()

    def chunks_of(self, take_id: str) -> Path:
        """Return where the chunks of a take are, or would be.

        Raises:
            ValueError: this is no id of a take.

        """
        return self._path(take_id, _CHUNKS)

    def sealed_of(self, take_id: str) -> Path:
        """Return where the sealed file of a take is, or would be.

        Raises:
            ValueError: this is no id of a take.

        """
        return self._path(take_id, _SEALED)

    def open_sealed(self, take_id: str) -> BinaryIO:
        """Open the sealed file of a take; it stays whole for who reads it, whatever comes after.

        Raises:
            FileNotFoundError: there is none.

        """
        fd = os.open(self.sealed_of(take_id), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        return os.fdopen(fd, "rb")

    @contextlib.contextmanager
    def lent_directory(self) -> Iterator[Path]:
        """Lend a directory on the same disk, which is gone at the end with all that is in it."""
        path = self._directory / _WORK / secrets.token_hex(16)
        for made in (self._directory, path.parent, path):
            made.mkdir(mode=0o700, exist_ok=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def coming(self, take_ids: Iterable[str]) -> Iterator[None]:
        """Have nobody take these for left over meanwhile: their rows are written behind them."""
        coming = set(take_ids)
        self._coming |= coming
        try:
            yield
        finally:
            self._coming -= coming

    def take_in(self, take_id: str, path: Path) -> None:
        """Have a sealed file of the same disk be that of a take; it is there once this returns.

        Raises:
            FileExistsError: there is one.

        """
        target = self.sealed_of(take_id)
        self._make_folder_of(target)
        os.link(path, target)
        sync_directory(target.parent)

    def adopt(self, take_id: str, directory: Path, index: SealedTake) -> None:
        """Put what a confined process made in the place of a take's sealed file, for good.

        It was on the disk when the process said so; here it gets its name, and the one before is
        gone. An index without a file takes that away alone.

        Raises:
            ValueError: what lies there is not what the process said.

        """
        target = self.sealed_of(take_id)
        if not index.size_bytes:
            _remove(target)
            return
        made = directory / SEALED_NAME
        found = made.lstat()
        # It may have been taken over: a link would lead to what is somebody else's.
        is_its_own = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        if not is_its_own or found.st_size != index.size_bytes:
            raise ValueError("what was made of a take is not what was said of it")
        made.chmod(0o600)
        self._make_folder_of(target)
        made.rename(target)
        sync_directory(target.parent)

    def delete_chunks(self, take_id: str) -> None:
        """Delete the chunks of a take: those that nobody may hear are gone with them."""
        _remove(self.chunks_of(take_id))

    def delete(self, take_id: str) -> None:
        """Delete all of a take."""
        _remove(self.chunks_of(take_id))
        _remove(self.sealed_of(take_id))

    def take_ids(self) -> set[str]:
        """Return of which takes something is here, but those that are coming.

        For whoever looks for those without a row.
        """
        # Listed first: what is not coming any more by then has its row, or is left over.
        found = {path.stem for path in self._files()}
        return found - self._coming

    def size_bytes(self) -> int:
        """Return how much of the disk all takes use."""
        sizes = 0
        for path in self._files():
            with contextlib.suppress(FileNotFoundError):
                sizes += path.lstat().st_size
        return sizes

    def size_of(self, take_ids: Iterable[str]) -> int:
        """Return how much of the disk some takes use."""
        size_bytes = 0
        for path in (self._path(take, kind) for take in take_ids for kind in (_CHUNKS, _SEALED)):
            with contextlib.suppress(FileNotFoundError):
                size_bytes += path.lstat().st_size
        return size_bytes

    def free_bytes(self) -> int:
        """Return how much room there is on the disk for this user."""
        path = self._directory if self._directory.is_dir() else self._directory.parent
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize

    def sweep_work(self) -> None:
        """Delete what a server that ended in the middle of its work left; before any begins."""
        shutil.rmtree(self._directory / _WORK, ignore_errors=True)

    def _make_folder_of(self, target: Path) -> None:
        for folder in (self._directory, target.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_directory(folder.parent)

    def _files(self) -> Iterator[Path]:
        if not self._directory.is_dir():
            return
        for folder in sorted(self._directory.iterdir()):
            if _FOLDER.fullmatch(folder.name):
                for path in sorted(folder.iterdir()):
                    if path.suffix in {_CHUNKS, _SEALED} and _TAKE_ID.fullmatch(path.stem):
                        yield path

    def _path(self, take_id: str, ending: str) -> Path:
        if not _TAKE_ID.fullmatch(take_id):
            raise ValueError("this is no id of a take")
        return self._directory / take_id[:2] / f"{take_id}{ending}"


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
        sync_directory(path.parent)
