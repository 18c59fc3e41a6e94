"""What a server says of the recordings of a session."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Final, Protocol

import httpx
import msgspec
from rich.table import Table
from rich.text import Text

from cli.printable import printable
from cli.server.operator_client import decoded

_PAGE: Final = 500
WORDS: Final[Mapping[str, str]] = {"audio": "voice", "video": "face", "screen": "screen"}
"""What people call the kinds of takes."""


class TakeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A take: what one browser recorded of one track.

    `start_at` None: it was not sealed yet, or nothing of it may be kept. `gaps` are parts of the
    lesson's time, in ms since the Unix epoch, of which it holds nothing.
    """

    take_id: str
    recording_id: str
    user_id: int
    kind: str
    state: str
    media_type: str
    start_at: datetime | None
    duration_ms: int
    size_bytes: int
    gaps: Sequence[tuple[int, int]]


class Asking(Protocol):
    """Asks a server as its operator: `OperatorClient` does."""

    def download(self, path: str, parameters: Mapping[str, str | int]) -> httpx.Response:
        """Return an answer."""

    def save_answer(self, path: str, target: BinaryIO) -> None:
        """Write an answer to a file."""


class _Found(msgspec.Struct, frozen=True):
    takes: Sequence[TakeLine]


class _Seat(msgspec.Struct, frozen=True):
    user_id: int
    name: str


class _Page(msgspec.Struct, frozen=True):
    items: Sequence[_Seat]
    next_cursor: str | None


def takes_of(operator: Asking, session_id: str) -> list[TakeLine]:
    """Return the takes of a session, in the order in which they were opened."""
    return list(decoded(operator.download(f"sessions/{session_id}/recordings/", {}), _Found).takes)


def sealed(operator: Asking, take: TakeLine) -> TakeLine:
    """Return a take with all that has come of it by now."""
    return decoded(operator.download(f"takes/{take.take_id}/", {}), TakeLine)


def names_of(operator: Asking, session_id: str) -> dict[int, str]:
    """Return the names of everyone who has a seat, by user id."""
    names: dict[int, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        asked: dict[str, str | int] = {"limit": _PAGE}
        if cursor:
            asked["cursor"] = cursor
        page = decoded(operator.download(f"sessions/{session_id}/participants/", asked), _Page)
        names |= {seat.user_id: seat.name for seat in page.items}
        cursor = page.next_cursor
    return names


def table(takes: Sequence[TakeLine], names: dict[int, str]) -> Table:
    """Return takes as a table."""
    shown = Table(box=None, pad_edge=False)
    for heading in ("take", "who", "what", "from", "minutes", "MB", "gaps", "state"):
        justify = "right" if heading in {"minutes", "MB", "gaps"} else "left"
        shown.add_column(heading, justify=justify, no_wrap=heading == "take")  # type: ignore[arg-type]
    for take in takes:
        began = "" if take.start_at is None else f"{take.start_at:%Y-%m-%d %H:%M:%S}"
        shown.add_row(
            take.take_id[:13],
            Text(printable(names.get(take.user_id, str(take.user_id)))),
            WORDS.get(take.kind, take.kind),
            began,
            f"{take.duration_ms / 60_000:.1f}",
            f"{take.size_bytes / 1e6:.1f}",
            str(len(take.gaps) or ""),
            take.state,
        )
    return shown
