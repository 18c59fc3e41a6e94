"""All or none, the limits, and what a random board must come to.

Tests also: lessonroom/board/editing/changes.py, lessonroom/board/editing/overlay.py.
"""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import (
    Custom,
    Element,
    Image,
    Layer,
    Note,
    Stroke,
    Style,
    TextElement,
)
from lessonroom.board.model.operations import (
    AddLayer,
    Append,
    Clear,
    Operation,
    Patch,
    PatchLayer,
    Put,
    Remove,
    RemoveLayer,
)
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from tests.lessonroom.board.boards import drafted, edit, refused
from tests.lessonroom.lesson import put_rect, rect, stroke

POINT = [0, 0, 0.5, 16]
CUSTOM = Custom(id="c1", layer="base", x=0, y=0, w=1, h=1, kind="chart")


# -- all or none


@pytest.mark.parametrize("position", [0, 1, 99])
def test_one_bad_operation_undoes_the_ninety_nine_good_ones(position: int) -> None:
    """[BD-1] The event is refused whole; its field says which operation it was."""
    board = Board()
    ops: list[Operation] = [put_rect(f"r{n}") for n in range(99)]
    poison = Put(TextElement(id="t", layer="base", x=0, y=0, text="a\ud800"))
    ops.insert(position, poison)
    refused(board, *ops, code=ErrorCode.INVALID, field=f"ops[{position}].element.text")
    assert not board.elements


def test_operations_see_what_those_before_them_did() -> None:
    """[BD-1] In order, as one event."""
    board = Board()
    edit(
        board,
        AddLayer(Layer(id="new")),
        put_rect("r1", layer="new"),
        Patch("r1", {"x": 7}),
        Put(stroke("s1")),
        Append("s1", [1, 1, 1, 1], 1),
        Remove(["s1"]),
        PatchLayer("new", {"locked": True}),
    )
    assert list(board.elements) == ["r1"]
    assert board.elements["r1"].fields()["x"] == 7
    assert board.layers["new"].locked


def test_a_lock_holds_from_the_next_operation_on() -> None:
    """[BD-1] Also within one event."""
    board = Board()
    refused(
        board,
        PatchLayer("base", {"locked": True}),
        put_rect("r1"),
        code=ErrorCode.CONFLICT,
        field="ops[1].element.layer",
    )


def test_a_draft_leaves_the_board_as_it_is() -> None:
    """[BD-1] Nothing is applied before the event is."""
    board = Board()
    edit(board, put_rect("r1"))
    before = board.encode()
    drafted(board, Remove(["r1"]), AddLayer(Layer(id="new")), RemoveLayer("base"))
    assert board.encode() == before


# -- limits


@pytest.mark.parametrize(
    ("limits", "fits", "too_much", "field"),
    [
        (Limits(elements_per_board=2), [put_rect("r2")], [put_rect("r2"), put_rect("r3")], "ops"),
        (Limits(element_bytes=120), [put_rect("r2")], [Put(stroke("s1", POINT * 20))], "ops[0]"),
        (Limits(points_per_stroke=3), [Put(stroke("s", POINT * 3))], [Put(stroke("s", POINT * 4))],
         "ops[0]"),
        (Limits(board_bytes=200), [put_rect("r2")], [put_rect("r2"), put_rect("r3")], "ops"),
        (Limits(layers=2), [AddLayer(Layer(id="a"))],
         [AddLayer(Layer(id="a")), AddLayer(Layer(id="b"))], "ops"),
        (Limits(text_chars=5), [Put(TextElement(id="t", layer="base", x=0, y=0, text="\xe9" * 5))],
         [Put(TextElement(id="t", layer="base", x=0, y=0, text="\xe9" * 6))],
         "ops[0].element.text"),
        (Limits(text_chars=5), [Put(Note(id="n", layer="base", x=0, y=0, w=1, h=1, text="12345"))],
         [Put(Note(id="n", layer="base", x=0, y=0, w=1, h=1, text="123456"))],
         "ops[0].element.text"),
        (Limits(lines_per_text=2),
         [Put(TextElement(id="t", layer="base", x=0, y=0, text="1\n2"))],
         [Put(TextElement(id="t", layer="base", x=0, y=0, text="1\n2\n3"))],
         "ops[0].element.text"),
        (Limits(text_chars_per_board=9),
         [Put(TextElement(id="t", layer="base", x=0, y=0, text="\xe9" * 9))],
         [Put(TextElement(id="t", layer="base", x=0, y=0, text="\xe9" * 5)),
          Put(Note(id="n", layer="base", x=0, y=0, w=1, h=1, text="12345"))],
         "ops"),
        (Limits(ops_per_event=2), [put_rect("r2")] * 2, [put_rect("r2")] * 3, "ops"),
    ],
    ids=["elements", "element bytes", "points", "board bytes", "layers", "text", "note", "lines",
         "all texts", "ops"],
)  # fmt: skip
def test_up_to_a_limit_fits_and_one_more_does_not(
    limits: Limits, fits: list[Operation], too_much: list[Operation], field: str
) -> None:
    """[BD-9] `too_large`, and the board stays as it was."""
    board = Board()
    edit(board, put_rect("r1"))
    refused(board, *too_much, limits=limits, code=ErrorCode.TOO_LARGE, field=field)
    edit(board, *fits, limits=limits)


