"""Documents on their way to the board: when they may begin, and what everyone hears (PG-7)."""

import msgspec
import pytest

from lessonroom.board.model.operations import AddPage
from lessonroom.board.model.page import Background, Page
from lessonroom.codes import ErrorCode
from lessonroom.commands import AddPages, BeginDocument, RegisterAsset, TellDocument, Undo
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, EventType
from lessonroom.outcome import Outcome
from lessonroom.protocol.server import DocumentProgress, DocumentStatus, Notification
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun

EVERYONE = {"c1", "c2", "c3", "c4"}
PICTURE = AssetAdded("ab" * 32, "image/webp", 8, 6, 100)
OTHER = AssetAdded("cd" * 32, "image/webp", 8, 6, 100)


@pytest.fixture
def lesson() -> Lesson:
    return begun()


def progress(done: int = 0, total: int = 12, **more: object) -> DocumentProgress:
    told = DocumentProgress(
        document_id="d1",
        user_id=HOST,
        title="homework",
        status=DocumentStatus.IMPORTING,
        pages_done=done,
        pages_total=total,
    )
    return msgspec.structs.replace(told, **more)


def told(outcome: Outcome) -> dict[str, Notification]:
    """Return what each connection was told."""
    return {
        signal.connection_id: signal.data
        for signal in outcome.signals
        if isinstance(signal.data, Notification)
    }


def adding(
    page_id: str,
    *assets: AssetAdded,
    after: str | None = None,
    progress: DocumentProgress | None = None,
) -> AddPages:
    shown = Background(asset=assets[0].asset, w=100, h=100) if assets else None
    pages = [Page(id=page_id, background=shown)]
    return AddPages(by=HOST, pages=pages, assets=list(assets), after=after, progress=progress)


def test_everyone_hears_that_a_document_comes_and_how_far_it_is(lesson: Lesson) -> None:
    """[PG-7] Whose it is, what it is called, how many pages are there; none of it is an event."""
    outcome = lesson.do(BeginDocument(by=HOST, progress=progress()))
    assert not outcome.events
    heard = told(outcome)
    assert heard.keys() == EVERYONE
    assert heard["c2"].code == "document"
    assert heard["c2"].params == {
        "document_id": "d1", "user_id": HOST, "title": "homework", "status": "importing",
        "pages_done": 0, "pages_total": 12, "failed_pages": [],
    }  # fmt: skip
    then = told(lesson.do(adding("one", PICTURE, progress=progress(3))))
    assert then.keys() == EVERYONE
    assert "imports homework: 3 of 12 pages" in then["c3"].message


@pytest.mark.parametrize("status", list(DocumentStatus))
def test_however_it_ends_everyone_hears_it_in_words(lesson: Lesson, status: DocumentStatus) -> None:
    """[PG-7] In each way that there is, also where nobody knows yet how many pages it has."""
    for known in (progress(5, status=status), progress(total=0, status=status)):
        heard = told(lesson.do(TellDocument(progress=known)))
        assert heard.keys() == EVERYONE
        assert "homework" in heard["c1"].message
        is_read = known.pages_total or status not in {
            DocumentStatus.IMPORTING,
            DocumentStatus.FAILED,
        }
        assert is_read or " of 0 pages" not in heard["c1"].message


def test_a_page_comes_with_its_picture_or_not_at_all(lesson: Lesson) -> None:
    """[PG-7] The picture is the session's before the page shows it, in one breath."""
    outcome = lesson.do(adding("one", PICTURE))
    kinds = [event.type for event in outcome.events]
    assert kinds == [EventType.ASSET_ADD, EventType.BOARD_OP]
    # The same picture again, as of an empty page, is the same asset.
    assert [event.type for event in lesson.do(adding("two", PICTURE)).events] == kinds[1:]
    lesson.refuse(adding("one", OTHER), ErrorCode.CONFLICT)
    assert OTHER.asset not in lesson.room.state.assets


def test_a_picture_that_there_is_no_room_for_leaves_no_page(lesson: Lesson) -> None:
    """[PG-7] Nor the other way round."""
    lesson.room.limits = Limits(asset_bytes_per_session=150)
    lesson.do(adding("one", PICTURE))
    lesson.refuse(adding("two", OTHER), ErrorCode.TOO_LARGE)
    assert "two" not in lesson.room.state.board.pages


@pytest.mark.parametrize(
    ("limits", "room"),
    [
        (Limits(pages=5), 4),
        (Limits(layers=5), 4),
        (Limits(assets_per_session=11), 5),
        (Limits(pages=1), 0),
    ],
    ids=["pages", "layers", "assets", "full"],
)
def test_a_document_without_room_is_refused_before_its_first_page(
    lesson: Lesson, limits: Limits, room: int
) -> None:
    """[PG-7] With how many pages there is room for."""
    lesson.room.limits = limits
    command = BeginDocument(by=HOST, progress=progress(total=room + 1))
    refused = lesson.refuse(command, ErrorCode.TOO_LARGE)
    assert f"room for {room} more pages" in refused.message
    if room:
        lesson.do(BeginDocument(by=HOST, progress=progress(total=room)))


@pytest.mark.parametrize("by", [ANN, BEN, VIEWER])
def test_who_may_not_add_pages_begins_nothing(lesson: Lesson, by: int) -> None:
    """[PG-7] Nobody hears of it."""
    lesson.refuse(BeginDocument(by=by, progress=progress()), ErrorCode.PERMISSION_DENIED)


def test_pages_come_behind_the_one_named_and_else_at_the_end(lesson: Lesson) -> None:
    """[PG-7] Also where that one is gone by now."""
    lesson.edit(HOST, AddPage(Page(id="last")))
    lesson.do(adding("a", after="p1"))
    lesson.do(adding("b", after="a"))
    lesson.do(adding("c", after="gone"))
    assert list(lesson.room.state.board.pages) == ["p1", "a", "b", "last", "c"]
    lesson.do(Undo(by=HOST))
    assert "c" not in lesson.room.state.board.pages


def test_a_picture_that_was_uploaded_before_is_not_counted_twice(lesson: Lesson) -> None:
    """[PG-7] What the session has, it has."""
    lesson.do(RegisterAsset(by=HOST, added=PICTURE))
    lesson.room.limits = Limits(assets_per_session=1)
    lesson.do(adding("one", PICTURE))
