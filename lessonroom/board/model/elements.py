"""What can lie on a board (PROTOCOL section 4). Lengths in board units: CSS pixels at zoom 1.

A field that has its default is left out of the encoding. `by`, the creator, is stamped by the
server; what a client writes there is ignored (EN-1).
"""

from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from lessonroom.board.model.page import FIRST_PAGE, numbered
from lessonroom.scalars import (
    CellKey,
    Color,
    Extent,
    Fraction,
    Id,
    LineId,
    Number,
    Sha256,
    Text,
    ZIndex,
)

_LAYER_NAME: Final = "Layer"
CORNERS_MOST: Final = 1_000
"""Of a polygon."""
GROUPS_MOST: Final = 8
"""Groups that lie in one another, the outermost among them."""
_AtLeastOnePoint = msgspec.Meta(min_length=4)
AxisName = Annotated[str, msgspec.Meta(max_length=32)]


class Dash(StrEnum):
    """How a line is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Align(StrEnum):
    """Where text stands within its width."""

    START = "start"
    CENTER = "center"
    END = "end"


class Font(StrEnum):
    """What letters look like; each has Latin and Cyrillic letters."""

    SANS = "sans"
    SERIF = "serif"
    MONO = "mono"
    HAND = "hand"


class Brush(StrEnum):
    """What a stroke was drawn with."""

    PEN = "pen"
    HIGHLIGHTER = "highlighter"


class Style(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How an element looks."""

    color: Color = "#1e1e1e"
    fill: Color = "transparent"
    width: Extent = 2
    opacity: Fraction = 1
    dash: Dash = Dash.SOLID
    font_size: Extent = 20
    align: Align = Align.START
    font: Font = Font.SANS
    bold: bool = False
    italic: bool = False

    @property
    def is_formatted(self) -> bool:
        """Whether it has letters in another way than those of before schema 5 (PROTOCOL BD-26)."""
        return self.bold or self.italic or self.font is not Font.SANS


