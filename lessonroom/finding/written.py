"""What events of a log write that can be read: the texts, and where on the board they stand."""

from collections.abc import Generator, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from lessonroom.board.model.page import FIRST_PAGE, numbered
from lessonroom.board.model.pieces import LARGE_BYTES, PIECE_BYTES, cut_in_pieces
from lessonroom.log.events import BOARD_CHANGES, Event, EventType


class Kind(StrEnum):
    """What a text is, by what it stands in."""

    TEXT = "text"
    NOTE = "note"
    TABLE = "table"
    FORMULA = "formula"
    GRAPH = "graph"
    IMAGE = "image"
    PAGE = "page"
    DOCUMENT = "document"
    CHAT = "chat"
    TITLE = "title"
    PERSON = "person"


BOARD_KINDS: Final = frozenset(
    kind for kind in Kind if kind not in {Kind.CHAT, Kind.TITLE, Kind.PERSON}
)
"""What stands on the board: for who may look back."""

MAY_WRITE: Final = (
    *(b'"text"', b'"tex"', b'"alt"', b'"cells"', b'"expr"', b'"note"', b'"table"', b'"image"'),
    *(b'"x_name"', b'"y_name"'),
    *(b'_page"', b'_layer"'),
)
"""What an event's data holds one of, where it writes a text or changes where texts stand."""

