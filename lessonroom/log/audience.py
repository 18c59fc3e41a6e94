"""Who may know of an event: everyone in the room, or a few (PROTOCOL CH-4, AU-3).

Of a change of a board with private pages each viewer gets a share: what it does to the part of the
board that they see. Decided here alone, and purely; whoever sends it only obeys.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from lessonroom.board.editing.difference import difference
from lessonroom.board.editing.unseen import logged
from lessonroom.board.model.board import Board, BoardChange, has_private
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.page import Audience, Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.board.model.viewing import Viewer, hidden_pages
from lessonroom.log.events import (
    BOARD_CHANGES,
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventType,
)

PRIVATE_TYPES: Final = frozenset({EventType.CHAT_MESSAGE, EventType.CHAT_REMOVE})
"""The events that may be for a few, whatever the board is like."""

_NOTHING: Final[tuple[frozenset[str], frozenset[str]]] = (frozenset(), frozenset())

MAYBE_PRIVATE: Final = BOARD_CHANGES | {EventType.ASSET_ADD, EventType.BOARD_SAVE}
"""The events that may be for a few in a session that has had a private page."""


class Shares(Protocol):
    """What of one event is for whom. `named` are those besides the leaders who may get more."""

    @property
    def named(self) -> frozenset[int]:
        """The users whose share may differ from that of people who are named nowhere."""

    def whole_for(self, viewer: Viewer) -> bool:
        """Whether somebody gets the event as the log has it."""

    def data_for(self, viewer: Viewer) -> bytes | None:
        """Return the data that stands in place of the log's for others; None: it is hidden."""


class Circle:
    """The shares of what is for a few people, whole, and for nobody else."""

    def __init__(self, named: frozenset[int]) -> None:
        self.named: Final = named

    def whole_for(self, viewer: Viewer) -> bool:
        """Whether somebody gets the event as the log has it."""
        return is_for(self.named, viewer.user_id, leads=viewer.leads)

    def data_for(self, viewer: Viewer) -> bytes | None:  # noqa: ARG002 - as `Shares` has it
        """Return None: it is hidden from all others."""
        return None


def circle_of(event: Event) -> frozenset[int] | None:
    """Return whom an event is for besides those who lead the lesson; None: for everyone.

    Of what changes boards it says nothing: that is told by `shares_of`, or by `is_kept_from`.
    """
    if event.type not in PRIVATE_TYPES:
        return None
    match event.body():
        case ChatMessageSent(to=int() as to):
            author = event.user_id
        case ChatMessageRemoved(to=int() as to, author=author):
            pass
        case _:
            return None
    return frozenset({to} if author is None else {to, author})


def is_for(circle: Collection[int] | None, user_id: int | None, *, leads: bool) -> bool:
    """Whether somebody may know of an event with that circle; `user_id` None is the operator."""
    return circle is None or leads or user_id in circle


def is_kept_from(event: Event, viewer: Viewer, *, private_from: int | None) -> bool:
    """Whether an event of the log is not told to somebody as it is, for the board's sake.

    Where it is not known what the board was like then, all that may be about a private page is kept
    from whoever does not lead. `private_from` is the first event after which there was one.
    """
    if viewer.leads or event.type not in MAYBE_PRIVATE:
        return False
    if private_from is None:
        # It may have come since the session was read, and then the event itself says so.
        return b'"audience"' in event.data
    return event.seq >= private_from


class BoardShares:
    """The shares of one change of a board that has private pages, or comes to have some.

    Made before the change is applied. A share is worked out when it is asked for, once for all who
    see the same; it is the difference of what they saw and what they see then.
    """

    def __init__(self, board: Board, change: BoardChange) -> None:
        self._layers = (board.layers, board.layers if change.layers is None else change.layers)
        self._pages = (board.pages, board.pages if change.pages is None else change.pages)
        self._is_arranged = change.layers is not None or change.pages is not None
        there = board.elements
        before = {each: there[each] for each in change.elements if each in there}
        after = {each: new for each, new in change.elements.items() if new is not None}
        if self._is_arranged and (turned := self._turned()):
            for element_id, stored in there.items():
                if stored.layer in turned and element_id not in change.elements:
                    before[element_id] = after[element_id] = stored
        self._elements = (before, after)
        self._concerned = self._pages
        if not self._is_arranged:
            # What is drawn concerns the pages that it is drawn on, and whoever sees those alone.
            layers = board.layers
            written = {layers[each].page_id for each in change.layers_written if each in layers}
            on = {page_id: board.pages[page_id] for page_id in written}
            self._concerned = (on, on)
        self._known: dict[tuple[frozenset[str], frozenset[str]], bytes | None] = {}
        self.named: Final = frozenset(
            page.audience.user
            for pages in self._concerned
            for page in pages.values()
            if page.audience is not None
        )

    def whole_for(self, viewer: Viewer) -> bool:
        """Whether somebody gets the event as the log has it."""
        return viewer.leads or (self._hidden(viewer) == _NOTHING and bool(self._concerned[1]))

    def data_for(self, viewer: Viewer) -> bytes | None:
        """Return what somebody gets in place of the log's data; None: it is hidden from them."""
        hidden = self._hidden(viewer)
        if not self._is_arranged and len(hidden[1]) == len(self._concerned[1]):
            return None
        if hidden not in self._known:
            self._known[hidden] = self._difference(*hidden)
        return self._known[hidden]

    def _hidden(self, viewer: Viewer) -> tuple[frozenset[str], frozenset[str]]:
        before, after = self._concerned
        hidden = hidden_pages(before, viewer)
        return hidden, hidden if after is before else hidden_pages(after, viewer)

    def _turned(self) -> set[str]:
        """Return the layers that others see than before, though nothing is written on them."""
        (layers, layers_then), (pages, pages_then) = self._layers, self._pages
        return {
            layer_id
            for layer_id, layer in layers.items()
            if layer_id in layers_then
            and _audience_of(layer, pages) != _audience_of(layers_then[layer_id], pages_then)
        }

    def _difference(self, before: frozenset[str], after: frozenset[str]) -> bytes | None:
        ops = difference(
            _part(self._pages[0], self._layers[0], self._elements[0].values(), hidden=before),
            _part(self._pages[1], self._layers[1], self._elements[1].values(), hidden=after),
        )
        if not ops:
            return None
        change = BoardChange({}, None, None, 0, 0, logged(ops))
        return change.body()


def shares_of(board: Board, change: BoardChange) -> BoardShares | None:
    """Return the shares of a change that is about to be applied; None: everyone gets it whole."""
    if board.has_private or (change.pages is not None and has_private(change.pages.values())):
        return BoardShares(board, change)
    return None


def _audience_of(layer: Layer, pages: Mapping[str, Page]) -> Audience | None:
    page = pages.get(layer.page_id)
    return None if page is None else page.audience


def _part(
    pages: Mapping[str, Page],
    layers: Mapping[str, Layer],
    elements: Iterable[StoredElement],
    *,
    hidden: frozenset[str],
) -> Board:
    shown = {each.id: each for each in layers.values() if each.page_id not in hidden}
    return Board(
        shown.values(),
        (stored for stored in elements if stored.layer in shown),
        (page for page_id, page in pages.items() if page_id not in hidden),
    )