class Layer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A sheet of a page, which elements lie on. On a `locked` layer nothing can be changed.

    On an `open` one everyone who may draw moves what others made, too (PROTOCOL BD-27).
    `page` may be the number n of before pages had ids: it becomes `pn` (PROTOCOL PG-3).
    """

    id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = _LAYER_NAME
    visible: bool = True
    locked: bool = False
    page: Id | Annotated[int, msgspec.Meta(ge=1, le=1000)] = FIRST_PAGE
    open: bool = False

    @property
    def page_id(self) -> str:
        """The page that it lies on."""
        return str(self.page)

    def __post_init__(self) -> None:
        """Have one encoding for equal layers: only this very object is left out as a default."""
        page_id = numbered(self.page) if isinstance(self.page, int) else self.page
        msgspec.structs.force_setattr(
            self, "page", FIRST_PAGE if page_id == FIRST_PAGE else page_id
        )
        if self.name == _LAYER_NAME:
            msgspec.structs.force_setattr(self, "name", _LAYER_NAME)


class _Element(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
    tag=str.lower,
):
    id: Id
    layer: Id
    group: Id | None = None
    """Those of one page that have the same one are picked together."""
    inner_groups: Annotated[list[Id], msgspec.Meta(max_length=GROUPS_MOST - 1)] = []
    """The groups in that group which it is of, from the outside in (PROTOCOL BD-19)."""
    z: ZIndex = "a0"
    by: int = 0
    style: Style = Style()
    rotation: Number = 0
    """Degrees, clockwise, about the centre."""
    locked: bool = False
    """Passed by until it is unlocked (PROTOCOL BD-18)."""


class Stroke(_Element, frozen=True, kw_only=True):
    """A line drawn by hand.

    `points` is flat: x, y (relative to the element's x, y), pressure (0 to 1), milliseconds since
    the previous point. It is encoded last, so that `append` can extend the encoded bytes.
    """

    x: Number = 0
    y: Number = 0
    scale_x: Number = 1
    scale_y: Number = 1
    brush: Brush = Brush.PEN
    points: Annotated[list[Number], _AtLeastOnePoint]


class _Segment(_Element, frozen=True, kw_only=True):
    x1: Number
    y1: Number
    x2: Number
    y2: Number


class Line(_Segment, frozen=True, kw_only=True):
    """A straight line from (x1, y1) to (x2, y2)."""


class Arrow(_Segment, frozen=True, kw_only=True):
    """A straight line with a head at (x2, y2)."""


class _Box(_Element, frozen=True, kw_only=True):
    x: Number
    y: Number
    w: Extent
    h: Extent


class Rect(_Box, frozen=True, kw_only=True):
    """A rectangle."""


class Ellipse(_Box, frozen=True, kw_only=True):
    """An ellipse within its box."""


class Polygon(_Element, frozen=True, kw_only=True):
    """Straight lines from corner to corner, and back to the first where it is `closed` (BD-23).

    `points` is flat: x, y of each corner, relative to the element's x, y.
    """

    x: Number = 0
    y: Number = 0
    closed: bool = True
    points: Annotated[list[Number], msgspec.Meta(min_length=4, max_length=2 * CORNERS_MOST)]


class TextElement(_Element, frozen=True, kw_only=True, tag="text"):
    """Text at (x, y); wrapped where it has a width."""

    x: Number
    y: Number
    w: Extent | None = None
    text: Text


class Note(_Box, frozen=True, kw_only=True):
    """A sticky note."""

    text: Text = ""


class Image(_Box, frozen=True, kw_only=True):
    """A picture that was uploaded as an asset before."""

    asset: Sha256
    alt: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    mirrored: bool = False
    """Left and right are exchanged, before it is turned."""


class Formula(_Box, frozen=True, kw_only=True):
    """A formula, written in TeX and drawn with an outline that the server made (PROTOCOL BD-21)."""

    tex: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    outline: Sha256


class Curve(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A function's curve: `points` are runs without a gap, each flat x, y in the graph's units.

    Its author's client works them out of `expr`, which is for people and never evaluated here.
    """

    expr: Annotated[str, msgspec.Meta(max_length=200)]
    color: Color = "#1971c2"
    points: list[list[Number]] = []


class Graph(_Box, frozen=True, kw_only=True):
    """Curves of functions in a window of the plane: x from, to, y from, to (PROTOCOL BD-24)."""

    view: tuple[Number, Number, Number, Number] = (-10, 10, -10, 10)
    x_name: AxisName = ""
    """What stands beside the axis; nothing where the axes are not shown."""
    y_name: AxisName = ""
    curves: Annotated[list[Curve], msgspec.Meta(max_length=8)] = []
    axes: bool = True
    grid: bool = True


class TableLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row or a column of a table: its id, and how high or wide it is at least."""

    id: LineId
    size: (
        Annotated[int, msgspec.Meta(ge=8, le=4_000)]
        | Annotated[float, msgspec.Meta(ge=8, le=4_000)]
    )


class Table(_Element, frozen=True, kw_only=True):
    """A table: columns as wide as they say, rows as high as their texts need (PROTOCOL BD-25).

    `cells` are texts by the ids of row and column; what names none that is there is not shown.
    """

    x: Number
    y: Number
    cols: Annotated[list[TableLine], msgspec.Meta(min_length=1, max_length=26)]
    rows: Annotated[list[TableLine], msgspec.Meta(min_length=1, max_length=100)]
    cells: dict[CellKey, Text] = {}


class Custom(_Box, frozen=True, kw_only=True):
    """An element of a platform's own; other clients show a box with its `kind`."""

    kind: Id
    data: dict[str, Any] = {}


Element = (
    Stroke
    | Line
    | Arrow
    | Rect
    | Ellipse
    | Polygon
    | TextElement
    | Note
    | Image
    | Formula
    | Graph
    | Table
    | Custom
)
