"""The board: drawing on it, its versions, its images, pages and documents."""

import msgspec

from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.editing.taking_back import TakenBack
from lessonroom.board.model.elements import Element, Layer
from lessonroom.board.model.operations import Operation
from lessonroom.board.model.page import Page
from lessonroom.commands.command import CommandOf
from lessonroom.log.events import AssetAdded
from lessonroom.protocol.server import DocumentProgress


class EditBoard(CommandOf[None], frozen=True, kw_only=True):
    """Apply operations to the board, all or none (BD-1)."""

    connection_id: str
    client_id: str
    n: int
    ops: list[Operation]


class _TakeBack(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    by: int
    of: int | None = None
    worked_out: TakenBack | None = None
    """What was worked out of it beside the room; None: that is done now."""

    @property
    def whose(self) -> int:
        """Whose step it is."""
        return self.by if self.of is None else self.of


class Undo(_TakeBack, frozen=True, kw_only=True):
    """Take back one's own newest change of the board that was not taken back yet (BD-11).

    `of` is somebody else whose change the host takes back in their place.
    """


class Redo(_TakeBack, frozen=True, kw_only=True):
    """Take back one's own newest undo, or that of `of` (BD-11)."""


class SaveBoard(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Save the board by hand."""

    by: int | None


class RestoreBoard(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Bring the board back to what it was after event `version`.

    `board` is the encoded board of that version, as the log is not the room's to read; or what
    was worked out already of how the present one becomes that.
    """

    by: int | None
    version: int
    board: bytes | Restoration


class CopyPage(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Add a copy of a page, with everything on it, under a new id (PG-2).

    It comes behind page `after`: without one, behind the page itself, and that of another session
    or of a shelf at the end; behind it come copies of `more`. `copy` is what was worked out of it
    beside the room; None: that is done now.
    """

    by: int
    page: str
    id: str
    after: str | None = None
    more: tuple[str, ...] = ()
    """Further pages, in the order in which they are to come."""
    from_session: str | None = None
    """The other session that `page` is of."""
    from_shelf: str | None = None
    """The item of a shelf that `page` is of."""
    is_beginning: bool = False
    """Whether the copies are what an empty board begins with."""
    copy: PageCopy | None = None
    assets: tuple[AssetAdded, ...] = ()
    """What the copy shows, stored already; of a page from elsewhere."""

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the page is not one of the room's own board."""
        return self.from_session is not None or self.from_shelf is not None


class InsertPages(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Add the pages of a board file with everything on them, as one event (PG-9).

    They come behind page `after`; at the end where that is None, or not there any more. `assets`
    are what they show, stored already.
    """

    by: int
    copy: PageCopy
    after: str | None = None
    assets: list[AssetAdded] = msgspec.field(default_factory=list)


class ImportBoard(CommandOf[None], frozen=True, kw_only=True):
    """Begin with a board from elsewhere; before anyone is in the room, and on an empty board.

    `assets` are the images that its elements refer to. Of `creators` the elements stay theirs.
    """

    by: int
    pages: list[Page]
    layers: list[Layer]
    elements: list[Element]
    assets: list[AssetAdded]
    creators: frozenset[int] = frozenset()


class RegisterAsset(CommandOf[AssetAdded], frozen=True, kw_only=True):
    """Let the board show an image that is stored already."""

    by: int | None
    added: AssetAdded


class BeginDocument(CommandOf[None], frozen=True, kw_only=True):
    """Have everyone hear that a document is coming, if the board has room for its pages (PG-7).

    `assets` are the images and files that it brings as far as they are known: they have to have
    room, too.
    """

    by: int
    progress: DocumentProgress
    assets: list[AssetAdded] = msgspec.field(default_factory=list)


class AddPages(CommandOf[list[str]], frozen=True, kw_only=True):
    """Add pages to the board, as one event: those of a document. Answered with their ids.

    They come behind page `after`; at the end where that is None, or not there any more. `assets`
    are what they show, stored already; `progress` is told to everyone.
    """

    by: int
    pages: list[Page]
    after: str | None = None
    assets: list[AssetAdded] = msgspec.field(default_factory=list)
    progress: DocumentProgress | None = None


class TellDocument(CommandOf[None], frozen=True, kw_only=True):
    """Have everyone hear how far a document is, or how it ended (PG-7)."""

    progress: DocumentProgress
