"""Copying a page with everything on it, worked out beside the room (PROTOCOL PG-2).

Nothing is decoded: an element's canonical encoding begins with its type, id, layer, group, z and
creator, and these are all that a copy changes. The ids of a copy come from its page's id and those
that they are made of, so that the same command gives the same bytes.
"""

import hashlib
import re
from typing import Final

import msgspec

from lessonroom.board.editing.footprint import Footprint, Trace
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, AddPage
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import Permission
from lessonroom.scalars import without_direction_controls

_IMAGE: Final = "image"
_GROUP: Final = b',"group":"'
_Z: Final = b',"z":"'
_BY: Final = re.compile(rb',"by":[0-9]+')
_SHOWING: Final = ("formula", "image")
"""The types of elements that show an asset."""
_encode = msgspec.json.Encoder().encode


class PageCopy(msgspec.Struct, frozen=True):
    """A page as it is to be added, with what has to be kept to take it back."""

    page: Page
    layers: list[Layer]
    elements: dict[str, StoredElement]
    traces: dict[str, Trace]
    size_bytes: int
    text_chars: int

    @classmethod
    def of(cls, board: Board, page_id: str, *, as_id: str, by: int | None = None) -> "PageCopy":
        """Work out the copy of a page; 10 µs for each element on it.

        Args:
            board: that the page is of.
            page_id: the page.
            as_id: what the copy is called.
            by: whose its elements are from then on; None keeps the creators.

        Raises:
            Refused: `not_found`, there is no such page.

        """
        page = board.pages.get(page_id)
        if page is None:
            raise Refused(ErrorCode.NOT_FOUND, f"there is no page {page_id}", field="page")
        layers = [layer for layer in board.layers.values() if layer.page_id == page_id]
        names = {layer.id: _copied_id(as_id, layer.id) for layer in layers}
        elements = {}
        for stored in board.elements.values():
            if stored.layer in names:
                copied = _copied(stored, as_id, names[stored.layer], by)
                elements[copied.id] = copied
        return cls(
            # From before names were looked at, maybe, and of a session with other people.
            msgspec.structs.replace(page, id=as_id, title=without_direction_controls(page.title)),
            [msgspec.structs.replace(each, id=names[each.id], page=as_id) for each in layers],
            elements,
            {element_id: Trace(None, stored) for element_id, stored in elements.items()},
            sum(len(stored.encoded) for stored in elements.values()),
            sum(stored.text_chars for stored in elements.values()),
        )

    def needs(self) -> list[Permission]:
        """Return the permissions that one needs to draw all of this."""
        has_images = self.page.background is not None or any(
            stored.type == _IMAGE for stored in self.elements.values()
        )
        needed = [Permission.ADD_LAYERS, Permission.DRAW]
        return [*needed, Permission.UPLOAD_IMAGES] if has_images else needed

    def shows(self) -> set[str]:
        """Return the assets that it names: pictures, outlines of formulas, what is imported."""
        under = self.page.background
        shown = set() if under is None else set(under.assets().values())
        for stored in self.elements.values():
            if stored.type in _SHOWING:
                named = _decode_names(stored.encoded)
                shown |= {each for each in (named.asset, named.outline) if each is not None}
        return shown

    def on(
        self, board: Board, *, behind: str | None, limits: Limits
    ) -> tuple[BoardChange, Footprint]:
        """Return what adds the copy to a board, behind a page or at the end.

        Raises:
            Refused: `conflict`, the id of the page is taken, or others are that come of it;
                `too_large`, a limit would be passed.

        """
        taken = self.page.id in board.pages or any(each.id in board.layers for each in self.layers)
        if taken or not board.elements.keys().isdisjoint(self.elements):
            raise Refused(ErrorCode.CONFLICT, f"the id {self.page.id} is taken", field="id")
        size_bytes = board.size_bytes + self.size_bytes
        text_chars = board.text_chars + self.text_chars
        for count, most, what in (
            (len(board.pages) + 1, limits.pages, "pages"),
            (len(board.layers) + len(self.layers), limits.layers, "layers"),
            (len(board.elements) + len(self.elements), limits.elements_per_board, "elements"),
            (size_bytes, limits.board_bytes, "bytes"),
            (text_chars, limits.text_chars_per_board, "characters"),
        ):
            if count > most:
                raise Refused(ErrorCode.TOO_LARGE, f"a board has at most {most} {what}")
        in_order = list(board.pages.values())
        at = list(board.pages).index(behind) + 1 if behind in board.pages else len(in_order)
        in_order.insert(at, self.page)
        first, *others = self.layers
        added = [AddPage(self.page, first, at), *map(AddLayer, others)]
        change = BoardChange(
            elements=self.elements,
            layers={**board.layers, **{layer.id: layer for layer in self.layers}},
            pages={page.id: page for page in in_order},
            size_bytes=size_bytes,
            text_chars=text_chars,
            logged=[*map(_encode, added), *self.elements.values()],
        )
        layers, pages = (board.layers, change.layers or {}), (board.pages, change.pages or {})
        return change, Footprint(self.traces, layers, pages)


def _copied_id(page_id: str, original_id: str) -> str:
    name = f"{page_id}/{original_id}".encode()
    return hashlib.blake2b(name, digest_size=12).hexdigest()


class _Names(msgspec.Struct, gc=False):
    asset: str | None = None
    outline: str | None = None


_decode_names: Final = msgspec.json.Decoder(_Names).decode


def _copied(stored: StoredElement, page_id: str, layer_id: str, by: int | None) -> StoredElement:
    head = b'{"type":"%b","id":"%b","layer":"%b"' % (
        stored.type.encode(),
        stored.id.encode(),
        stored.layer.encode(),
    )
    assert stored.encoded.startswith(head), "an encoding is canonical"  # noqa: S101
    element_id = _copied_id(page_id, stored.id)
    rest = stored.encoded[len(head) :]
    group = b""
    if rest.startswith(_GROUP):
        # The copy is a group of its own.
        original, rest = rest[len(_GROUP) :].split(b'"', 1)
        group = b'%b%b"' % (_GROUP, _copied_id(page_id, original.decode()).encode())
    if by is not None:
        rest = _made_by(rest, by)
    encoded = b'{"type":"%b","id":"%b","layer":"%b"%b%b' % (
        stored.type.encode(),
        element_id.encode(),
        layer_id.encode(),
        group,
        rest,
    )
    return msgspec.structs.replace(
        stored,
        id=element_id,
        layer=layer_id,
        by=stored.by if by is None else by,
        encoded=encoded,
    )


def _made_by(rest: bytes, by: int) -> bytes:
    """Return what stands behind an element's group, with another creator."""
    # A `z` is of letters and digits.
    at = rest.index(b'"', len(_Z)) + 1 if rest.startswith(_Z) else 0
    there = _BY.match(rest, at)
    return b'%b,"by":%d%b' % (rest[:at], by, rest[there.end() if there else at :])
