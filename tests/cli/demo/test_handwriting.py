"""The demo's hand.

Tests also: cli/demo/script.py.
"""

import importlib.util
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median
from types import ModuleType
from typing import Any

import msgspec
import pytest

from cli.demo.handwriting import Lesson, PenStroke, load_strokes
from cli.demo.script import DrawStep, PointerStep, Step, lesson_steps, z_key
from lessonroom.board.model.operations import Operation

GENERATOR = Path(__file__).parents[3] / "scripts" / "make_handwriting.py"


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """The lesson that is shipped."""
    return load_strokes()


@pytest.fixture(scope="module")
def steps(lesson: Lesson) -> list[Step]:
    """What its clients send."""
    return lesson_steps(lesson, id_prefix="demo-")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The script that made the data; scripts/ is no package, so it is loaded by path."""
    spec = importlib.util.spec_from_file_location("make_handwriting", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def points_of(stroke: PenStroke) -> list[tuple[float, ...]]:
    """Cut the flat array into points."""
    return [stroke.points[i : i + 4] for i in range(0, len(stroke.points), 4)]


def speeds_of(stroke: PenStroke) -> list[float]:
    """Pixels per millisecond between each two points."""
    return [math.dist(a[:2], b[:2]) / b[3] for a, b in pairwise(points_of(stroke))]


def is_long_and_straight(stroke: PenStroke) -> bool:
    """Tell the sides of the triangle and the axes from letters."""
    points = points_of(stroke)
    way = sum(math.dist(a[:2], b[:2]) for a, b in pairwise(points))
    return way > 200 and math.dist(points[0][:2], points[-1][:2]) > 0.98 * way


def board_after(steps: list[Step]) -> dict[str, dict[str, Any]]:
    """What a board holds when the ops are applied one by one."""
    board: dict[str, dict[str, Any]] = {}
    for op in (op for step in steps if isinstance(step, DrawStep) for op in step.ops):
        match op:
            case {"op": "put", "element": element}:
                board[element["id"]] = {**element, "points": list(element["points"])}
            case {"op": "append", "id": element_id, "at": at, "points": points}:
                assert at == len(board[element_id]["points"]) // 4
                board[element_id]["points"] += points
            case {"op": "remove", "ids": ids}:
                for element_id in ids:
                    del board[element_id]
            case _:
                pytest.fail(f"unexpected op {op}")
    return board


def ink(author: str = "teacher", at_ms: int = 0, erases: int | None = None) -> PenStroke:
    """A short stroke, or an eraser over the stroke at the index `erases`."""
    points = (10.0, 10.0, 0.3, 0.0, 20.0, 10.0, 0.5, 10.0)
    return msgspec.convert(
        {
            "author": author,
            "at_ms": at_ms,
            "points": points,
            "color": "#1e1e1e",
            "width": 3.0,
            "erases": erases,
        },
        PenStroke,
    )


def test_the_lesson_is_a_minute_of_three_people_at_the_board(lesson: Lesson) -> None:
    """All three draw, 60 to 90 s, 120 to 300 strokes."""
    authors = Counter(stroke.author for stroke in lesson.strokes)
    assert set(authors) == {"teacher", "student1", "student2"}
    assert min(authors.values()) > 20
    assert 120 <= len(lesson.strokes) <= 300
    assert 60_000 <= lesson.duration_ms <= 90_000


def test_every_point_is_on_the_board_and_pressed_within_range(lesson: Lesson) -> None:
    """Points are x, y, pressure, dt_ms; only the first has no dt."""
    for stroke in lesson.strokes:
        assert len(stroke.points) % 4 == 0
        points = points_of(stroke)
        assert len(points) >= 4
        assert points[0][3] == 0
        assert all(point[3] > 0 for point in points[1:])
        for x, y, pressure, _ in points:
            assert 0 <= x <= lesson.width
            assert 0 <= y <= lesson.height
            assert 0 < pressure <= 1


def test_the_pen_is_sampled_at_60_to_120_hz(lesson: Lesson) -> None:
    """The median gap fits the rate and none is a pause."""
    gaps_ms = [dt for stroke in lesson.strokes for dt in stroke.points[7::4]]
    assert 1000 / 120 <= median(gaps_ms) <= 1000 / 60
    assert max(gaps_ms) < 20


def test_a_straight_line_is_fast_in_the_middle_and_slow_at_its_ends(lesson: Lesson) -> None:
    """The speed of an aimed movement is a bell."""
    lines = [stroke for stroke in lesson.strokes if is_long_and_straight(stroke)]
    assert len(lines) >= 4
    for line in lines:
        speeds = speeds_of(line)
        tenth = max(2, len(speeds) // 10)
        middle = mean(speeds[len(speeds) // 3 : -len(speeds) // 3])
        assert middle > 2 * mean(speeds[:tenth])
        assert middle > 2 * mean(speeds[-tenth:])


def test_the_hand_slows_down_at_a_corner(generator: ModuleType) -> None:
    """Both legs of a right angle are twice as fast as what lies within 4 px of the corner."""
    hand = generator.Hand("teacher", generator.TEACHER, Random(1))  # noqa: S311
    hand.line((100, 100), (300, 100), (300, 300))
    (stroke,) = hand.strokes
    ends = [point[:2] for point in points_of(stroke)[1:]]
    speeds = list(zip(ends, speeds_of(stroke), strict=True))
    at_corner = [speed for end, speed in speeds if math.dist(end, (300, 100)) < 4]
    on_legs = [speed for end, speed in speeds if 60 < math.dist(end, (300, 100)) < 140]
    assert at_corner
    assert mean(on_legs) > 2 * mean(at_corner)


def test_pressure_rises_when_the_pen_lands_and_falls_when_it_lifts(lesson: Lesson) -> None:
    """Both ends are lighter than the peak."""
    for stroke in lesson.strokes:
        pressures = stroke.points[2::4]
        assert pressures[0] < 0.8 * max(pressures)
        assert pressures[-1] < 0.8 * max(pressures)


def test_no_hand_draws_two_strokes_at_once_or_jumps_between_them(lesson: Lesson) -> None:
    """A pen needs time in the air."""
    for author in ("teacher", "student1", "student2"):
        own = [stroke for stroke in lesson.strokes if stroke.author == author]
        for last, following in pairwise(own):
            assert following.at_ms - (last.at_ms + last.duration_ms) > 50


def test_people_draw_at_the_same_time(lesson: Lesson) -> None:
    """Strokes of different authors alternate."""
    changes = [a.author != b.author for a, b in pairwise(lesson.strokes)]
    assert sum(changes) > 20


def test_the_generator_makes_the_shipped_strokes_again(
    lesson: Lesson, generator: ModuleType
) -> None:
    """The data is reproducible from its seeds."""
    made = generator.lesson_plan()
    assert len(made.strokes) == len(lesson.strokes)
    for ours, shipped in zip(made.strokes, lesson.strokes, strict=True):
        # The last digit may differ where a platform's sine does.
        assert ours.points == pytest.approx(shipped.points, abs=0.11)
        assert msgspec.structs.replace(ours, points=()) == msgspec.structs.replace(
            shipped, points=()
        )


def test_the_shipped_file_holds_what_the_generator_encodes(
    lesson: Lesson, generator: ModuleType
) -> None:
    """Nobody has edited the data by hand."""
    shipped = Path(generator.OUTPUT).read_bytes()
    assert generator.to_json(lesson) == shipped


def test_playing_all_ops_leaves_every_stroke_but_the_erased_one(
    lesson: Lesson, steps: list[Step]
) -> None:
    """No point is lost or doubled between put and append."""
    erased = {stroke.erases for stroke in lesson.strokes} - {None}
    assert len(erased) == 1
    expected = {
        f"demo-{i}": list(stroke.points)
        for i, stroke in enumerate(lesson.strokes)
        if stroke.erases is None and i not in erased
    }
    assert {key: element["points"] for key, element in board_after(steps).items()} == expected


def test_every_op_is_one_that_the_board_decodes(steps: list[Step]) -> None:
    """[BD-10] The script stays within the types and ranges of the wire."""
    for step in steps:
        if isinstance(step, DrawStep):
            for op in step.ops:
                msgspec.json.decode(msgspec.json.encode(op), type=Operation)


def test_steps_are_in_the_order_of_time(steps: list[Step]) -> None:
    """A player can walk the list once."""
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(steps))


def test_a_stroke_begins_with_one_point_and_grows_every_33_ms(
    lesson: Lesson, steps: list[Step]
) -> None:
    """A put at pen down, then appends, the last when the pen is lifted."""
    index = max(range(len(lesson.strokes)), key=lambda i: lesson.strokes[i].duration_ms)
    stroke = lesson.strokes[index]
    sent = [
        (step.at_ms, op)
        for step in steps
        if isinstance(step, DrawStep)
        for op in step.ops
        if op.get("id", op.get("element", {}).get("id")) == f"demo-{index}"
    ]
    assert sent[0][0] == stroke.at_ms
    assert sent[0][1]["element"]["points"] == list(stroke.points[:4])
    assert sent[0][1]["element"]["style"] == {"color": stroke.color, "width": stroke.width}
    assert {op["op"] for _, op in sent[1:]} == {"append"}
    gaps = [b[0] - a[0] for a, b in pairwise(sent)]
    assert all(32 <= gap <= 54 for gap in gaps[:-1])
    assert sent[-1][0] == round(stroke.at_ms + stroke.duration_ms)


def test_no_client_sends_more_than_40_board_events_a_second(steps: list[Step]) -> None:
    """[FC-1] The demo keeps within the token bucket of its class."""
    for author in ("teacher", "student1", "student2"):
        times = [s.at_ms for s in steps if isinstance(s, DrawStep) and s.author == author]
        assert all(later - first >= 1000 for first, later in zip(times, times[40:], strict=False))


def test_the_pointer_moves_while_the_pen_is_up_and_rests_while_it_is_down(
    lesson: Lesson, steps: list[Step]
) -> None:
    """The growing stroke already shows where the pen is."""
    moves = [s for s in steps if isinstance(s, PointerStep) and s.tool == "pen"]
    assert len(moves) > 100
    for stroke in lesson.strokes:
        if stroke.erases is None:
            down = range(stroke.at_ms + 1, int(stroke.at_ms + stroke.duration_ms))
            assert not [m for m in moves if m.author == stroke.author and m.at_ms in down]


def test_the_eraser_moves_the_pointer_and_then_removes_the_stroke(
    lesson: Lesson, steps: list[Step]
) -> None:
    """The removal comes when the eraser is lifted."""
    eraser = next(stroke for stroke in lesson.strokes if stroke.erases is not None)
    removals = [s for s in steps if isinstance(s, DrawStep) and s.ops[0]["op"] == "remove"]
    assert removals == [
        DrawStep(
            at_ms=round(eraser.at_ms + eraser.duration_ms),
            author="student2",
            ops=({"op": "remove", "ids": [f"demo-{eraser.erases}"]},),
        )
    ]
    rubs = [s for s in steps if isinstance(s, PointerStep) and s.tool == "eraser"]
    assert sum(eraser.at_ms <= rub.at_ms <= removals[0].at_ms for rub in rubs) >= 5
    assert {rub.author for rub in rubs} == {"student2"}


def test_lessons_with_different_prefixes_share_no_id(lesson: Lesson) -> None:
    """Two runs on one board do not collide."""
    first = board_after(lesson_steps(lesson, id_prefix="run1-"))
    second = board_after(lesson_steps(lesson, id_prefix="run2-"))
    assert first.keys().isdisjoint(second.keys())


@pytest.mark.parametrize("prefix", ["", "a b", "a:1", "é", "x" * 57, "x\n"])
def test_a_prefix_that_no_id_may_have_is_refused(lesson: Lesson, prefix: str) -> None:
    """The error names the argument and what is allowed."""
    with pytest.raises(ValueError, match=r"id_prefix is .*allowed are 1 to 56"):
        lesson_steps(lesson, id_prefix=prefix)


@pytest.mark.parametrize(
    "strokes",
    [
        pytest.param((ink(), ink("student1", 100, erases=0)), id="a stroke of another"),
        pytest.param((ink(), ink(at_ms=100, erases=1)), id="itself"),
        pytest.param((ink(), ink(at_ms=100, erases=2), ink(at_ms=200)), id="a later stroke"),
        pytest.param((ink(), ink(at_ms=100, erases=-1), ink(at_ms=200)), id="before the first"),
        pytest.param(
            (ink(), ink(at_ms=100, erases=0), ink(at_ms=200, erases=1)), id="another eraser"
        ),
    ],
)
def test_an_eraser_must_name_an_earlier_stroke_of_its_author(
    strokes: tuple[PenStroke, ...],
) -> None:
    """The error names the stroke and what is allowed."""
    with pytest.raises(ValueError, match=r"strokes\[\d\]\.erases is .*allowed is an earlier"):
        lesson_steps(Lesson(width=100, height=100, strokes=strokes), id_prefix="x")


def test_a_single_point_is_put_without_an_append() -> None:
    """An append of no points would be invalid."""
    dot = msgspec.structs.replace(ink(), points=(1.0, 2.0, 0.4, 0.0))
    steps = lesson_steps(Lesson(width=9, height=9, strokes=(dot,)), id_prefix="x")
    assert [op["op"] for step in steps if isinstance(step, DrawStep) for op in step.ops] == ["put"]


def test_z_keys_sort_as_the_strokes_were_drawn() -> None:
    """Keys ascend as strings over the whole range."""
    keys = [z_key(index) for index in range(3906)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 3906
    assert (keys[0], keys[61], keys[62], keys[-1]) == ("a0", "az", "b00", "bzz")


@pytest.mark.parametrize("index", [-1, 3906])
def test_a_z_key_out_of_range_is_refused(index: int) -> None:
    """The error names the range."""
    with pytest.raises(ValueError, match="allowed are 0 to 3905"):
        z_key(index)
