"""From the bytes of a frame to a message: a total function over all inputs (PROTOCOL EN-2, BD-10).

Whatever the bytes, the outcome is a message, a `Refused` that names the field at fault, or a
`Breach` that ends the connection; no other exception leaves this module.
"""

import re
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from lessonroom.board.model.elements import Custom
from lessonroom.board.model.operations import Operation, Patch, PatchLayer, PatchPage, Put
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.protocol.calls import COMMANDS
from lessonroom.protocol.client import (
    CLIENT_MESSAGES,
    BoardEvent,
    Call,
    ClientData,
    CommandRequest,
    PointerMove,
)
from lessonroom.scalars import MessageId, check_free, shown
from lessonroom.validation import refusal

SUBMISSION_PATTERN: Final = r"([A-Za-z0-9_-]{8,64}):([1-9][0-9]{0,14})"
"""The `id` of what is accepted once, however often it is sent: `<client_id>:<n>` (BD-6)."""

_HEAD_BYTES: Final = 48
"""Clients write the type of a message in front of its data."""

_PATCHES: Final = (Patch, PatchLayer, PatchPage)
_SUBMISSION: Final = re.compile(SUBMISSION_PATTERN)


class Breach(Exception):  # noqa: N818 - what it ends is the connection, not the program
    """The peer does not speak the protocol; the connection is closed with `code`."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Message(msgspec.Struct, frozen=True):
    """What a client sent, decoded."""

    ch: str
    type: str
    id: str | None
    data: ClientData


class Invalid(msgspec.Struct, frozen=True):
    """A message that was refused, with its `id` where it had a readable one."""

    id: str | None
    refused: Refused


class _Envelope(msgspec.Struct, frozen=True):
    ch: str
    type: str
    data: msgspec.Raw
    id: MessageId | None = None


class _Pointing(msgspec.Struct, frozen=True, gc=False):
    """A `pointer_move`, whole: most of what comes in."""

    ch: Literal["board"]
    type: Literal["pointer_move"]
    data: PointerMove
    id: MessageId | None = None


class _Drawing(msgspec.Struct, frozen=True):
    """A `board_event`, whole."""

    ch: Literal["board"]
    type: Literal["board_event"]
    data: BoardEvent
    id: MessageId | None = None


class _Id(msgspec.Struct, frozen=True):
    id: MessageId | None = None


class MessageDecoder:
    """Decodes the messages of one encoding."""

    def __init__(self, make_decoder: Callable[[Any], Any], empty: bytes) -> None:
        self._frequent: list[tuple[bytes, Callable[[bytes], _Pointing | _Drawing]]] = [
            (b"pointer_move", make_decoder(_Pointing).decode),
            (b"board_event", make_decoder(_Drawing).decode),
        ]
        self._envelope: Callable[[bytes], _Envelope] = make_decoder(_Envelope).decode
        self._id: Callable[[bytes], _Id] = make_decoder(_Id).decode
        self._data = {name: make_decoder(struct).decode for name, struct in CLIENT_MESSAGES.items()}
        self._args = {name: make_decoder(struct).decode for name, struct in COMMANDS.items()}
        self._empty = empty

    def decode(self, payload: bytes) -> Message | Invalid:
        """Decode the payload of one frame.

        What most are is tried first, in one pass: whatever that takes, the way of all others would
        take as well, with the same outcome. Where it fails that way says why.
        """
        head = payload[:_HEAD_BYTES]
        for name, decode in self._frequent:
            if name in head:
                try:
                    found = decode(payload)
                    if isinstance(found, _Drawing):
                        _check_free_data(found.data.ops)
                except (Refused, msgspec.DecodeError, UnicodeError, RecursionError):
                    break
                return Message(found.ch, found.type, found.id, found.data)
        return self._decode_any(payload)

    def _decode_any(self, payload: bytes) -> Message | Invalid:
        try:
            return self._message(self._envelope(payload))
        except Refused as error:
            return Invalid(self._id_of(payload), error)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            return Invalid(self._id_of(payload), refusal(error))

    def _message(self, envelope: _Envelope) -> Message:
        decode = self._data.get((envelope.ch, envelope.type))
        if decode is None:
            raise Refused(
                ErrorCode.UNKNOWN_MESSAGE,
                f"there is no message {shown(envelope.ch)}/{shown(envelope.type)}",
                field="type",
            )
        data = self._decoded(decode, bytes(envelope.data), "data")
        match data:
            case CommandRequest():
                data = self._call(data)
            case BoardEvent():
                _check_free_data(data.ops)
            case _:
                pass
        return Message(envelope.ch, envelope.type, envelope.id, data)

    def _call(self, request: CommandRequest) -> Call:
        decode = self._args.get(request.name)
        if decode is None:
            raise Refused(
                ErrorCode.UNKNOWN_MESSAGE,
                f"there is no command {shown(request.name)}; there are: {', '.join(COMMANDS)}",
                field="data.name",
            )
        args = bytes(request.args) or self._empty
        return Call(request.name, self._decoded(decode, args, "data.args"))

    @staticmethod
    def _decoded(decode: Callable[[bytes], Any], encoded: bytes, field: str) -> Any:  # noqa: ANN401 - whatever the decoder is of
        try:
            return decode(encoded)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise refusal(error, field) from None

    def _id_of(self, payload: bytes) -> str | None:
        try:
            return self._id(payload).id
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None


def _check_free_data(ops: list[Operation]) -> None:
    """Check what no type describes, before anything tries to encode it again (BD-10).

    MessagePack brings bytes, dates and keys that are no strings; JSON integers beyond 64 bits.
    """
    for n, op in enumerate(ops):
        if isinstance(op, Put):
            if type(op.element) is Custom:
                check_free(op.element.data, f"data.ops[{n}].element.data")
        elif isinstance(op, _PATCHES):
            check_free(op.set, f"data.ops[{n}].set")


JSON_DECODER: Final = MessageDecoder(msgspec.json.Decoder, b"{}")
MSGPACK_DECODER: Final = MessageDecoder(msgspec.msgpack.Decoder, b"\x80")


def decode_text(payload: bytes) -> Message | Invalid:
    """Decode a text frame of `lessonroom.v1.json`.

    Raises:
        Breach: 1007, the payload is not UTF-8 (EN-3).

    """
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise Breach(CloseCode.BAD_UTF8, "a text frame must be UTF-8") from None
    return JSON_DECODER.decode(payload)


def decode_binary(payload: bytes) -> Message | Invalid:
    """Decode a binary frame of `lessonroom.v1.msgpack`."""
    return MSGPACK_DECODER.decode(payload)


def submission_id(message_id: str | None) -> tuple[str, int]:
    """Split the `id` of a submission into `client_id` and `n` (BD-6).

    Raises:
        Refused: `invalid`, the id is missing or has another form.

    """
    found = _SUBMISSION.fullmatch(message_id or "")
    if found is None:
        raise Refused(
            ErrorCode.INVALID,
            "this needs an id <client_id>:<n>: 8 to 64 of [A-Za-z0-9_-], n from 1",
            field="id",
        )
    return found[1], int(found[2])
