"""Imports that are cancelled, cut off, or not there any more, and what they leave."""

from collections.abc import AsyncIterator

from gateway.confinement.confinement import Work
from gateway.confinement.owner_queues import Owner
from gateway.documents.document_import import DocumentImport
from gateway.documents.spool import Spooled
from lessonroom.board.model.page import Page
from lessonroom.log.events import AssetAdded
from lessonroom.protocol.server import DocumentProgress
from tests.gateway.documents.pdfs import pdf
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.importing import (
    files_under_way,
    imported,
    pages,
    send,
    state_of,
    until_a_page_is_there,
)
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import School


async def test_an_import_ends_where_its_person_may_no_longer(
    school: School, lesson: Lesson
) -> None:
    """What was added stays; why it ended is told."""
    begun_one = await send(school, lesson, pdf(30))
    await school.call("POST", f"{lesson.path}/complete/", token=lesson.host)
    await school.app.state.services.documents.settled()
    path = f"{lesson.path}/documents/{begun_one.json()['document_id']}/"
    told = (await school.call("GET", path, token=lesson.host)).json()
    assert told["status"] == "failed"
    assert told["error"]


async def test_an_import_is_known_in_its_session_alone(school: School, lesson: Lesson) -> None:
    """[P12] Not in another, by whatever id."""
    done = await imported(school, lesson, pdf(1))
    other = await begun(school)
    path = f"{other.path}/documents/{done['document_id']}/"
    assert (await school.call("GET", path, token=other.host)).status_code == 404


async def test_what_is_being_imported_ends_with_the_server(opened: Open) -> None:
    """[P18][PG-7] What came stays; the one who asks after the restart is told, and no file is left.

    However many pages that is: each of them is on the board, and in the answer.
    """
    async with opened() as school:
        lesson = await begun(school)
        document_id = (await send(school, lesson, pdf(60))).json()["document_id"]
        await until_a_page_is_there(school, lesson, document_id)
        await school.app.state.services.documents.stop()
    async with opened() as school:
        await school.app.state.services.documents.load()
        told = await state_of(school, lesson, document_id)
        assert told["status"] == "stopped"
        assert "import the rest again" in told["error"]
        found = [page["id"] for page in await pages(school, lesson)]
        assert found[1:] == told["page_ids"]
        assert 1 <= told["pages_done"] == len(told["page_ids"]) < 60
        assert files_under_way(school) == []


async def test_a_server_that_was_killed_leaves_no_files(opened: Open) -> None:
    """[PG-7] Neither documents nor notes of them; a note that is cut off is none."""
    async with opened() as school:
        lesson = await begun(school)
        directory = school.app.state.services.spool._directory
        directory.mkdir(parents=True)
        (directory / "0.document").write_bytes(pdf(1))
        (directory / "1.import.json").write_bytes(b'{"document')
        (directory / "2.import.json.new").write_bytes(b"{")
        state = DocumentImport(
            document_id="d1",
            session_id=lesson.session["session_id"],
            user_id=1,
            title="homework",
            pages_total=12,
            pages_done=3,
        )
        await school.app.state.services.spool.note(state)
        await school.app.state.services.documents.load()
        assert files_under_way(school) == []
        told = await state_of(school, lesson, "d1")
        assert (told["status"], told["pages_done"]) == ("stopped", 3)
        assert "3 of 12" in told["error"]


async def test_nothing_is_left_on_the_disk_behind_an_import(school: School, lesson: Lesson) -> None:
    """[PG-7] Nor behind a refusal."""
    await imported(school, lesson, pdf(1))
    await send(school, lesson, b"hello")
    await send(school, lesson, pdf(1), token=lesson.student)
    assert files_under_way(school) == []


async def test_who_began_an_import_cancels_it_and_so_may_a_host(
    school: School, lesson: Lesson
) -> None:
    """[PG-7] What was added stays, and the next document may come at once. Students may not."""
    document_id = (await send(school, lesson, pdf(60))).json()["document_id"]
    path = f"{lesson.path}/documents/{document_id}/"
    refused = await school.call("DELETE", path, token=lesson.student)
    assert refused.status_code == 403
    await until_a_page_is_there(school, lesson, document_id)
    cancelled = await school.call("DELETE", path, token=lesson.host)
    assert cancelled.status_code == 200
    told = cancelled.json()
    assert (told["status"], told["error"]) == ("cancelled", "it was cancelled")
    found = [page["id"] for page in await pages(school, lesson)]
    assert found[1:] == told["page_ids"]
    assert files_under_way(school) == []
    assert school.app.state.services.confinement.running(Work.DOCUMENT) == 0
    assert (await imported(school, lesson, pdf(1)))["status"] == "done"
    # One that is over stays as it ended.
    assert (await school.call("DELETE", path, token=lesson.host)).json() == told
    unknown = f"{lesson.path}/documents/unknown/"
    assert (await school.call("DELETE", unknown, token=lesson.host)).status_code == 404


async def test_one_cancelled_at_once_is_cancelled(school: School, lesson: Lesson) -> None:
    """[PG-7] Also before it did anything."""
    documents = school.app.state.services.documents
    spool = school.app.state.services.spool

    async def chunks() -> AsyncIterator[bytes]:
        yield pdf(3)

    host_id = (await school.join(lesson.session, "Ada"))["participant"]["user_id"]
    owner = Owner(str(host_id), lesson.session["session_id"])
    async with spool.receiving(chunks()) as spooled:
        state = await documents.begin(
            spooled, Nowhere(), owner=owner, title="", wanted=None, after=None
        )
        await documents.cancel(state)
    assert (state.status, state.pages_done) == ("cancelled", 0)
    assert files_under_way(school) == []


class Nowhere:
    """A lesson in which nothing stays."""

    async def begin(self, progress: DocumentProgress, content: Spooled) -> None:
        pass

    async def keep(self, content: bytes, *, media_type: str, size: tuple[int, int]) -> AssetAdded:
        return AssetAdded("ab" * 32, media_type, *size, len(content))

    async def keep_document(self, content: Spooled) -> AssetAdded:
        return AssetAdded(content.sha256, "application/pdf", 0, 0, content.size_bytes)

    async def add(self, page: Page, *_: object, **__: object) -> str:
        return page.id

    async def tell(self, progress: DocumentProgress) -> None:
        pass
