import msgspec
import pytest

from lessonroom.board.model.elements import (
    Arrow,
    Brush,
    Curve,
    Custom,
    Element,
    Ellipse,
    Formula,
    Graph,
    Image,
    Line,
    Note,
    Polygon,
    Rect,
    Stroke,
    Style,
    Table,
    TableLine,
    TextElement,
)
from lessonroom.board.model.stored import StoredElement, merged
from tests.lessonroom.lesson import rect

POINTS_IN_A_STRING = '"points":[1,2,3,4]'
ELEMENTS: list[Element] = [
    Stroke(id="a", layer="l", by=7, points=[0, 0, 0.5, 0]),
    Stroke(id="a", layer="l", by=7, brush=Brush.HIGHLIGHTER, points=[1, -1.5, 1, 16.25] * 9),
    Line(id="a", layer="l", by=7, x1=0, y1=0, x2=1, y2=1),
    Arrow(id="a", layer="l", by=7, x1=0, y1=0, x2=1, y2=1),
    Rect(id="a", layer="l", by=7, x=0, y=0, w=1, h=1, style=Style(color="red")),
    Ellipse(id="a", layer="l", by=7, x=0, y=0, w=1, h=1),
    TextElement(id="a", layer="l", by=7, x=0, y=0, text=POINTS_IN_A_STRING),
    Note(id="a", layer="l", by=7, x=0, y=0, w=1, h=1, text="\N{SNOWMAN}"),
    Image(id="a", layer="l", by=7, x=0, y=0, w=1, h=1, asset="0" * 64),
    Polygon(id="a", layer="l", by=7, points=[0, 0, 1, 0, 1, 1]),
    Formula(id="a", layer="l", by=7, x=0, y=0, w=1, h=1, tex='"text":"x"', outline="0" * 64),
    Graph(
        id="a",
        layer="l",
        by=7,
        x=0,
        y=0,
        w=1,
        h=1,
        curves=[Curve(expr='"points":[', points=[[1]])],
    ),
    Table(
        id="a",
        layer="l",
        by=7,
        x=0,
        y=0,
        cols=[TableLine(id="a", size=9)],
        rows=[TableLine(id="b", size=9)],
        cells={"b:a": "text"},
    ),
    Custom(id="a", layer="l", by=7, x=0, y=0, w=1, h=1, kind="k", data={"points": [1, 2, 3, 4, 5]}),
]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: type(element).__name__)
def test_an_element_is_taken_up_again_from_its_bytes(element: Element) -> None:
    stored = StoredElement.of(element)
    assert StoredElement.from_encoded(stored.encoded) == stored
    assert msgspec.json.decode(stored.encoded, type=Element) == element
    assert stored.points == (len(element.points) // 4 if isinstance(element, Stroke) else 0)
    assert (stored.id, stored.layer, stored.by) == ("a", "l", 7)


def test_every_kind_of_element_is_tried() -> None:
    assert {type(element) for element in ELEMENTS} == set(Element.__args__)


def test_a_stroke_ends_in_its_points() -> None:
    """[BD-2] `extended` works on the end of the bytes; a field after `points` would break it."""
    assert Stroke.__struct_encode_fields__[-1] == "points"
    everything = Stroke(
        id="a",
        layer="l",
        by=7,
        style=Style(color="red"),
        rotation=1,
        x=1,
        y=1,
        scale_x=2,
        scale_y=2,
        brush=Brush.HIGHLIGHTER,
        points=[0, 0, 1, 0],
    )
    extended = StoredElement.of(everything).extended([5, 5, 0.5, 9])
    decoded = msgspec.json.decode(extended.encoded, type=Element)
    assert decoded == msgspec.structs.replace(everything, points=[0, 0, 1, 0, 5, 5, 0.5, 9])
    assert StoredElement.from_encoded(extended.encoded) == extended


def test_fields_are_a_copy() -> None:
    stored = StoredElement.of(ELEMENTS[0])
    stored.fields()["id"] = "other"
    assert stored.fields()["id"] == "a"


def test_equal_elements_have_equal_bytes() -> None:
    """[P7] A style that is patched back to its defaults is left out like one that was never set."""
    plain = StoredElement.of(rect())
    assert StoredElement.of(rect(style=Style())).encoded == plain.encoded
    assert b"style" not in plain.encoded
    patched = merged(rect_fields(style={"color": "red"}), {}, ["style.color"])
    assert StoredElement.of(msgspec.convert(patched, Element)).encoded == plain.encoded


def rect_fields(**changes: object) -> dict[str, object]:
    return StoredElement.of(rect()).fields() | changes