@pytest.mark.parametrize("limits", [Limits(points_per_stroke=3), Limits(element_bytes=90)])
def test_appending_past_a_limit_is_refused(limits: Limits) -> None:
    """[BD-9] A stroke cannot grow past what a put may bring; nor by a patch."""
    board = Board()
    edit(board, Put(stroke("s1", POINT * 2)), limits=limits)
    op = Append("s1", POINT * 2, 2)
    refused(board, op, limits=limits, code=ErrorCode.TOO_LARGE, field="ops[0]")
    refused(
        board,
        Patch("s1", {"points": POINT * 4}),
        limits=limits,
        code=ErrorCode.TOO_LARGE,
        field="ops[0]",
    )
    assert board.elements["s1"].points == 2


def test_text_is_limited_in_a_patch_too() -> None:
    """[BD-9] The other way to long text."""
    board = Board()
    edit(board, Put(TextElement(id="t", layer="base", x=0, y=0, text="short")))
    refused(
        board,
        Patch("t", {"text": "longer"}),
        limits=Limits(text_chars=5),
        code=ErrorCode.TOO_LARGE,
        field="ops[0].set.text",
    )


def test_a_board_over_a_lowered_limit_can_shrink_but_not_grow() -> None:
    """[BD-9] An operator who lowers a limit does not lock people out of tidying up."""
    board = Board()
    edit(board, *(put_rect(f"r{n}") for n in range(5)))
    lowered = Limits(elements_per_board=2, board_bytes=100)
    edit(board, Remove(["r0"]), limits=lowered)
    refused(board, put_rect("r9"), limits=lowered, code=ErrorCode.TOO_LARGE, field="ops")
    assert len(board.elements) == 4


def test_one_that_is_removed_makes_room_for_one() -> None:
    """[BD-9] Within one event too, and not for two."""
    board = Board()
    edit(board, put_rect("r0"), put_rect("r1"))
    full = Limits(elements_per_board=2)
    refused(
        board,
        *(Remove(["r0"]), put_rect("r2"), put_rect("r3")),
        limits=full,
        code=ErrorCode.TOO_LARGE,
        field="ops",
    )
    edit(board, Remove(["r0"]), put_rect("r2"), limits=full)
    assert list(board.elements) == ["r1", "r2"]


def test_what_is_replaced_makes_room() -> None:
    """[BD-9] Sizes are of the board as it would be, not of the operations."""
    board = Board()
    edit(board, put_rect("r1"))
    full = Limits(elements_per_board=1, board_bytes=board.size_bytes)
    edit(board, put_rect("r1"), limits=full)
    edit(board, Remove(["r1"]), put_rect("r2"), limits=full)


# -- poison that no type catches


@pytest.mark.parametrize(
    ("element", "field"),
    [
        (TextElement(id="t", layer="base", x=0, y=0, text="\0"), "text"),
        (Note(id="n", layer="base", x=0, y=0, w=1, h=1, text="\udc00"), "text"),
        (Image(id="i", layer="base", x=0, y=0, w=1, h=1, asset="0" * 64, alt="\0"), "alt"),
        (msgspec.structs.replace(CUSTOM, data={"__proto__": {}}), "data"),
        (msgspec.structs.replace(CUSTOM, data={"a": {"n": float("inf")}}), "data.a.n"),
        (msgspec.structs.replace(CUSTOM, data={"n": 2**70}), "data.n"),
    ],
)
def test_poison_in_an_element_is_refused_where_it_is(element: Element, field: str) -> None:
    """[BD-10] One such value would fail the commit of everyone's batch."""
    refused(Board(), Put(element), code=ErrorCode.INVALID, field=f"ops[0].element.{field}")


