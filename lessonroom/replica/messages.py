"""The messages as a client reads and writes them: an envelope, and data that waits its turn."""

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from lessonroom.limits import Limits

_Raw = msgspec.Raw


class Incoming(msgspec.Struct, frozen=True):
    """A message of the server. `data` stays encoded until somebody needs it."""

    ch: str
    type: str
    data: _Raw = _Raw(b"{}")
    id: str | None = None
    seq: int | None = None
    from_: int | None = msgspec.field(default=None, name="from")
    at: int | None = None


class Outgoing(msgspec.Struct, frozen=True):
    """A message to the server."""

    ch: str
    type: str
    data: Any
    id: str | UnsetType = UNSET

    def encode(self) -> bytes:
        """Return the payload of its frame."""
        return _encode(self)


class Seat(msgspec.Struct, frozen=True):
    """What a client must know of its own seat."""

    user_id: int
    is_admitted: bool = True


class Welcome(msgspec.Struct, frozen=True):
    """What a client must know of the `welcome`."""

    participant: Seat
    limits: Limits
    head: int = 0
    epoch: str = ""


class Sync(msgspec.Struct, frozen=True):
    """The envelope of a `sync_response`; what a full one holds is the view's to read."""

    mode: str
    epoch: str
    seq: int
    from_seq: int | None = None
    events: list[Incoming] = []
    rest: list[str] = []


class Part(msgspec.Struct, frozen=True):
    """What a client must know of a `board_part`; its elements are the view's to read."""

    of: int
    page: str


class Fault(msgspec.Struct, frozen=True):
    """The data of an `error`."""

    code: str
    message: str = ""
    field: str | None = None
    retry_after_ms: int | None = None


class RoomOpen(msgspec.Struct, frozen=True):
    """The data of a `room_open`."""

    epoch: str


class Notice(msgspec.Struct, frozen=True):
    """What a client must know of a `notification`."""

    code: str = ""


_encode: Final = msgspec.json.Encoder().encode

decode: Final = msgspec.json.Decoder(Incoming).decode
"""From the payload of a text frame to its envelope."""

decode_welcome: Final = msgspec.json.Decoder(Welcome).decode
decode_sync: Final = msgspec.json.Decoder(Sync).decode
decode_part: Final = msgspec.json.Decoder(Part).decode
decode_fault: Final = msgspec.json.Decoder(Fault).decode
decode_room_open: Final = msgspec.json.Decoder(RoomOpen).decode
decode_notice: Final = msgspec.json.Decoder(Notice).decode
