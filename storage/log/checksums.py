"""Checksums of rows and boards, by which damage to the database's file is told (PROMISES T16)."""

import zlib
from typing import Final

import msgspec

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_UINT32: Final = 0xFFFF_FFFF


def of_fields(*fields: object) -> int:
    """Return the checksum of a row's values, as they are stored."""
    return zlib.crc32("\0".join(map(str, fields)).encode())


def of_document(document: object) -> str:
    """Return a column of JSON as a field: databases keep neither its spaces nor its order."""
    return _encode(document).decode()


def of_bytes(data: bytes) -> int:
    """Return the checksum of an event's data."""
    return zlib.crc32(data)


def of_event(session_id: str, *fields: object, board_schema: int) -> int:
    """Return the checksum of an event's fields; rows from before there were schemas have none."""
    return of_fields(session_id, *fields, *([board_schema] if board_schema > 1 else []))


def of_board(board: bytes, version: int, *, board_schema: int) -> int:
    """Return the checksum of a board, of the `seq` that it is a board of, and of its schema."""
    start = version & _UINT32
    if board_schema > 1:
        start = zlib.crc32(b"%d" % board_schema, start)
    return zlib.crc32(board, start)
