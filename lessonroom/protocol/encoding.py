"""From events and answers to the payload of a frame. Encoded once, whoever receives it.

Payloads are built as JSON; the MessagePack sub-protocol carries the same fields, transcoded.
"""

from typing import Any, Final

import msgspec

from lessonroom.codes import Refused
from lessonroom.log.events import WIRE_NAME, Channel, Event
from lessonroom.protocol.server import ErrorData, ServerMessage

_json: Final = msgspec.json.Encoder()
_ack_data: Final = msgspec.Raw(b"{}")
_none: Final = msgspec.Raw(b"")
_LARGE_BYTES: Final = 65_536
"""The encoder grows what it writes into by half, and gives nothing of that back: a restored board
of 9 MB held 13."""


def encode_event(event: Event) -> bytes:
    """Return an event as everyone but its author gets it, and as a delta holds it."""
    channel, name = WIRE_NAME[event.type]
    is_large = len(event.data) > _LARGE_BYTES
    encoded = _json.encode(
        ServerMessage(
            ch=channel,
            type=name,
            id=str(event.submission) if event.submission else None,
            seq=event.seq,
            from_=event.user_id,
            at=event.at_ms,
            data=_none if is_large else msgspec.Raw(event.data),
        )
    )
    return b"".join((encoded[:-1], event.data, b"}")) if is_large else encoded


def encode_hidden(seq: int) -> bytes:
    """Return what stands in the order in place of an event that is not for a viewer (CH-4)."""
    return _json.encode(ServerMessage(ch=Channel.BOARD, type="hidden", seq=seq, data=_ack_data))


def encode_ack(message_id: str, *, seq: int, channel: Channel = Channel.BOARD) -> bytes:
    """Return what the author of event `seq` gets in its place (BD-4, CH-1)."""
    return _json.encode(
        ServerMessage(ch=channel, type="ack", id=message_id, seq=seq, data=_ack_data)
    )


def encode_message(
    channel: Channel,
    name: str,
    data: Any,  # noqa: ANN401 - the struct of any message
    *,
    message_id: str | None = None,
) -> bytes:
    """Return a message that is no event: a signal, an answer, a welcome."""
    return _json.encode(ServerMessage(ch=channel, type=name, id=message_id, data=data))


def encode_error(refused: Refused, *, message_id: str | None) -> bytes:
    """Return the answer to a message that was refused (EN-4)."""
    data = ErrorData(refused.code, refused.message, refused.field, refused.retry_after_ms)
    return encode_message(Channel.SYSTEM, "error", data, message_id=message_id)


def to_msgpack(payload: bytes) -> bytes:
    """Return a JSON payload as MessagePack, field by field the same."""
    return msgspec.msgpack.encode(msgspec.json.decode(payload))