def test_poison_in_a_patch_is_refused_though_its_element_is_gone() -> None:
    """[BD-10] It would be logged and sent all the same."""
    refused(
        Board(),
        Patch("gone", {"x": {"__proto__": 1}}),
        code=ErrorCode.INVALID,
        field="ops[0].set.x",
    )
    refused(Board(), Patch("gone", {"x": "\0"}), code=ErrorCode.INVALID, field="ops[0].set.x")


# -- properties

_numbers = st.integers(-(10**7), 10**7) | st.floats(-1e7, 1e7)
_fractions = st.integers(0, 1) | st.floats(0, 1)
_delays = st.integers(0, 10**7) | st.floats(0, 1e7)
_points = st.lists(
    st.tuples(_numbers, _numbers, _fractions, _delays).map(list), min_size=1, max_size=8
).map(lambda points: [number for point in points for number in point])
_styles = st.builds(Style, color=st.sampled_from(["#1e1e1e", "red"]), width=st.integers(0, 9))
_strokes = st.builds(
    Stroke,
    id=st.just("s1"),
    layer=st.just("base"),
    style=_styles,
    x=_numbers,
    rotation=_numbers,
    points=_points,
)


@given(_strokes, st.lists(_points, min_size=1, max_size=4))
def test_append_equals_decode_extend_encode(drawn: Stroke, appended: list[list[float]]) -> None:
    """[BD-2] The short cut over encoded bytes comes to what the long way does."""
    board = Board()
    edit(board, Put(drawn))
    for points in appended:
        edit(board, Append("s1", points, board.elements["s1"].points))
    long_way = msgspec.structs.replace(drawn, by=2, points=sum(appended, list(drawn.points)))
    stored = board.elements["s1"]
    assert stored.encoded == StoredElement.of(long_way).encoded
    assert stored.points == len(long_way.points) // 4
    assert board.size_bytes == len(stored.encoded)


_patches: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "x": _numbers,
        "y": _numbers,
        "w": st.integers(0, 99),
        "rotation": _numbers,
        "group": st.sampled_from(["g1", "g2", None]),
        "style": st.fixed_dictionaries(
            {}, optional={"color": st.sampled_from(["red", "#00f"]), "width": st.integers(0, 9)}
        ),
    },
)


@given(st.lists(_patches, max_size=8))
def test_the_last_writer_of_each_field_wins(patches: list[dict[str, Any]]) -> None:
    """[BD-2] Against a model of plain dictionaries."""
    board = Board()
    edit(board, put_rect("r1"))
    model: dict[str, Any] = {"x": 1, "y": 2, "w": 30, "rotation": 0, "group": None}
    style: dict[str, Any] = {"color": "#1e1e1e", "width": 2}
    for patch in patches:
        edit(board, Patch("r1", patch))
        style.update(patch.get("style", {}))
        model.update({name: value for name, value in patch.items() if name != "style"})
    found = msgspec.json.decode(board.elements["r1"].encoded, type=Element)
    assert found == rect("r1", **model, by=2, style=Style(**style))


_ids = st.sampled_from(["a", "b", "c"])
_layer_ids = st.sampled_from(["base", "l2", "l3"])
_any_op: st.SearchStrategy[Operation] = st.one_of(
    st.builds(put_rect, _ids, layer=_layer_ids),
    st.builds(lambda key, points: Put(stroke(key, points)), _ids, _points),
    st.builds(Patch, _ids, _patches),
    st.builds(lambda key, *, locked: Patch(key, {"locked": locked}), _ids, locked=st.booleans()),
    st.builds(Clear),
    st.builds(Append, _ids, _points, st.integers(1, 8)),
    st.builds(Remove, st.lists(_ids, min_size=1, max_size=2)),
    st.builds(lambda key: AddLayer(Layer(id=key)), _layer_ids),
    st.builds(
        lambda key, *, locked: PatchLayer(key, {"locked": locked}), _layer_ids, locked=st.booleans()
    ),
    st.builds(RemoveLayer, _layer_ids),
)


@given(st.lists(st.lists(_any_op, min_size=1, max_size=4), max_size=8))
def test_any_edits_are_all_or_none_and_replay_to_the_same_bytes(
    edits: list[list[Operation]],
) -> None:
    """[BD-1] `edit` replays each log entry on a copy; here also one by one against the whole."""
    board = Board()
    for ops in edits:
        before = board.encode()
        one_by_one = Board.decode(before)
        try:
            edit(board, *ops)
        except Refused:
            assert board.encode() == before
            continue
        for op in ops:
            edit(one_by_one, op)
        assert json.loads(one_by_one.encode()) == json.loads(board.encode())
        assert one_by_one.digest() == board.digest()
