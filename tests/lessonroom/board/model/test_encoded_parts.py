import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Custom, Layer, Note
from lessonroom.board.model.encoded_parts import BoardParts, Codec, JsonCodec, MsgpackCodec
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
        assert b"".join(parts.encode(board)) == whole(board, codec)
        assert parts.missing_bytes(board) == 0


@pytest.mark.parametrize("count", [0, 1, 15, 16, 65_535, 65_536])
def test_a_board_of_any_number_of_elements_is_a_map_of_messagepack(count: int) -> None:
    """[HS-3] The header of a map has three forms."""
    same = StoredElement.of(rect("r"))
    board = Board()
    board.elements = {
        f"{n}": StoredElement(f"{n}", "base", "rect", 0, same.encoded) for n in range(count)
    }
    assert b"".join(BoardParts(MsgpackCodec()).encode(board)) == to_msgpack(board.encode())


@pytest.mark.parametrize("codec", CODECS, ids=["json", "msgpack"])
def test_a_change_costs_the_parts_that_it_is_in(codec: Codec) -> None:
    """[P17] One more in front, one less in the middle: all others stay the very same bytes."""
    board = board_of(*[9_000] * 200)
    parts = BoardParts(codec)
    before = parts.encode(board)
    assert len(before) > 20
    board.elements.pop("n100")
    first = {"first": StoredElement.of(rect("first"))}
    board.elements = {**first, **board.elements}
    assert 0 < parts.missing_bytes(board) < board.size_bytes / 3
    after = parts.encode(board)
    assert b"".join(after) == whole(board, codec)
    assert sum(any(part is other for other in before) for part in after) > len(before) / 2


def test_a_part_is_no_longer_than_one_element_more_than_it_has_to_be() -> None:
    """[P17] So that none takes long to encode."""
    sizes = [100_000, 10, 70_000, 65_000, *[500] * 2_000, 9_000]
    encoded = BoardParts(JsonCodec()).encode(board_of(*sizes))
    assert max(map(len, encoded)) < 64 * 1024 + 100_200
    work = BoardParts(JsonCodec()).encode_in_pieces(board_of(*sizes))
    assert sum(1 for _ in work) == len(encoded) - 2


def test_nothing_is_kept_of_a_board_that_was() -> None:
    parts = BoardParts(JsonCodec())
    parts.encode(board_of(*[9_000] * 100))
    small = board_of(10)
    assert b"".join(parts.encode(small)) == small.encode()
    assert len(parts._parts) == 1
    assert parts.missing_bytes(board_of(*[9_000] * 100)) > 0


def test_data_of_a_platforms_own_is_the_same_in_messagepack() -> None:
    """[HS-3] Nested as deep as it may be, with what JSON escapes."""
    data = {"a": {'"}{': [1, 2.5, None, True, '\\"\n\N{SNOWMAN}']}}
    element = Custom(id="c", layer="base", x=0, y=0, w=1, h=1, kind="k", data=data)
    board = Board(elements=[StoredElement.of(element)])
    assert b"".join(BoardParts(MsgpackCodec()).encode(board)) == to_msgpack(board.encode())
