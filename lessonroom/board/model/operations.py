"""The operations that change a board (PROTOCOL section 4)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from lessonroom.board.model.elements import Element, Image, Layer
from lessonroom.board.model.page import Background, Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.people.permissions import Permission
from lessonroom.scalars import FieldPath, Id, Number

_Points = Annotated[list[Number], msgspec.Meta(min_length=4)]


class _Operation(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="op",
):
    pass


class Put(_Operation, frozen=True, tag="put"):
    """Add an element, or replace it whole.

    A new one that names another in `of` is a part of it, and has its creator (PROTOCOL BD-20).
    Logs have that in `by`, and never `of`.
    """

    element: Element
    of: Id | None = None


class Patch(_Operation, frozen=True, tag="patch"):
    """Merge fields into an element; `unset` puts fields back to their defaults."""

    id: Id
    set: dict[str, Any] = {}
    unset: list[FieldPath] = []


class LoggedAppend(_Operation, frozen=True, tag="append"):
    """An `append` as logs have it: older ones do not say where they go on."""

    id: Id
    points: _Points
    at: Annotated[int, msgspec.Meta(ge=1)] | UnsetType = UNSET


class Append(LoggedAppend, frozen=True, tag="append"):
    """Extend one's own stroke while the pen is down.

    `at` is the number of points that the stroke has before: where it has another, pieces are
    missing or others have redrawn it, and nothing is appended (PROTOCOL BD-15).
    """

    id: Id
    points: _Points
    at: Annotated[int, msgspec.Meta(ge=1)]


class Remove(_Operation, frozen=True, tag="remove"):
    """Remove elements; those that are gone already are passed over."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1)]


class Clear(_Operation, frozen=True, tag="clear"):
    """Remove all elements, of one layer, of one page or of the board."""

    layer: Id | None = None
    page: Id | None = None


class AddLayer(_Operation, frozen=True, tag="add_layer"):
    """Add a layer on top."""

    layer: Layer


class PatchLayer(_Operation, frozen=True, tag="patch_layer"):
    """Merge fields into a layer."""

    id: Id
    set: dict[str, Any]


class RemoveLayer(_Operation, frozen=True, tag="remove_layer"):
    """Remove a layer with its elements; never the last one of its page."""

    id: Id


class ReorderLayers(_Operation, frozen=True, tag="reorder_layers"):
    """Put the layers in another order; `order` is a permutation of their ids."""

    order: Annotated[list[Id], msgspec.Meta(min_length=1)]


class AddPage(_Operation, frozen=True, tag="add_page"):
    """Add a page with its first layer, as number `at` from 0; at the end where that is absent.

    Without `layer` that is one with the page's id. It lies on this page whatever its `page` says.
    """

    page: Page
    layer: Layer | None = None
    at: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None

    def first_layer(self) -> Layer:
        """Return the layer that comes with the page."""
        layer = self.layer or Layer(id=self.page.id, name="Layer 1")
        return msgspec.structs.replace(layer, page=self.page.id)


class PatchPage(_Operation, frozen=True, tag="patch_page"):
    """Merge fields into a page; `unset` puts fields back to their defaults."""

    id: Id
    set: dict[str, Any] = {}
    unset: list[FieldPath] = []


class RemovePage(_Operation, frozen=True, tag="remove_page"):
    """Remove a page with its layers and their elements; never the last one."""

    id: Id


class ReorderPages(_Operation, frozen=True, tag="reorder_pages"):
    """Put the pages in another order; `order` is a permutation of their ids."""

    order: Annotated[list[Id], msgspec.Meta(min_length=1)]


_OfLayersAndPages = (
    AddLayer
    | PatchLayer
    | RemoveLayer
    | ReorderLayers
    | AddPage
    | PatchPage
    | RemovePage
    | ReorderPages
)
Operation = Put | Patch | Append | Remove | Clear | _OfLayersAndPages
LoggedOperation = Put | Patch | LoggedAppend | Remove | Clear | _OfLayersAndPages
"""What logs hold, and what the server tells of them: every `Operation` is one."""

_IMAGE: Final = Image.__struct_config__.tag


class PutBack(msgspec.Struct, frozen=True):
    """Put an element as the board had it: a restore, or taking something back. Never on the wire.

    It is encoded already, canonically, and is logged as the `put` that it comes to. A board of
    20 MB comes back twenty times as fast as by decoding and encoding each element.
    """

    stored: StoredElement


ServerOperation = LoggedOperation | PutBack
"""What the server itself makes of a difference, besides what a log holds."""

NEEDS: Final[Mapping[type, Permission]] = {
    Put: Permission.DRAW,
    Patch: Permission.DRAW,
    Append: Permission.DRAW,
    Remove: Permission.ERASE,
    Clear: Permission.CLEAR_BOARD,
    AddLayer: Permission.ADD_LAYERS,
    PatchLayer: Permission.ADD_LAYERS,
    RemoveLayer: Permission.DELETE_LAYERS,
    ReorderLayers: Permission.REORDER_LAYERS,
    AddPage: Permission.ADD_LAYERS,
    PatchPage: Permission.ADD_LAYERS,
    RemovePage: Permission.DELETE_LAYERS,
    ReorderPages: Permission.REORDER_LAYERS,
}
"""The permission that each operation needs; an image needs `can_upload_images` besides, as an
element and as the background of a page."""


_ERASING: Final = frozenset({Remove, Clear, RemoveLayer, RemovePage})
_DRAWING: Final = (Permission.DRAW,)


def is_erasing(ops: Iterable[Operation]) -> bool:
    """Whether operations take things from the board and do nothing else."""
    # A loop: asked for each stroke, which the first look answers.
    for op in ops:  # noqa: SIM110 - `all` makes a generator
        if type(op) not in _ERASING:
            return False
    return True


def needed(op: ServerOperation) -> tuple[Permission, ...]:
    """Return the permissions that this very operation needs."""
    if isinstance(op, Put) and type(op.element) is not Image:
        return _DRAWING
    if isinstance(op, PutBack):
        is_image = op.stored.type == _IMAGE
        return (NEEDS[Put], Permission.UPLOAD_IMAGES) if is_image else (NEEDS[Put],)
    match op:
        case Put(element=Image()) | AddPage(page=Page(background=Background())):
            return NEEDS[type(op)], Permission.UPLOAD_IMAGES
        case PatchPage(set={"background": dict()}):
            return NEEDS[type(op)], Permission.UPLOAD_IMAGES
        case _:
            return (NEEDS[type(op)],)
