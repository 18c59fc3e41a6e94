import msgspec
import pytest

from lessonroom.board.model.board import FIRST_LAYER, Board
from lessonroom.board.model.elements import Layer, Polygon
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Clear,
    Patch,
    PatchLayer,
    PatchPage,
    Put,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
)
from lessonroom.board.model.page import Page
from tests.lessonroom.board.boards import edit
from tests.lessonroom.lesson import put_rect, stroke


def test_a_new_board_has_one_layer_and_nothing_on_it() -> None:
    board = Board()
    assert board.layers == {FIRST_LAYER.id: FIRST_LAYER}
    assert board.encode() == b'{"layers":[{"id":"base","name":"Layer 1"}],"elements":{}}'


def test_a_change_says_what_it_puts_by_the_elements_themselves() -> None:
    """[P16] Their bytes are copied once, into the event: they may be a board of 20 MB."""
    change = edit(Board(), put_rect("r1"), Remove(["r2"]), put_rect("r3"))
    first, gone, last = change.logged
    assert isinstance(gone, bytes)
    assert (first, last) == (change.elements["r1"], change.elements["r3"])
    puts = [
        b'{"op":"put","element":%b}' % stored.encoded
        for stored in change.elements.values()
        if stored
    ]
    assert change.body() == b'{"ops":[%b,%b,%b]}' % (puts[0], gone, puts[1])
    assert change.body(restored=4) == b'{"ops":[%b,%b,%b],"restored":4}' % (puts[0], gone, puts[1])
    assert edit(Board()).body() == b'{"ops":[]}'


def test_a_board_survives_being_encoded() -> None:
    board = Board()
    edit(
        board,
        AddPage(Page(id="p3", title="Third", size=(100, 200))),
        AddLayer(Layer(id="top", name="Top", page=3, locked=True, visible=False)),
        RemoveLayer("p3"),
        ReorderLayers(["top", "base"]),
        put_rect("r2"),
        put_rect("r1"),
        Put(stroke("s1", [0, 0.25, 1, 0] * 3)),
    )
    decoded = Board.decode(board.encode())
    assert decoded.encode() == board.encode()
    assert decoded.layers == board.layers
    assert decoded.pages == board.pages
    assert list(decoded.layers) == ["top", "base"]
    assert decoded.elements == board.elements
    assert decoded.size_bytes == board.size_bytes
    assert decoded.digest() == board.digest()


@pytest.mark.parametrize("elements", [0, 1, 3])
def test_a_copy_stays_as_the_board_was(elements: int) -> None:
    """[BD-12] What is encoded beside the room is not what is drawn meanwhile."""
    board = Board()
    edit(board, *(put_rect(f"r{n}") for n in range(elements)))
    encoded = board.encode()
    copy = board.copy()
    edit(board, put_rect("later"), put_rect("r0", x=7), AddLayer(Layer(id="top")))
    assert copy.encode() == encoded
    assert all(hasattr(copy, name) for name in Board.__slots__)
    assert copy.encoded_bytes() == len(encoded)
    assert board.encoded_bytes() == len(board.encode())


@pytest.mark.parametrize(
    "encoded", [b"", b"[]", b'{"layers":[]}', b'{"layers":[{}],"elements":{}}', b"{"]
)
def test_what_is_no_board_is_not_decoded(encoded: bytes) -> None:
    """[BD-7] A damaged snapshot is noticed."""
    with pytest.raises(msgspec.DecodeError):
        Board.decode(encoded)


def test_the_digest_does_not_depend_on_the_order_of_arrival() -> None:
    """[BD-2] Two ways to the same board have the same hash."""
    one, other = Board(), Board()
    edit(one, put_rect("a"), put_rect("b"))
    edit(other, put_rect("b"), put_rect("c"))
    edit(other, Remove(["c"]), put_rect("a"))
    assert one.digest() == other.digest()


def test_the_digest_tells_any_difference() -> None:
    """[BD-2] In a field, an element, a layer, their order."""
    board = Board()
    edit(board, put_rect("a"))
    digests = {board.digest()}
    for op in (
        Patch("a", {"x": 1.5}),
        put_rect("b"),
        AddLayer(Layer(id="top")),
        ReorderLayers(["top", "base"]),
    ):
        edit(board, op)
        digests.add(board.digest())
    assert len(digests) == 5


def test_what_a_client_must_know_follows_every_change() -> None:
    """[BD-16] It is kept, not worked out each time: by turns as elements and pages come and go."""
    board = Board()
    for op, schema in (
        (put_rect("r"), 1),
        (Put(Polygon(id="p", layer="base", points=[0, 0, 9, 0, 9, 9])), 4),
        (Put(Polygon(id="q", layer="base", points=[0, 0, 9, 0, 9, 9])), 4),
        (Remove(["p"]), 4),
        (AddPage(Page(id="two")), 4),
        (put_rect("q"), 3),
        (RemovePage("two"), 1),
        (PatchLayer("base", {"open": True}), 6),
        (PatchPage("p1", {"open": True}), 6),
        (PatchLayer("base", {"open": False}), 6),
        (PatchPage("p1", {"open": False}), 1),
        (Put(Polygon(id="r", layer="base", points=[0, 0, 9, 0, 9, 9])), 4),
        (Clear(), 1),
    ):
        edit(board, op)
        assert board.least_schema == schema, op
        assert Board.decode(board.encode()).least_schema == schema
        assert board.copy().least_schema == schema
