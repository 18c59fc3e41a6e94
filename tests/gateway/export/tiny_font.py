"""A TrueType font of one letter, a black square: no font of a machine can be relied on."""

import struct
from typing import Final

_EM: Final = 1_000
_NAME: Final = "Tiny"


def tiny_font(letter: str) -> bytes:
    """Return a font that has that letter of the BMP and no other."""
    code = ord(letter)
    square = struct.pack(">hhhhh", 1, 0, 0, _EM, _EM) + struct.pack(">HH", 3, 0)
    square += bytes([1, 1, 1, 1])
    square += struct.pack(">hhhh", 0, _EM, 0, -_EM) + struct.pack(">hhhh", 0, 0, _EM, 0)
    square += b"\0" * (-len(square) % 4)
    names = _NAME.encode("utf-16-be")
    records = [(1, names), (2, "Regular".encode("utf-16-be")), (4, names), (6, names)]
    name = struct.pack(">HHH", 0, len(records), 6 + 12 * len(records))
    at = 0
    for name_id, text in records:
        name += struct.pack(">HHHHHH", 3, 1, 0x409, name_id, len(text), at)
        at += len(text)
    name += b"".join(text for _, text in records)
    segments = struct.pack(">HH", code, 0xFFFF) + b"\0\0" + struct.pack(">HH", code, 0xFFFF)
    segments += struct.pack(">HH", (1 - code) & 0xFFFF, 1) + struct.pack(">HH", 0, 0)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
    cmap += struct.pack(">HHHHHHH", 4, 14 + len(segments), 0, 4, 4, 1, 0) + segments
    tables = {
        "OS/2": struct.pack(
            ">HhHHH10hh10sIIII4sHHHhhhHH", 3, _EM, 400, 5, 0, *[0] * 10, 0, b"\0" * 10, 0, 0, 0, 0,
            b"NONE", 64, code, code, _EM, 0, 0, _EM, 0,
        ) + struct.pack(">IIhhHHH", 0, 0, 500, 700, 0, 32, 1),
        "cmap": cmap,
        "glyf": square,
        "head": struct.pack(
            ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, 0, _EM, _EM,
            0, 8, 2, 0, 0,
        ),
        "hhea": struct.pack(
            ">IhhhHhhhhhh8sHH", 0x10000, _EM, 0, 0, _EM, 0, 0, _EM, 1, 0, 0, b"", 0, 2
        ),
        "hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        "loca": struct.pack(">HHH", 0, 0, len(square) // 2),
        "maxp": struct.pack(">IH13H", 0x10000, 2, 4, 1, *[0] * 11),
        "name": name,
        "post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    place = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag.encode(), 0, place + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return head + directory + body
