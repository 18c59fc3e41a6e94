"""How each server's clients say "a stroke" and "my pointer", and how they hear it.

One dialect belongs to one connection. Those of Yjs are its real wire (y-protocols, and the update
format 1 of Yjs): a stroke is pushed on a shared array, a pointer is the state of awareness.
"""

import json
from typing import ClassVar, Final

from picows import WSMsgType

MARK: Final = b"St0k"
"""Stands in a stroke before the time of its sending: 19 digits of nanoseconds."""
MARK_DIGITS: Final = 19
_MORE: Final = 0x80
"""Set in each byte of a number of lib0 but the last."""


class Dialect:
    """The JSON that the bare relays pass on: one message a frame, to all others.

    Args:
        room: the name of the room.
        number: that of the connection; no two have the same.

    """

    msg_type: ClassVar[WSMsgType] = WSMsgType.TEXT
    point_mark: ClassVar[bytes] = b'"pointer_move"'
    ready_mark: ClassVar[bytes] = b""
    """What comes in when the connection is ready; empty where it is at once."""
    hears_own_points: ClassVar[bool] = False

    def __init__(self, room: str, number: int) -> None:
        self._room = room
        self._number = number
        self._client_id = f"bench-{number:06}"

    def path(self) -> str:
        """Return what follows the server's address."""
        return f"/{self._room}"

    def hello(self) -> list[bytes]:
        """Return what is sent first."""
        return []

    def answer(self, payload: bytes) -> bytes | None:  # noqa: ARG002 - others need it
        """Return what the protocol wants as an answer."""
        return None

    def points_in(self, payload: bytes) -> int:
        """Return how many pointers a frame brings."""
        return payload.count(self.point_mark)

    def stroke(self, n: int, mark: bytes) -> bytes:
        """Return a small stroke; `n` counts this connection's strokes from 1."""
        x = n % 700
        points = f"[{x},100,0.5,0,{x + 3},104,0.6,8,{x + 7},109,0.6,8]"
        return (
            f'{{"ch":"board","type":"board_event","id":"{self._client_id}:{n}","data":'
            f'{{"ops":[{{"op":"put","element":{{"id":"{mark.decode()}","layer":"base",'
            f'"type":"stroke","points":{points}}}}}]}}}}'
        ).encode()

    def point(self, n: int) -> bytes:
        """Return where the pointer is now."""
        return b'{"ch":"board","type":"pointer_move","data":{"x":%d,"y":%d}}' % (n % 800, n % 600)


class Lessonroom(Dialect):
    """Ours. A frame of pointers is one for all, with a row for each that moved."""

    ready_mark = b'"sync_response"'
    hears_own_points = True
    _ROWS: Final = b'"pointers":[['

    def hello(self) -> list[bytes]:  # noqa: D102 - as in Dialect
        return [b'{"ch":"board","type":"sync_request","data":{}}']

    def points_in(self, payload: bytes) -> int:  # noqa: D102 - as in Dialect
        return payload.count(b"],[") + 1 if self._ROWS in payload else 0


class Returning(Lessonroom):
    """Ours, coming back: asks for what it has missed.

    Args:
        room: the name of the room.
        number: that of the connection.
        synced: the payload of the `sync_response` that it had before.

    """

    def __init__(self, room: str, number: int, *, synced: bytes) -> None:
        super().__init__(room, number)
        had = json.loads(synced)["data"]
        self._had = {"epoch": had["epoch"], "seq": had["seq"]}

    def hello(self) -> list[bytes]:  # noqa: D102 - as in Dialect
        message = {"ch": "board", "type": "sync_request", "data": self._had}
        return [json.dumps(message).encode()]


class SocketIO(Dialect):
    """Engine.io 4 over WebSocket, socket.io 5 in it."""

    point_mark = b'"pointer_move'
    ready_mark = b'42["joined"]'

    def path(self) -> str:  # noqa: D102 - as in Dialect
        return "/socket.io/?EIO=4&transport=websocket"

    def hello(self) -> list[bytes]:  # noqa: D102 - as in Dialect
        return [b"40"]

    def answer(self, payload: bytes) -> bytes | None:  # noqa: D102 - as in Dialect
        if payload.startswith(b"40"):
            return b'42["join","%b"]' % self._room.encode()
        return b"3" if payload == b"2" else None

    def stroke(self, n: int, mark: bytes) -> bytes:  # noqa: D102 - as in Dialect
        return b'42["say",%b]' % super().stroke(n, mark)

    def point(self, n: int) -> bytes:  # noqa: D102 - as in Dialect
        return b'42["say",%b]' % super().point(n)


