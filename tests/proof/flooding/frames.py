"""What floods are made of: every message, and what is none, as frames of a client."""

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec
from websockets.frames import Frame, Opcode

A_WRITE: Final = 2_000
"""How many frames a flooder writes at once."""


def flood_of(kind: str, *, is_msgpack: bool = False) -> bytes:
    """Return what is written again and again; of `sync_request` also as MessagePack."""
    make = _packed_sync_request if is_msgpack else FRAMES[kind]
    return b"".join(make(n) for n in range(1, A_WRITE + 1))


def _frame(message: dict[str, Any]) -> bytes:
    return Frame(Opcode.TEXT, json.dumps(message).encode()).serialize(mask=True)


def _message(ch: str, name: str, data: object, message_id: str | None = None) -> bytes:
    message: dict[str, Any] = {"ch": ch, "type": name, "data": data}
    if message_id is not None:
        message["id"] = message_id
    return _frame(message)


def _packed_sync_request(n: int) -> bytes:
    message = {"ch": "board", "type": "sync_request", "id": f"s{n}", "data": {}}
    return Frame(Opcode.BINARY, msgspec.msgpack.encode(message)).serialize(mask=True)


def _board_event(n: int) -> bytes:
    rect = {"type": "rect", "id": f"f{n % 20}", "layer": "base", "x": n, "y": 0, "w": 1, "h": 1}
    return _message(
        "board", "board_event", {"ops": [{"op": "put", "element": rect}]}, f"flooderclient:{n}"
    )


def _patches(n: int) -> bytes:
    """Little is said of much: a graph, and then each message moves it again and again."""
    points = [[1.25] * 8_000]
    graph = {
        "type": "graph", "id": "much", "layer": "base", "x": 0, "y": 0, "w": 9, "h": 9,
        "curves": [{"expr": "x", "points": points}],
    }  # fmt: skip
    ops: list[dict[str, Any]] = [{"op": "put", "element": graph}]
    if n > 1:
        ops = [{"op": "patch", "id": "much", "set": {"x": n + x}} for x in range(50)]
    return _message("board", "board_event", {"ops": ops}, f"flooderclient:{n}")


def _command(name: str, **args: object) -> Callable[[int], bytes]:
    return lambda n: _message("system", "command", {"name": name, "args": args}, f"c{n}")


def _fragment(data: bytes) -> Callable[[int], bytes]:
    def frame(n: int) -> bytes:
        opcode = Opcode.TEXT if n == 1 else Opcode.CONT
        return Frame(opcode, data, fin=False).serialize(mask=True)

    return frame


FRAMES: Final[dict[str, Callable[[int], bytes]]] = {
    "board_event": _board_event,
    "patches": _patches,
    "sync_request": lambda n: _message("board", "sync_request", {}, f"s{n}"),
    "pointer_move": lambda n: _message("board", "pointer_move", {"x": n, "y": 0}),
    "offer": lambda _: _message("webrtc", "offer", {"to": "nobody", "sdp": "v=0"}),
    "answer": lambda _: _message("webrtc", "answer", {"to": "nobody", "sdp": "v=0"}),
    "ice_candidate": lambda _: _message(
        "webrtc", "ice_candidate", {"to": "nobody", "candidate": None}
    ),
    "media_state": lambda n: _message("webrtc", "media_state", {"audio": bool(n % 2)}),
    "chat_message": lambda n: _message(
        "system", "chat_message", {"text": "x"}, f"flooderclient:{n}"
    ),
    "save": _command("save"),
    "undo": _command("undo"),
    "restore": _command("restore", version=1),
    "kick": _command("kick", user_id=1),
    "ping": lambda n: _message("system", "ping", {"t": n}),
    "pong": lambda n: _message("system", "pong", {"t": n}),
    "unknown": lambda _: _message("board", "nonsense", {}),
    "invalid": lambda _: Frame(Opcode.TEXT, b"[").serialize(mask=True),
    "control frames": lambda _: Frame(Opcode.PING, b"").serialize(mask=True),
    "fragments": _fragment(b"{"),
    "empty fragments": _fragment(b""),
    "half frames": lambda _: b"\x81\xfe\xff\xff",
    # Between two versions of a lesson that began with a large board: empty, and as it began.
    "restores": lambda n: _message(
        "system", "command", {"name": "restore", "args": {"version": 1 + n % 2}}, f"c{n}"
    ),
}