_OF_TYPE: Final = {
    "text": Kind.TEXT,
    "note": Kind.NOTE,
    "table": Kind.TABLE,
    "formula": Kind.FORMULA,
    "graph": Kind.GRAPH,
    "image": Kind.IMAGE,
}


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A text as it was from event `seq` on.

    It stands at `place`, an element or a page, in its `part`, a cell of a table or an axis of a
    graph. `kind` and `page` are None where the event does not say: they are as before. Of a
    document `asset` is the file that has the text.
    """

    seq: int
    at_ms: int
    user_id: int | None
    place: str
    part: str = ""
    kind: Kind | None = None
    page: str | None = None
    text: str | None = None
    asset: str | None = None


class _Curve(msgspec.Struct):
    expr: str = ""


class _Element(msgspec.Struct):
    id: str
    layer: str
    type: str
    text: str = ""
    tex: str = ""
    alt: str = ""
    cells: dict[str, str] = {}
    curves: list[_Curve] = []
    x_name: str = ""
    y_name: str = ""


class _Put(msgspec.Struct, tag_field="op", tag="put"):
    element: _Element


class _Patch(msgspec.Struct, tag_field="op", tag="patch"):
    id: str
    set: dict[str, Any] = {}
    unset: list[str] = []


class _Layer(msgspec.Struct):
    id: str
    page: str | int = FIRST_PAGE


class _AddLayer(msgspec.Struct, tag_field="op", tag="add_layer"):
    layer: _Layer


class _PatchLayer(msgspec.Struct, tag_field="op", tag="patch_layer"):
    id: str
    set: dict[str, Any] = {}


class _Background(msgspec.Struct):
    text: str | None = None


class _Page(msgspec.Struct):
    id: str
    title: str = ""
    background: _Background | None = None


class _AddPage(msgspec.Struct, tag_field="op", tag="add_page"):
    page: _Page
    layer: _Layer | None = None


class _PatchPage(msgspec.Struct, tag_field="op", tag="patch_page"):
    id: str
    set: dict[str, Any] = {}
    unset: list[str] = []


class _Other(msgspec.Struct):
    op: str


_Op = _Put | _Patch | _AddLayer | _PatchLayer | _AddPage | _PatchPage
_KNOWN: Final = {"put", "patch", "add_layer", "patch_layer", "add_page", "patch_page"}


class _Ops(msgspec.Struct):
    ops: list[msgspec.Raw]


class _File(msgspec.Struct):
    name: str


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    reply_to: int | None = None
    file: _File | None = None

    def words(self) -> str:
        """Return what it says, and what the file is called that came with it."""
        return "\n".join(filter(None, (self.text, self.file.name if self.file else "")))


_decode_ops: Final = msgspec.json.Decoder(_Ops).decode
_decode_list: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_other: Final = msgspec.json.Decoder(_Other).decode
_decode_op: Final = msgspec.json.Decoder(_Op).decode
_decode_said: Final = msgspec.json.Decoder(_Said).decode

_TEXT_FIELDS: Final = ("text", "tex", "alt")
_AXES: Final = ("x_name", "y_name")


def may_write(event: Event) -> bool:
    """Whether an event can say anything that is text, as far as a short look at its bytes tells.

    What is large counts as if it did: a board of 20 MB is not looked through on the event loop.
    """
    if event.type is EventType.CHAT_MESSAGE:
        return True
    if event.type not in BOARD_CHANGES:
        return False
    return len(event.data) > LARGE_BYTES or any(sign in event.data for sign in MAY_WRITE)


def written(events: Iterable[Event], pages: dict[str, str]) -> Generator[None, None, list[Written]]:
    """Return what events write, oldest first; stops every millisecond or two for others to go on.

    Args:
        events: of one session, a run of its log.
        pages: the page of each layer before them; brought up to date. Empty at the beginning.

    """
    found: list[Written] = []
    done_bytes = 0
    for event in events:
        if event.type is EventType.CHAT_MESSAGE:
            if (said := _said(event)) is not None:
                found.append(said)
        elif event.type in BOARD_CHANGES:
            if len(event.data) > LARGE_BYTES:
                yield from _of_large(event, pages, found)
                continue
            _add(_decode_ops(event.data).ops, event, pages, found)
        done_bytes += len(event.data)
        if done_bytes > PIECE_BYTES:
            done_bytes = 0
            yield
    return found


def _said(event: Event) -> Written | None:
    """Return what was said to everyone, with the name of its file.

    What has a field that is not known here is left out: it may be for one person alone.
    """
    try:
        text = _decode_said(event.data).words()
    except msgspec.DecodeError:
        return None
    return Written(
        seq=event.seq,
        at_ms=event.at_ms,
        user_id=event.user_id,
        place=f"chat:{event.seq}",
        kind=Kind.CHAT,
        page="",
        text=text,
    )


def _of_large(
    event: Event, pages: dict[str, str], found: list[Written]
) -> Generator[None, None, None]:
    cut = yield from cut_in_pieces(event.data, b'"ops"', depth=1)
    if cut is None:
        _add(_decode_ops(event.data).ops, event, pages, found)
        return
    for begin, end in cut.items:
        _add(_decode_list(b"[%b]" % event.data[begin:end]), event, pages, found)
        yield


def _add(
    ops: Iterable[msgspec.Raw], event: Event, pages: dict[str, str], found: list[Written]
) -> None:
    for raw in ops:
        encoded = bytes(raw)
        if not any(sign in encoded for sign in MAY_WRITE):
            continue
        if _decode_other(encoded).op not in _KNOWN:
            continue
        for place, part, more in _of(_decode_op(encoded), pages):
            found.append(
                Written(
                    seq=event.seq,
                    at_ms=event.at_ms,
                    user_id=event.user_id,
                    place=place,
                    part=part,
                    **more,
                )
            )


_Found = tuple[str, str, Mapping[str, Any]]


def _of(op: _Op, pages: dict[str, str]) -> Generator[_Found, None, None]:
    match op:
        case _Put(element=element):
            yield from _put(element, pages.get(element.layer, FIRST_PAGE))
        case _Patch():
            yield from _patched(op, pages)
        case _AddLayer(layer=layer):
            pages[layer.id] = _page_id(layer.page)
        case _PatchLayer():
            if isinstance(page := op.set.get("page"), str | int):
                pages[op.id] = _page_id(page)
        case _AddPage(page=page):
            first = page.id if op.layer is None else op.layer.id
            pages[first] = page.id
            asset = None if page.background is None else page.background.text
            yield page.id, "", {"kind": Kind.PAGE, "page": page.id, "text": page.title}
            if asset is not None:
                yield _document(page.id, asset)
        case _PatchPage():
            yield from _patched_page(op)


def _put(element: _Element, page: str) -> Generator[_Found, None, None]:
    kind = _OF_TYPE.get(element.type)
    if kind is None:
        return
    text = element.text or element.tex or element.alt
    if element.curves:
        text = _formulas(element.curves)
    yield element.id, "", {"kind": kind, "page": page, "text": text}
    for cell, words in element.cells.items():
        yield element.id, cell, {"kind": kind, "page": page, "text": words}
    for axis, words in (("x_name", element.x_name), ("y_name", element.y_name)):
        if words:
            yield element.id, axis, {"kind": kind, "page": page, "text": words}


def _patched(op: _Patch, pages: Mapping[str, str]) -> Generator[_Found, None, None]:
    changed: dict[str, Any] = {}
    layer = op.set.get("layer")
    if isinstance(layer, str):
        changed["page"] = pages.get(layer, FIRST_PAGE)
    for name in _TEXT_FIELDS:
        if isinstance(text := op.set.get(name), str):
            changed["text"] = text
        elif name in op.unset:
            changed["text"] = ""
    if isinstance(curves := op.set.get("curves"), list):
        changed["text"] = _formulas(msgspec.convert(curves, list[_Curve], strict=False))
    if changed:
        yield op.id, "", changed
    for name in _AXES:
        if isinstance(text := op.set.get(name), str) and text:
            yield op.id, name, {"text": text}
    cells = op.set.get("cells")
    if isinstance(cells, dict):
        for cell, words in cells.items():
            if isinstance(words, str):
                yield op.id, str(cell), {"text": words}


def _patched_page(op: _PatchPage) -> Generator[_Found, None, None]:
    title = op.set.get("title", "" if "title" in op.unset else None)
    if isinstance(title, str):
        yield op.id, "", {"kind": Kind.PAGE, "page": op.id, "text": title}
    under = op.set.get("background")
    if isinstance(under, dict) and isinstance(asset := under.get("text"), str):
        yield _document(op.id, asset)


def _document(page: str, asset: str) -> _Found:
    return page, "document", {"kind": Kind.DOCUMENT, "page": page, "asset": asset}


def _formulas(curves: Iterable[_Curve]) -> str:
    return " ; ".join(curve.expr for curve in curves if curve.expr)


def _page_id(page: str | int) -> str:
    return numbered(page) if isinstance(page, int) else page
