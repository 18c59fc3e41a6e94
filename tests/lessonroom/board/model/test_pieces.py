from collections.abc import Callable, Generator
from typing import Final, TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Custom, Layer, Note, Stroke
from lessonroom.board.model.page import Page
from lessonroom.board.model.pieces import PIECE_BYTES, decode_in_pieces
from lessonroom.board.model.stored import StoredElement

_T = TypeVar("_T")
_TRICKY = st.sampled_from(['"', "\\", "{", "}", "[", "]", ",", ":", '"elements":{', "},", "a"])
_texts = st.lists(_TRICKY, max_size=12).map("".join)
_data = st.recursive(
    st.none() | st.integers(-9, 9) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)
_elements = st.builds(
    lambda n, text, data, points: [
        Note(id=f"n{n}", layer="base", x=0, y=0, w=1, h=1, text=text),
        Custom(id=f"c{n}", layer="base", x=0, y=0, w=1, h=1, kind="elements", data={"d": data}),
        Stroke(id=f"s{n}", layer="base", by=n, points=[0, 0, 0.5, 0] * points),
    ],
    st.integers(0, 50),
    _texts,
    _data,
    st.integers(1, 40),
)


def done(work: Generator[None, None, _T]) -> tuple[_T, int]:
    """Return what a work returns, and how often it has stopped."""
    stops = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, stops
        stops += 1


def boards(elements: list[list[Note | Custom | Stroke]], name: str) -> Board:
    """Return a board with a layer of that name."""
    layers = [Layer(id="base", name=name or "x"), Layer(id="more")]
    pages = [Page(id="1", title=name), Page(id="2")][: len(name) % 3]
    stored = (StoredElement.of(one) for some in elements for one in some)
    return Board(layers, stored, pages)


def assert_same(one: Board, other: Board) -> None:
    """Expect two boards to be the same in every field, and in their order."""
    assert one.layers == other.layers
    assert list(one.pages.items()) == list(other.pages.items())
    assert list(one.layers) == list(other.layers)
    assert list(one.elements.items()) == list(other.elements.items())
    assert (one.size_bytes, one.text_chars) == (other.size_bytes, other.text_chars)


@given(st.lists(_elements, max_size=12), _texts, st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_a_board_in_pieces_is_the_board_decoded_whole(
    elements: list[list[Note | Custom | Stroke]], name: str, piece_bytes: int
) -> None:
    """[P8] [P17] Wherever the pieces end, whatever its texts look like."""
    encoded = boards(elements, name).encode()
    board, _ = done(decode_in_pieces(encoded, piece_bytes=piece_bytes))
    assert_same(board, Board.decode(encoded))
    assert board.encode() == encoded


@given(
    st.lists(_elements, min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=2)), min_size=1, max_size=3),
    st.integers(1, 300),
)
@settings(max_examples=150, deadline=None)
def test_what_is_no_board_is_none_in_pieces_either(
    elements: list[list[Note | Custom | Stroke]],
    damage: list[tuple[int, bytes]],
    piece_bytes: int,
) -> None:
    """[P21] Bytes are changed, cut out, put in: both refuse, or both have the same board."""
    encoded = boards(elements, "x").encode()
    for where, put in damage:
        at = where % len(encoded)
        encoded = encoded[:at] + put + encoded[at + 1 :]
    whole = _outcome(lambda: Board.decode(encoded))
    in_pieces = _outcome(lambda: done(decode_in_pieces(encoded, piece_bytes=piece_bytes))[0])
    if whole is not None and in_pieces is not None:
        assert_same(in_pieces, whole)
    else:
        assert in_pieces is whole is None


def _outcome(read: Callable[[], Board]) -> Board | None:
    try:
        return read()
    except (msgspec.DecodeError, ValueError):
        return None


_A: Final = b'"a":{"type":"rect","id":"a","layer":"l"}'
_B: Final = b'"b":{"type":"rect","id":"b","layer":"m"}'


@pytest.mark.parametrize(
    "encoded",
    [
        b'{"layers":[],"elements":{}}',
        b'{"elements":{%b},"layers":[]}' % _A,
        b'{"layers":[],"elements":{%b},"elements":{}}' % _A,
        b'{"layers":[],"elements":{%b},"\\u0065lements":{}}' % _A,
        b'{"layers":[],"elements":{%b},"elements":{%b}}' % (_A, _B),
        b'{"layers":[],"elements":{%b,"a"%b}}' % (_A, _B.removeprefix(b'"b"')),
        b' { "layers" : [ ] , "elements" : { %b , %b } } ' % (_A, _B),
        b'{"more":{"elements":{"x":{}}},"layers":[],"elements":{%b}}' % _A,
    ],
)
def test_other_spellings_of_a_board_are_read_alike(encoded: bytes) -> None:
    """[P8] Keys twice, in another order, unknown ones, blanks: as when it is decoded whole."""
    assert_same(done(decode_in_pieces(encoded, piece_bytes=1))[0], Board.decode(encoded))


def test_a_large_board_is_decoded_with_a_stop_for_each_piece() -> None:
    """[P17] Between two stops there are some pieces' worth of work at most."""
    strokes = [Stroke(id=f"s{n}", layer="base", points=[n, 0.5, 1, 8] * 400) for n in range(400)]
    encoded = Board(elements=map(StoredElement.of, strokes)).encode()
    board, stops = done(decode_in_pieces(encoded))
    assert len(board.elements) == 400
    assert stops >= 1.5 * len(encoded) / PIECE_BYTES
