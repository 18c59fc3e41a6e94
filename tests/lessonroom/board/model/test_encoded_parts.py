from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Custom, Layer, Note
from lessonroom.board.model.encoded_parts import (
    BoardParts,
    Codec,
    JsonCodec,
    MsgpackCodec,
    encode_in_order,
)
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.protocol.encoding import to_msgpack
from tests.lessonroom.lesson import rect

CODECS: list[Codec] = [JsonCodec(), MsgpackCodec()]
_elements = st.lists(
    st.builds(
        lambda n, text, size: StoredElement.of(
            Note(id=f"n{n}", layer="base", x=n, y=0, w=1, h=1, text=text + "x" * size)
        ),
        st.integers(0, 300),
        st.text(max_size=20),
        st.sampled_from([0, 0, 0, 100, 5_000]),
    ),
    max_size=80,
)


def whole(board: Board, codec: Codec) -> bytes:
    """Return the encoding as it is made of the whole board."""
    return board.encode() if isinstance(codec, JsonCodec) else to_msgpack(board.encode())


def board_of(*sizes: int) -> Board:
    """Return a board of notes of so many characters."""
    notes = [
        Note(id=f"n{n}", layer="base", x=0, y=0, w=1, h=1, text="x" * size)
        for n, size in enumerate(sizes)
    ]
    return Board(elements=map(StoredElement.of, notes))


