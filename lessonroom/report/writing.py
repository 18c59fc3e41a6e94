"""Who wrote what, and on which page: a reading of the board's changes that keeps no board.

An element is written by whoever first puts it there. What a command brings (copies of pages, the
board that a lesson begins with, a version restored) was not written here, nor is what Undo brings
back. Of elements their ids are kept, while they are on the board.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Final

import msgspec

from lessonroom.board.model.board import FIRST_LAYER
from lessonroom.board.model.elements import Stroke
from lessonroom.board.model.page import FIRST_PAGE, numbered
from lessonroom.board.model.pieces import LARGE_BYTES, cut_in_pieces, finished
from lessonroom.log.events import BOARD_CHANGES, Event, EventType

REMOVED_KNOWN_MOST: Final = 100_000
"""So many ids of what was removed are known again; what is brought back after more counts anew."""
_STROKE: Final = Stroke.__struct_config__.tag


class Written(msgspec.Struct):
    """What somebody wrote on a page while the lesson went on; strokes are elements, too."""

    elements: int = 0
    strokes: int = 0


class _Element(msgspec.Struct):
    id: str
    type: str
    layer: str


class _Layer(msgspec.Struct):
    id: str
    page: str | int = FIRST_PAGE


class _LayerMoved(msgspec.Struct, frozen=True):
    page: str | int | None = None


class _Page(msgspec.Struct):
    id: str


class _Op(msgspec.Struct, tag_field="op"):
    pass


class _Put(_Op, tag="put"):
    element: _Element


class _Moved(msgspec.Struct, frozen=True):
    layer: str | None = None


class _Patch(_Op, tag="patch"):
    id: str
    set: _Moved = _Moved()


class _Append(_Op, tag="append"):
    id: str


class _Remove(_Op, tag="remove"):
    ids: list[str]


class _Clear(_Op, tag="clear"):
    layer: str | None = None
    page: str | None = None


class _AddLayer(_Op, tag="add_layer"):
    layer: _Layer


class _RemoveLayer(_Op, tag="remove_layer"):
    id: str


class _AddPage(_Op, tag="add_page"):
    page: _Page
    layer: _Layer | None = None


class _RemovePage(_Op, tag="remove_page"):
    id: str


class _PatchLayer(_Op, tag="patch_layer"):
    id: str
    set: _LayerMoved


class _PatchPage(_Op, tag="patch_page"):
    id: str


class _ReorderLayers(_Op, tag="reorder_layers"):
    pass


class _ReorderPages(_Op, tag="reorder_pages"):
    pass


_Any = (
    _Put
    | _Patch
    | _Append
    | _Remove
    | _Clear
    | _AddLayer
    | _RemoveLayer
    | _AddPage
    | _RemovePage
    | _PatchLayer
    | _PatchPage
    | _ReorderLayers
    | _ReorderPages
)


class _Body(msgspec.Struct):
    ops: list[_Any]


_decode: Final = msgspec.json.Decoder(_Body).decode
_decode_ops: Final = msgspec.json.Decoder(list[_Any]).decode


class Writing:
    """Takes up the events of a session one after another; others than the board's change nothing.

    `written` is by page and person; `changed` and `removed` are by person, and count elements:
    those that they changed once they were there (each time), and those that they took away.
    """

    def __init__(self) -> None:
        self.written: dict[tuple[str, int], Written] = {}
        self.changed: Counter[int] = Counter()
        self.removed: Counter[int] = Counter()
        self._pages = {FIRST_LAYER.id: FIRST_PAGE}
        """The page of each layer."""
        self._layers: dict[str, str] = {}
        """The layer of each element that is there."""
        self._gone: OrderedDict[str, None] = OrderedDict()

    def take(self, event: Event) -> None:
        """Take up the next event."""
        if event.type not in BOARD_CHANGES:
            return
        by = event.user_id or 0
        is_restored = event.type is EventType.BOARD_RESTORE
        # Who draws sends it under an id of their own; what a server puts there has none.
        is_drawn = event.submission is not None
        for op in _ops_of(event.data):
            match op:
                case _Put(element=element):
                    self._put(element, by, is_drawn=is_drawn)
                case _Patch(id=changed, set=moved):
                    if changed in self._layers:
                        self._layers[changed] = moved.layer or self._layers[changed]
                        self.changed[by] += not is_restored
                case _Remove(ids=ids):
                    self._take_away(ids, by, is_restored=is_restored)
                case _Clear(layer=layer, page=page):
                    self._take_away(self._lying(layer, page), by, is_restored=is_restored)
                case _AddLayer(layer=layer):
                    self._pages[layer.id] = _page_id(layer.page)
                case _PatchLayer(id=layer, set=_LayerMoved(page=str() | int() as page)):
                    if layer in self._pages:
                        self._pages[layer] = _page_id(page)
                case _RemoveLayer(id=layer):
                    self._take_away(self._lying(layer, None), by, is_restored=is_restored)
                    self._pages.pop(layer, None)
                case _AddPage(page=page, layer=first):
                    self._pages[page.id if first is None else first.id] = page.id
                case _RemovePage(id=page):
                    self._take_away(self._lying(None, page), by, is_restored=is_restored)
                    for layer in [each for each, of in self._pages.items() if of == page]:
                        del self._pages[layer]
                case _:
                    pass

    def _put(self, element: _Element, by: int, *, is_drawn: bool) -> None:
        page = self._pages.get(element.layer, FIRST_PAGE)
        was_there = element.id in self._layers
        is_back = element.id in self._gone
        self._layers[element.id] = element.layer
        self._gone.pop(element.id, None)
        if is_back or not is_drawn:
            return
        if was_there:
            self.changed[by] += 1
            return
        written = self.written.setdefault((page, by), Written())
        written.elements += 1
        written.strokes += element.type == _STROKE

    def _lying(self, layer: str | None, page: str | None) -> list[str]:
        """Return what lies on a layer, on a page, or anywhere."""
        if layer is None and page is None:
            return list(self._layers)
        layers = {layer} if layer else {each for each, of in self._pages.items() if of == page}
        return [each for each, on in self._layers.items() if on in layers]

    def _take_away(self, ids: list[str], by: int, *, is_restored: bool) -> None:
        for each in ids:
            if self._layers.pop(each, None) is None:
                continue
            self.removed[by] += not is_restored
            self._gone[each] = None
            if len(self._gone) > REMOVED_KNOWN_MOST:
                self._gone.popitem(last=False)


def _ops_of(data: bytes) -> Iterator[_Any]:
    """Yield operations; of a whole board, as an import holds, in pieces: nobody waits for all."""
    cut = None
    if len(data) > LARGE_BYTES:
        cut = finished(cut_in_pieces(data, b'"ops"', depth=1))
    if cut is None:
        yield from _decode(data).ops
        return
    for piece in cut.taken_from(data):
        yield from _decode_ops(b"[%b]" % piece)


def _page_id(page: str | int) -> str:
    return numbered(page) if isinstance(page, int) else page
