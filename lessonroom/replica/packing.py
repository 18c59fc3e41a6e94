"""Cutting operations into submissions that the room takes (PROTOCOL BD-9, EN-3)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from lessonroom.limits import Limits
from lessonroom.replica.pending import Entry, Op, Ops

_ENVELOPE_BYTES: Final = 512
"""What is left of a message's bytes for its envelope."""
_LONGEST_ID: Final = 67
"""An id in its quotes, and a comma."""
_ANY_AT: Final = 2**53 - 1

_encode = msgspec.json.Encoder().encode


def bytes_for_ops(limits: Limits) -> int:
    """Return how many bytes of operations fit into one message."""
    return limits.max_message_bytes - _ENVELOPE_BYTES


def fits(entry: Entry, limits: Limits) -> bool:
    """Whether a submission fits into one message, and into one event."""
    return len(entry.ops) <= limits.ops_per_event and entry.size_bytes() <= bytes_for_ops(limits)


def packed(ops: Ops, limits: Limits) -> list[list[Op]]:
    """Return `ops` in submissions of at most `ops_per_event` operations and `max_message_bytes`.

    A long stroke becomes a `put` and `append`s. What fits is one submission, applied all or none.
    """
    room = bytes_for_ops(limits)
    submissions: list[list[Op]] = []
    current: list[Op] = []
    size = 0
    for whole in ops:
        for op in _cut(whole, room) if bytes_of(whole) > room else [whole]:
            op_bytes = bytes_of(op) + 1
            if current and (len(current) >= limits.ops_per_event or size + op_bytes > room):
                submissions.append(current)
                current, size = [], 0
            current.append(op)
            size += op_bytes
    if current:
        submissions.append(current)
    return submissions


def bytes_of(value: Any) -> int:  # noqa: ANN401 - JSON
    """Return how many bytes something takes in a message."""
    return len(_encode(value))


def _cut(op: Op, room: int) -> Iterator[Op]:
    match op:
        case {"op": "put", "element": {"type": "stroke"} as element}:
            around = bytes_of({**op, "element": {**element, "points": []}})
            first, rest = _head_of(element["points"], room - around)
            yield {**op, "element": {**element, "points": first}}
            if rest:
                piece = {"op": "append", "id": element["id"], "at": len(first) // 4}
                yield from _cut({**piece, "points": rest}, room)
        case {"op": "append", "points": points}:
            around = bytes_of({**op, "at": _ANY_AT, "points": []})
            done = 0
            while points:
                first, points = _head_of(points, room - around)
                piece = {**op, "points": first}
                yield {**piece, "at": op["at"] + done} if "at" in op else piece
                done += len(first) // 4
        case {"op": "remove", "ids": ids}:
            most = room // _LONGEST_ID
            for begin in range(0, len(ids), most):
                yield {**op, "ids": ids[begin : begin + most]}
        case _:
            yield op


def _head_of(points: Sequence[float], size_bytes: int) -> tuple[Sequence[float], Sequence[float]]:
    """Return as many points as take `size_bytes`, at least one; and the others."""
    end, left = 0, size_bytes
    while end < len(points):
        left -= bytes_of(points[end : end + 4]) - 1
        if left < 0 and end > 0:
            break
        end += 4
    return points[:end], points[end:]
