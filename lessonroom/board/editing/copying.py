"""Copying pages with everything on them, worked out beside the room (PROTOCOL PG-2).

Nothing is decoded: an element's canonical encoding begins with its type, id, layer, groups, z and
creator, and these are all that a copy changes. The ids of a copy come from its page's id and those
that they are made of, so that the same command gives the same bytes.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from lessonroom.board.editing.footprint import Footprint, Trace
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, AddPage, RemovePage
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import Permission
from lessonroom.scalars import without_direction_controls

_IMAGE: Final = "image"
_GROUPS: Final = re.compile(rb'(?:(,"group":)("[^"]*"))?(?:(,"inner_groups":)(\[[^]]*\]))?')
_ID: Final = re.compile(rb'"([^"]*)"')
_Z: Final = b',"z":"'
_BY: Final = re.compile(rb',"by":[0-9]+')
_NAMED: Final = re.compile(rb'("(?:asset|outline)":")([0-9a-f]{64})"')
_SHOWING: Final = ("formula", "image")
"""The types of elements that show an asset."""
_encode = msgspec.json.Encoder().encode


class PageCopy(msgspec.Struct, frozen=True):
    """Pages as they are to be added, with what has to be kept to take them back.

    `layers` are those of the first page, then those of the next, as they are to be added.
    """

    pages: list[Page]
    layers: list[Layer]
    elements: dict[str, StoredElement]
    traces: dict[str, Trace]
    size_bytes: int
    text_chars: int

    @classmethod
    def of(
        cls,
        board: Board,
        page_id: str,
        *,
        as_id: str,
        by: int | None = None,
        creators: Container[int] = (),
        more: Sequence[str] = (),
    ) -> "PageCopy":
        """Work out the copy of a page, or of several; 10 µs for each element on them.

        Args:
            board: that the pages are of.
            page_id: the first page.
            as_id: what its copy is called; what the others are comes of that.
            by: whose the elements are from then on; None keeps the creators.
            creators: whose elements stay theirs.
            more: the pages behind the first.

        Raises:
            Refused: `not_found`, there is no such page; `invalid`, one is named twice.

        """
        require_pages(board, page_id, more)
        copies = {page_id: as_id, **{each: _copied_id(as_id, each) for each in more}}
        layers = {
            layer.id: layer
            for original in copies
            for layer in board.layers.values()
            if layer.page_id == original
        }
        names = {layer.id: _copied_id(as_id, layer.id) for layer in layers.values()}
        elements = {}
        for stored in board.elements.values():
            if stored.layer in names:
                owner = None if stored.by in creators else by
                copied = _copied(stored, as_id, names[stored.layer], owner)
                elements[copied.id] = copied
        return cls(
            # From before names were looked at, maybe, and of a session with other people.
            [
                msgspec.structs.replace(
                    board.pages[original],
                    id=copy_id,
                    title=without_direction_controls(board.pages[original].title),
                )
                for original, copy_id in copies.items()
            ],
            [
                msgspec.structs.replace(each, id=names[each.id], page=copies[each.page_id])
                for each in layers.values()
            ],
            elements,
            {element_id: Trace(None, stored) for element_id, stored in elements.items()},
            sum(len(stored.encoded) for stored in elements.values()),
            sum(stored.text_chars for stored in elements.values()),
        )

    def needs(self) -> list[Permission]:
        """Return the permissions that one needs to draw all of this."""
        has_images = any(page.background is not None for page in self.pages) or any(
            stored.type == _IMAGE for stored in self.elements.values()
        )
        needed = [Permission.ADD_LAYERS, Permission.DRAW]
        return [*needed, Permission.UPLOAD_IMAGES] if has_images else needed

    def shows(self) -> set[str]:
        """Return the assets that it names: pictures, outlines of formulas, what is imported."""
        return shown_by(self.pages, self.elements.values())

    def on(
        self, board: Board, *, behind: str | None, limits: Limits, is_beginning: bool = False
    ) -> tuple[BoardChange, Footprint]:
        """Return what adds the copies to a board, behind a page or at the end.

        With `is_beginning` they are there in place of its pages, which are empty.

        Raises:
            Refused: `conflict`, the id of a page is taken, or others are that come of it;
                `too_large`, a limit would be passed.

        """
        taken = any(each.id in board.pages for each in self.pages) or any(
            each.id in board.layers for each in self.layers
        )
        if taken or not board.elements.keys().isdisjoint(self.elements):
            raise Refused(ErrorCode.CONFLICT, f"the id {self.pages[0].id} is taken", field="id")
        size_bytes = board.size_bytes + self.size_bytes
        text_chars = board.text_chars + self.text_chars
        for count, most, what in (
            (len(board.pages) + len(self.pages), limits.pages, "pages"),
            (len(board.layers) + len(self.layers), limits.layers, "layers"),
            (len(board.elements) + len(self.elements), limits.elements_per_board, "elements"),
            (size_bytes, limits.board_bytes, "bytes"),
            (text_chars, limits.text_chars_per_board, "characters"),
        ):
            if count > most:
                raise Refused(ErrorCode.TOO_LARGE, f"a board has at most {most} {what}")
        in_order = list(board.pages.values())
        at = list(board.pages).index(behind) + 1 if behind in board.pages else len(in_order)
        in_order[at:at] = self.pages
        added: list[AddPage | AddLayer | RemovePage] = [*self._additions(at)]
        there = board.layers
        if is_beginning:
            in_order, there = self.pages, {}
            added += map(RemovePage, board.pages)
        change = BoardChange(
            elements=self.elements,
            layers={**there, **{layer.id: layer for layer in self.layers}},
            pages={page.id: page for page in in_order},
            size_bytes=size_bytes,
            text_chars=text_chars,
            logged=[*map(_encode, added), *self.elements.values()],
        )
        layers, pages = (board.layers, change.layers or {}), (board.pages, change.pages or {})
        return change, Footprint(self.traces, layers, pages)

    def _additions(self, at: int) -> list[AddPage | AddLayer]:
        """Return the operations that add pages and layers, in the order that `layers` has."""
        coming = {page.id: AddPage(page, at=at + n) for n, page in enumerate(self.pages)}
        added: list[AddPage | AddLayer] = []
        for layer in self.layers:
            page = coming.pop(layer.page_id, None)
            added.append(
                AddLayer(layer) if page is None else msgspec.structs.replace(page, layer=layer)
            )
        return added


def with_assets(board: Board, as_assets: Mapping[str, str]) -> Board:
    """Return a board that shows assets by other names: those that they have here."""
    return Board(
        board.layers.values(),
        [_showing(stored, as_assets) for stored in board.elements.values()],
        [_shown_under(page, as_assets) for page in board.pages.values()],
    )


def _showing(stored: StoredElement, as_assets: Mapping[str, str]) -> StoredElement:
    if stored.type not in _SHOWING:
        return stored

    def renamed(found: re.Match[bytes]) -> bytes:
        return found[1] + as_assets.get(found[2].decode(), found[2].decode()).encode() + b'"'

    return msgspec.structs.replace(stored, encoded=_NAMED.sub(renamed, stored.encoded))


def _shown_under(page: Page, as_assets: Mapping[str, str]) -> Page:
    under = page.background
    if under is None:
        return page
    named = {field: as_assets.get(asset, asset) for field, asset in under.assets().items()}
    return msgspec.structs.replace(page, background=msgspec.structs.replace(under, **named))


def require_pages(board: Board, page_id: str, more: Sequence[str] = ()) -> None:
    """Check that a board has pages, each named once.

    Raises:
        Refused: `not_found` or `invalid`, with the field.

    """
    for field, name in (("page", page_id), *((f"more[{n}]", name) for n, name in enumerate(more))):
        if name not in board.pages:
            raise Refused(ErrorCode.NOT_FOUND, f"there is no page {name}", field=field)
    if len({page_id, *more}) <= len(more):
        raise Refused(ErrorCode.INVALID, "names each page once", field="more")


def shown_by(pages: Iterable[Page], elements: Iterable[StoredElement]) -> set[str]:
    """Return the assets that pages and elements name: pictures, outlines, what is imported."""
    shown: set[str] = set()
    for page in pages:
        if page.background is not None:
            shown |= set(page.background.assets().values())
    for stored in elements:
        if stored.type in _SHOWING:
            named = _decode_names(stored.encoded)
            shown |= {each for each in (named.asset, named.outline) if each is not None}
    return shown


def made_by(stored: StoredElement, by: int) -> StoredElement:
    """Return an element with another creator."""
    head, rest = _split(stored)
    groups, rest = _groups(rest)
    encoded = head + b"".join(groups) + _made_by(rest, by)
    return msgspec.structs.replace(stored, by=by, encoded=encoded)


def _copied_id(page_id: str, original_id: str) -> str:
    name = f"{page_id}/{original_id}".encode()
    return hashlib.blake2b(name, digest_size=12).hexdigest()


class _Names(msgspec.Struct, gc=False):
    asset: str | None = None
    outline: str | None = None


_decode_names: Final = msgspec.json.Decoder(_Names).decode


def _copied(stored: StoredElement, page_id: str, layer_id: str, by: int | None) -> StoredElement:
    _, rest = _split(stored)
    element_id = _copied_id(page_id, stored.id)
    groups, rest = _groups(rest)
    # The copy is a group of its own, and so is each group in it.
    groups[1::2] = [
        _ID.sub(lambda each: b'"%b"' % _copied_id(page_id, each[1].decode()).encode(), ids)
        for ids in groups[1::2]
    ]
    if by is not None:
        rest = _made_by(rest, by)
    encoded = b'{"type":"%b","id":"%b","layer":"%b"%b%b' % (
        stored.type.encode(),
        element_id.encode(),
        layer_id.encode(),
        b"".join(groups),
        rest,
    )
    return msgspec.structs.replace(
        stored,
        id=element_id,
        layer=layer_id,
        by=stored.by if by is None else by,
        encoded=encoded,
    )


def _split(stored: StoredElement) -> tuple[bytes, bytes]:
    """Return an element's encoding up to its layer, and what stands behind that."""
    head = b'{"type":"%b","id":"%b","layer":"%b"' % (
        stored.type.encode(),
        stored.id.encode(),
        stored.layer.encode(),
    )
    assert stored.encoded.startswith(head), "an encoding is canonical"  # noqa: S101
    return head, stored.encoded[len(head) :]


def _groups(rest: bytes) -> tuple[list[bytes], bytes]:
    """Return the fields of an element's groups, name by name and value by value, and the rest."""
    found = _GROUPS.match(rest)
    assert found is not None, "there may be none"  # noqa: S101
    return [part or b"" for part in found.groups()], rest[found.end() :]


def _made_by(rest: bytes, by: int) -> bytes:
    """Return what stands behind an element's groups, with another creator."""
    # A `z` is of letters and digits.
    at = rest.index(b'"', len(_Z)) + 1 if rest.startswith(_Z) else 0
    there = _BY.match(rest, at)
    return b'%b,"by":%d%b' % (rest[:at], by, rest[there.end() if there else at :])
