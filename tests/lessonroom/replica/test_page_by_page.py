"""A board that comes page by page while the lesson goes on is the board (PROTOCOL BD-28)."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.editing.changes import draft
from lessonroom.board.model.board import Board
from lessonroom.board.model.encoded_parts import BoardParts, JsonCodec
from lessonroom.board.model.operations import Operation
from lessonroom.codes import Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from lessonroom.replica import messages
from lessonroom.replica.replica import Phase, Replica
from lessonroom.replica.view import LessonView
from tests.lessonroom.replica.vectors import BASE

HOST: Final = 1
ME: Final = BASE["welcome"]["participant"]["user_id"]
POINT: Final = [1, 2, 0.5, 8]
_PAGES: Final = ("p1", "p2", "p3", "p4")
_LAYERS: Final = ("base", "l2", "l3", "l4")
_decode_ops: Final = msgspec.json.Decoder(list[Operation]).decode

_ids: Final = st.sampled_from([f"e{n}" for n in range(8)])
_layers: Final = st.sampled_from(_LAYERS)
_ops: Final = st.one_of(
    st.builds(
        lambda id_, layer, n: {
            "op": "put",
            "element": {"type": "stroke", "id": id_, "layer": layer, "points": POINT * n},
        },
        _ids,
        _layers,
        st.integers(1, 3),
    ),
    st.builds(lambda id_: {"op": "append", "id": id_, "points": POINT}, _ids),
    st.builds(
        lambda id_, x, layer: {"op": "patch", "id": id_, "set": {"x": x, "layer": layer}},
        _ids,
        st.integers(0, 9),
        _layers,
    ),
    st.builds(lambda id_, x: {"op": "patch", "id": id_, "set": {"x": x}}, _ids, st.integers(0, 9)),
    st.builds(lambda ids: {"op": "remove", "ids": ids}, st.lists(_ids, min_size=1, max_size=2)),
    st.builds(lambda page: {"op": "clear", "page": page}, st.sampled_from(_PAGES)),
    st.builds(lambda page: {"op": "remove_page", "id": page}, st.sampled_from(_PAGES)),
    st.builds(
        lambda layer, page: {"op": "patch_layer", "id": layer, "set": {"page": page}},
        _layers,
        st.sampled_from(_PAGES),
    ),
)


class _Room:
    """Orders operations as a room does; those that may not be are passed over."""

    def __init__(self) -> None:
        self.board = Board()
        self.seq = 0
        for n, page in enumerate(_PAGES[1:], 1):
            layer = {"id": _LAYERS[n], "page": page}
            self.order(HOST, {"op": "add_page", "page": {"id": page}, "layer": layer})

    def order(self, author: int, op: dict[str, Any]) -> dict[str, Any] | None:
        """Return the event that an operation comes to."""
        if op["op"] == "append":
            stroke = self.board.elements.get(op["id"])
            op = {**op, "at": stroke.points if stroke is not None else 1}
        try:
            change = draft(
                self.board,
                _decode_ops(msgspec.json.encode([op])),
                author=author,
                permissions=DEFAULT_PERMISSIONS[Role.HOST],
                limits=Limits(),
            )
        except Refused:
            return None
        body = msgspec.json.decode(change.body())
        self.board.apply(change)
        self.seq += 1
        return {"seq": self.seq, "from": author, "at": 1, "data": body}

    def told(self, shown: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the board with the elements of one page, and the parts behind it."""
        encoded = BoardParts(JsonCodec()).encode(self.board)
        first = msgspec.json.decode(b"".join(encoded.with_page(shown)))
        pages = encoded.apart_from(shown)
        full = {**BASE["full"], "mode": "full", "epoch": "one", "seq": self.seq, "board": first}
        return {**full, "rest": [page.id for page in pages]}, [
            {
                "of": self.seq,
                "page": page.id,
                "elements": msgspec.json.decode(b"".join(encoded.elements(page))),
            }
            for page in pages
        ]


