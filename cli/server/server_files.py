"""What a server leaves in its data directory, by which the commands beside it find it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from cli.command_errors import ServerUnreachable
from cli.settings.settings import Settings
from storage.engine import url_of

OPERATOR_SOCKET: Final = "operator.sock"
ASSETS: Final = "assets"
"""The directory of uploaded images."""
DOCUMENTS: Final = "documents"
RECORDINGS: Final = "recordings"
LTI_KEYS: Final = "lti-keys.json"
"""The directory of documents that are on their way to a board."""
SERVER_FILE: Final = "server.json"
DATABASE_FILE: Final = "lessonroom.db"


def beside(file: Path, why: str, *, now_ms: int) -> Path:
    """Return where a copy of the database is kept: its name tells why, and when (UTC, in ms)."""
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3]
    return file.with_name(f"{file.name}.{why}-{stamp}Z")


class Running(msgspec.Struct, frozen=True):
    """The process and the TCP address of a server that is running."""

    pid: int
    url: str


def read_running(data_dir: Path) -> Running:
    """Return what the server that runs on `data_dir` wrote about itself.

    Raises:
        ServerUnreachable: there is no such file, so there is no such server.

    """
    try:
        return msgspec.json.decode((data_dir / SERVER_FILE).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        raise no_server(data_dir) from None


def no_server(data_dir: Path) -> ServerUnreachable:
    """Return the one sentence for a server that is not there."""
    return ServerUnreachable(
        f"no server is running with the data directory {data_dir}; `lessonroom serve` starts one"
    )


def database_url(settings: Settings) -> str:
    """Return where lessons are kept: SQLite in the data directory, unless the settings say."""
    return settings.storage.url or url_of(settings.storage.data_dir.resolve() / DATABASE_FILE)