class TldrawSync(Dialect):
    """tldraw sync: records of a store, validated by the server; a pointer is part of a presence."""

    point_mark = b'"cursor"'
    ready_mark = b'"hydrationType"'
    _PATH: Final = "AAAAAAAAAAAAAAA/AEIARGYuAEQARQAA"
    """Three points, as tldraw packs them."""

    def __init__(self, room: str, number: int) -> None:
        super().__init__(room, number)
        self._clock = 0
        self._is_present = False

    def stroke(self, n: int, mark: bytes) -> bytes:  # noqa: D102 - as in Dialect
        # The mark where it stands once: the id of a record is said twice.
        shape = f"shape:{self._number}-{n}"
        record = {
            "id": shape,
            "typeName": "shape",
            "type": "draw",
            "x": n % 700,
            "y": 100,
            "rotation": 0,
            "index": "a1",
            "parentId": "page:page",
            "isLocked": False,
            "opacity": 1,
            "meta": {"mark": mark.decode()},
            "props": {
                "color": "black",
                "fill": "none",
                "dash": "draw",
                "size": "m",
                "segments": [{"type": "free", "path": self._PATH}],
                "isComplete": True,
                "isClosed": False,
                "isPen": False,
                "scale": 1,
                "scaleX": 1,
                "scaleY": 1,
            },
        }
        return self._push({"diff": {shape: ["put", record]}})

    def point(self, n: int) -> bytes:  # noqa: D102 - as in Dialect
        cursor = {"x": n % 800, "y": n % 600, "type": "default", "rotation": 0}
        if self._is_present:
            return self._push({"presence": ["patch", {"cursor": ["put", cursor]}]})
        self._is_present = True
        presence: dict[str, object] = {
            "id": f"instance_presence:{self._number}",
            "typeName": "instance_presence",
            "userId": f"user:{self._number}",
            "userName": "",
            "currentPageId": "page:page",
            "color": "#000000",
            "cursor": cursor,
            "camera": None,
            "screenBounds": None,
            "selectedShapeIds": [],
            "brush": None,
            "scribbles": [],
            "chatMessage": "",
            "lastActivityTimestamp": None,
            "followingUserId": None,
            "meta": {},
        }
        return self._push({"presence": ["put", presence]})

    def _push(self, what: dict[str, object]) -> bytes:
        self._clock += 1
        return json.dumps({"type": "push", "clientClock": self._clock, **what}).encode()


class YWebsocket(Dialect):
    """y-websocket: everyone hears everything, the sender too."""

    msg_type = WSMsgType.BINARY
    point_mark = b'"pointer"'
    hears_own_points = True
    _prefix: bytes = b""

    def __init__(self, room: str, number: int) -> None:
        super().__init__(room, number)
        self._id = _varint(number + 1)
        self._clock = 0
        self._awareness_clock = 0

    def stroke(self, n: int, mark: bytes) -> bytes:  # noqa: D102 - as in Dialect
        text = super().stroke(n, mark)
        clock = self._clock
        self._clock += 1
        parent = b"\x08\x01" + _sized(b"strokes")
        origin = b"\x88" + self._id + _varint(max(0, clock - 1))
        struct = (origin if clock else parent) + b"\x01\x77" + _sized(text)
        update = b"\x01\x01" + self._id + _varint(clock) + struct + b"\x00"
        return self._prefix + b"\x00\x02" + _sized(update)

    def point(self, n: int) -> bytes:  # noqa: D102 - as in Dialect
        self._awareness_clock += 1
        state = json.dumps({"pointer": {"x": n % 800, "y": n % 600}}).encode()
        update = b"\x01" + self._id + _varint(self._awareness_clock) + _sized(state)
        return self._prefix + b"\x01" + _sized(update)


class Hocuspocus(YWebsocket):
    """Hocuspocus: the document's name before each message, and a token first."""

    ready_mark = b"read-write"

    def __init__(self, room: str, number: int) -> None:
        super().__init__(room, number)
        self._prefix = _sized(room.encode())

    def hello(self) -> list[bytes]:  # noqa: D102 - as in Dialect
        return [self._prefix + b"\x02\x00" + _sized(b"token") + _sized(b"4.7.0")]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= _MORE:
        out.append(value % _MORE | _MORE)
        value //= _MORE
    return bytes([*out, value])


def _sized(data: bytes) -> bytes:
    return _varint(len(data)) + data
