"""The data directory: private to its owner, with the signing secret made at first start."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from cli.settings.setting_types import MIN_SECRET_BYTES
from cli.settings.settings import Problem, SettingsError

SECRET_FILE: Final = "signing-secret"  # noqa: S105 - a file's name
_OTHERS_MAY: Final = 0o077


def prepare_data_dir(data_dir: Path) -> Path:
    """Make the data directory, mode 0700, and return it; refuse one that others may open.

    An existing directory is not changed: `--data-dir /tmp` must not make /tmp private.

    Raises `SettingsError` if it cannot be made, is no directory, or is open to others.
    """
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        data_dir.mkdir(mode=0o700, exist_ok=True)
        mode = stat.S_IMODE(data_dir.stat().st_mode)
    except OSError as error:
        raise _refused(data_dir, f"cannot be made: {error.strerror}") from error
    if os.name == "posix" and mode & _OTHERS_MAY:
        reason = f"is open to other users of this machine (mode {mode:04o})"
        raise _refused(data_dir, reason, allowed=f"mode 0700 (chmod 700 {data_dir})")
    return data_dir


def load_or_create_secret(data_dir: Path) -> bytes:
    """Return the signing secret of `data_dir`, made at the first call: 43 ASCII bytes, mode 0600.

    Two processes that start at once get the same secret, and a crash leaves either no file or a
    whole one.

    Raises `SettingsError` if the file is too short, or if others may read it.
    """
    path = data_dir / SECRET_FILE
    try:
        if not path.exists():
            _create(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        secret = path.read_bytes().strip()
    except OSError as error:
        raise _refused(path, f"cannot be used: {error.strerror}") from error
    if os.name == "posix" and mode & _OTHERS_MAY:
        reason = f"is open to other users of this machine (mode {mode:04o})"
        raise _refused(path, reason, allowed=f"mode 0600 (chmod 600 {path})")
    if len(secret) < MIN_SECRET_BYTES:
        reason = f"holds {len(secret)} bytes, which is too short to be safe"
        raise _refused(path, reason, allowed="removing it: a new one is made, and tokens end")
    return secret


def _create(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(MIN_SECRET_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, unlike a rename, never replaces the secret that another process just made.
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        draft.unlink()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, reason: str, allowed: str = "") -> SettingsError:
    return SettingsError([Problem(str(path), "", reason, allowed=allowed)])