def _hear(replica: Replica[LessonView], name: str, data: object, **envelope: object) -> None:
    ch = "system" if name == "welcome" else "board"
    message = {"ch": ch, "type": name, "data": data, **envelope}
    replica.receive(messages.decode(msgspec.json.encode(message)))


@given(
    before=st.lists(_ops, max_size=25),
    meanwhile=st.lists(st.tuples(_ops, st.booleans(), st.integers(0, 3)), max_size=25),
    shown=st.integers(0, 3),
)
@settings(max_examples=300, deadline=None)
def test_parts_between_events_come_to_the_board_whatever_their_order(
    before: list[dict[str, Any]],
    meanwhile: list[tuple[dict[str, Any], bool, int]],
    shown: int,
) -> None:
    """[BD-28] [P7] Events of others and one's own, moved elements, removed pages among them."""
    room = _Room()
    for op in before:
        room.order(2, op)
    pages = list(room.board.pages)
    full, parts = room.told(pages[shown % len(pages)])
    replica = Replica("client-1", LessonView(), takes_parts=True)
    replica.opened()
    _hear(replica, "welcome", BASE["welcome"])
    _hear(replica, "sync_response", full)
    for op, is_own, n_parts in meanwhile:
        event = room.order(ME if is_own else 2, op)
        if event is not None and is_own:
            # As it was ordered, so that the acknowledgement says the same.
            pending, _ = replica.submit(
                [
                    {key: value for key, value in one.items() if key != "of"}
                    for one in ([op] if op["op"] != "append" else event["data"]["ops"])
                ]
            )
            _hear(replica, "ack", {}, id=pending.id, seq=event["seq"])
        elif event is not None:
            _hear(replica, "board_event", event.pop("data"), **event)
        for part in parts[:n_parts]:
            _hear(replica, "board_part", part)
        parts = parts[n_parts:]
    for part in parts:
        _hear(replica, "board_part", part)
    assert replica.phase is Phase.LIVE
    assert replica.rest == []
    assert replica.seq == room.seq
    assert replica.view.board.digest() == room.board.digest()
    assert replica.seen.digest() == room.board.digest()


def test_what_is_summed_up_of_a_board_is_that_of_the_whole() -> None:
    """[BD-28] Its bytes, its characters, the schema that it needs."""
    room = _Room()
    note = {"type": "note", "id": "n", "layer": "l2", "x": 0, "y": 0, "w": 1, "h": 1, "text": "abc"}
    room.order(2, {"op": "put", "element": note})
    table = {"type": "table", "id": "t", "layer": "l3", "x": 0, "y": 0}
    lines = {"cols": [{"id": "a", "size": 9}], "rows": [{"id": "a", "size": 9}]}
    room.order(2, {"op": "put", "element": {**table, **lines}})
    full, parts = room.told("p1")
    view = LessonView()
    view.replace(msgspec.Raw(msgspec.json.encode(full)), seq=room.seq)
    for n, part in enumerate(parts, 1):
        view.add_part(msgspec.Raw(msgspec.json.encode(part)), is_last=n == len(parts))
    board = view.board
    assert (board.size_bytes, board.text_chars) == (room.board.size_bytes, room.board.text_chars)
    assert board.least_schema == room.board.least_schema == 4
    assert board.encoded_bytes() == len(board.encode())


@pytest.mark.parametrize("shown", _PAGES)
def test_the_page_that_is_shown_comes_first_and_what_is_next_to_it_next(shown: str) -> None:
    """[BD-28] Who turns to the next page finds it there."""
    room = _Room()
    for n, layer in enumerate(_LAYERS):
        stroke = {"type": "stroke", "id": f"s{n}", "layer": layer, "points": POINT}
        room.order(2, {"op": "put", "element": stroke})
    full, parts = room.told(shown)
    (first,) = full["board"]["elements"].values()
    assert first["layer"] == _LAYERS[_PAGES.index(shown)]
    away = [abs(_PAGES.index(part["page"]) - _PAGES.index(shown)) for part in parts]
    assert away == sorted(away)
    assert len(parts) == 3