@pytest.mark.parametrize("codec", CODECS, ids=["json", "msgpack"])
@given(steps=st.lists(_elements, min_size=1, max_size=4), layers=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_the_parts_are_the_encoding_whatever_the_board_was_before(
    codec: Codec, steps: list[list[StoredElement]], layers: int
) -> None:
    """[BD-7] [HS-3] Byte for byte, after any change."""
    board = Board(
        (Layer(id=f"l{n}") for n in range(layers)),
        pages=(Page(id=f"p{n}", title="}") for n in range(layers - 1)),
    )
    parts = BoardParts(codec)
    for elements in steps:
        for element in elements:
            if board.elements.pop(element.id, None) is None:
                board.elements[element.id] = element
        assert b"".join(parts.encode(board).whole()) == whole(board, codec)
        assert parts.missing_bytes(board) == 0


@pytest.mark.parametrize("count", [0, 1, 15, 16, 65_535, 65_536])
def test_a_board_of_any_number_of_elements_is_a_map_of_messagepack(count: int) -> None:
    """[HS-3] The header of a map has three forms."""
    same = StoredElement.of(rect("r"))
    board = Board()
    board.elements = {
        f"{n}": StoredElement(f"{n}", "base", "rect", 0, same.encoded) for n in range(count)
    }
    assert b"".join(BoardParts(MsgpackCodec()).encode(board).whole()) == to_msgpack(board.encode())


@pytest.mark.parametrize("codec", CODECS, ids=["json", "msgpack"])
def test_a_change_costs_the_parts_that_it_is_in(codec: Codec) -> None:
    """[P17] One more in front, one less in the middle: all others stay the very same bytes."""
    board = board_of(*[9_000] * 200)
    parts = BoardParts(codec)
    before = parts.encode(board).whole()
    assert len(before) > 20
    board.elements.pop("n100")
    first = {"first": StoredElement.of(rect("first"))}
    board.elements = {**first, **board.elements}
    assert 0 < parts.missing_bytes(board) < board.size_bytes / 3
    after = parts.encode(board).whole()
    assert b"".join(after) == whole(board, codec)
    assert sum(any(part is other for other in before) for part in after) > len(before) / 2


def test_a_part_is_no_longer_than_one_element_more_than_it_has_to_be() -> None:
    """[P17] So that none takes long to encode."""
    sizes = [100_000, 10, 70_000, 65_000, *[500] * 2_000, 9_000]
    encoded = BoardParts(JsonCodec()).encode(board_of(*sizes)).whole()
    assert max(map(len, encoded)) < 64 * 1024 + 100_200
    work = BoardParts(JsonCodec()).encode_in_pieces(board_of(*sizes))
    assert sum(1 for _ in work) == len(encoded) - 2


def test_nothing_is_kept_of_a_board_that_was() -> None:
    parts = BoardParts(JsonCodec())
    parts.encode(board_of(*[9_000] * 100))
    small = board_of(10)
    assert b"".join(parts.encode(small).whole()) == small.encode()
    assert len(parts._parts) == 1
    assert parts.missing_bytes(board_of(*[9_000] * 100)) > 0


def test_data_of_a_platforms_own_is_the_same_in_messagepack() -> None:
    """[HS-3] Nested as deep as it may be, with what JSON escapes."""
    data = {"a": {'"}{': [1, 2.5, None, True, '\\"\n\N{SNOWMAN}']}}
    element = Custom(id="c", layer="base", x=0, y=0, w=1, h=1, kind="k", data=data)
    board = Board(elements=[StoredElement.of(element)])
    assert b"".join(BoardParts(MsgpackCodec()).encode(board).whole()) == to_msgpack(board.encode())


@pytest.mark.parametrize("codec", CODECS, ids=["json", "msgpack"])
def test_a_board_is_had_whole_and_page_by_page_in_the_same_bytes(codec: Codec) -> None:
    """[BD-28] [P15] However many take it in which way, its elements are there once."""
    pages = [Page(id=f"p{n}") for n in range(1, 5)]
    layers = [Layer(id=f"l{n}", page=f"p{n}") for n in range(1, 5)]
    notes = [
        StoredElement.of(
            Note(id=f"n{n}", layer=f"l{1 + n % 3}", x=0, y=0, w=1, h=1, text="x" * 1_000)
        )
        for n in range(600)
    ]
    board = Board(layers, notes, pages)
    encoded = BoardParts(codec).encode(board)
    whole = encoded.whole()
    decode = msgspec.json.decode if isinstance(codec, JsonCodec) else msgspec.msgpack.decode
    assert decode(b"".join(whole)) == msgspec.json.decode(board.encode())
    first = encoded.with_page("p2")
    shown = decode(b"".join(first))
    rest = encoded.apart_from("p2")
    assert [page.id for page in rest] == ["p1", "p3"], "of p4 there is nothing to be told"
    for page in rest:
        elements = decode(b"".join(encoded.elements(page)))
        assert len(elements) == page.count == 200
        shown["elements"] |= elements
    assert shown == msgspec.json.decode(board.encode())
    large = [part for page in rest for part in page.parts if len(part) > 1_500]
    assert len(large) > 8
    assert all(any(part is other for other in whole) for part in large)


def test_an_element_that_lies_nowhere_is_no_reason_to_fail() -> None:
    """[P20] Whatever a log has come to, a room answers whoever asks for its board."""
    board = Board(
        [Layer(id="l1", page="p1"), Layer(id="l2", page="gone")],
        [StoredElement.of(rect("a", layer=layer)) for layer in ("l1",)]
        + [StoredElement.of(rect("b", layer="l2")), StoredElement.of(rect("c", layer="none"))],
        [Page(id="p1"), Page(id="p2")],
    )
    encoded = msgspec.json.decode(b"".join(BoardParts(JsonCodec()).encode(board).whole()))
    assert set(encoded["elements"]) == {"a", "b", "c"}


def test_what_is_kept_of_the_past_is_encoded_in_the_order_of_its_elements() -> None:
    """[BD-12] The same bytes as a snapshot's."""
    layers = [Layer(id=f"l{n}", page=f"p{n}") for n in range(1, 4)]
    notes = [
        StoredElement.of(
            Note(id=f"n{n}", layer=f"l{1 + n % 3}", x=0, y=0, w=1, h=1, text="x" * 900)
        )
        for n in range(300)
    ]
    board = Board(layers, notes, [Page(id=f"p{n}") for n in range(1, 4)])
    found: list[bytes] = []

    def work() -> Iterator[None]:
        found.append((yield from encode_in_order(board)))

    assert sum(1 for _ in work()) > 3
    assert found == [board.encode()]
