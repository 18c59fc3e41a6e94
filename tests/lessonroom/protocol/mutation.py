"""Real messages, changed by chance until something gives. A seed gives the same inputs again."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import msgspec

from tests.lessonroom.protocol.documented import Json, messages

_TOKENS: Final = (
    b'"__proto__":1,', b'"constructor":{},', b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0",
    b"9" * 25, b"9" * 400, b"\\ud800", b"\\udfff", b"\\u0000", b"\\", b'"', b"{", b"}", b"[", b"]",
    b"[" * 40, b'{"a":' * 40, b"null", b"true", b",", b":", b"\xff", b"\xed\xa0\x80", b"\x00",
    b"\xc1", b"\xd6\xff\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
    b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", b"\xc4\x02ab", b"\xd4\x05a", b"\x91" * 40,
)  # fmt: skip
_VALUES: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1, 0.5, 1e8, -1e8, 2**31, 2**53, 2**64 - 1, "", "a", "\0", "a" * 70, "x y",
    "\N{SNOWMAN}", "__proto__", "constructor", [], {}, [[]], {"__proto__": {}}, [0, 0, 0, 0],
    "base", {"": ""}, [None], "put", "stroke", "style.color", float("nan"), float("inf"),
)  # fmt: skip


class Mutator:
    """Makes inputs from the documented messages of a client, in one of the two encodings."""

    def __init__(self, seed: int, *, is_packed: bool) -> None:
        self._random = random.Random(seed)  # noqa: S311 - inputs of tests, not secrets
        self._is_packed = is_packed
        self._messages = messages("client")

    def inputs(self, count: int) -> Iterator[bytes]:
        """Iterate over `count` frames, most of them wrong."""
        for _ in range(count):
            message = self._changed(self._random.choice(self._messages))
            frame = self._encoded(message)
            for _ in range(self._random.choice((0, 0, 1, 1, 2, 5))):
                frame = self._damaged(frame)
            yield frame

    def _encoded(self, message: Json) -> bytes:
        if self._is_packed:
            return msgspec.msgpack.encode(message)
        return json.dumps(message, ensure_ascii=self._random.random() < 0.5).encode()

    def _changed(self, message: Json) -> Json:
        """Return the message with some of its values replaced, moved, removed or renamed."""
        changed = deepcopy(message)
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 3))):
            places = list(_places(changed))
            parent, key = self._random.choice(places)
            match self._random.randrange(4):
                case 0:
                    parent[key] = deepcopy(self._random.choice(_VALUES))
                case 1:
                    other, other_key = self._random.choice(places)
                    parent[key] = deepcopy(other[other_key])
                case 2:
                    del parent[key]
                case _ if isinstance(parent, dict):
                    name = self._random.choice(("__proto__", "x", "id", "type", "\0", "a" * 99))
                    parent[name] = parent.pop(key)
                case _:
                    parent.insert(key, deepcopy(self._random.choice(_VALUES)))
            if not changed:
                break
        return changed

    def _damaged(self, frame: bytes) -> bytes:
        start = self._random.randrange(len(frame) + 1)
        end = min(len(frame), start + self._random.choice((0, 0, 1, 1, 2, 4, 16, 64)))
        match self._random.randrange(4):
            case 0:
                new = self._random.choice(_TOKENS)
            case 1:
                new = self._random.randbytes(self._random.choice((1, 1, 2, 8)))
            case 2:
                new = frame[start:end] * 2
            case _:
                new = b""
        return frame[:start] + new + frame[end:]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any part of a message
    items = enumerate(value) if isinstance(value, list) else value.items()
    for key, child in items:
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)
