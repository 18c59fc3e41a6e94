"""Importing a document: each page of it becomes a page of the board.

Tests also: gateway/documents/imports.py, gateway/rest/plumbing/uploading.py.
"""

import io
from typing import Any

import pypdfium2
import pytest
from httpx import Response
from PIL import Image

from gateway.config import GatewayConfig
from tests.gateway.documents.pdfs import pdf
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.test_assets import Lesson, begun
from tests.gateway.rest.school import API, School


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await begun(school)


async def send(
    school: School,
    lesson: Lesson,
    content: bytes,
    *,
    token: str = "",
    kind: str = "application/pdf",
    **query: str,
) -> Response:
    return await school.call(
        "POST",
        f"{lesson.path}/documents/",
        token=token or lesson.host,
        headers={"Content-Type": kind},
        content=content,
        params=query,
    )


async def imported(school: School, lesson: Lesson, content: bytes, **query: str) -> dict[str, Any]:
    """Return how an import ended."""
    response = await send(school, lesson, content, **query)
    assert response.status_code == 202, response.text
    await school.app.state.services.documents.settled()
    path = f"{lesson.path}/documents/{response.json()['document_id']}/"
    answer: dict[str, Any] = (await school.call("GET", path, token=lesson.host)).json()
    return answer


async def pages(school: School, lesson: Lesson) -> list[dict[str, Any]]:
    path = f"{lesson.path}/export/?format=json"
    response = await school.call("GET", path, token=lesson.host)
    assert response.status_code == 200, response.text
    board = response.json()["board"]
    # A board of one plain page does not write it out.
    found: list[dict[str, Any]] = board.get("pages", [{"id": "p1"}])
    return found


async def test_each_page_of_a_document_becomes_a_page_of_the_board(
    school: School, lesson: Lesson
) -> None:
    """[PG-1] A sheet of its size with its picture under all layers, which everyone may fetch."""
    done = await imported(school, lesson, pdf(3))
    assert (done["status"], done["pages_total"], done["pages_done"]) == ("done", 3, 3)
    assert (done["failed_pages"], done["error"]) == ([], None)
    found = await pages(school, lesson)
    assert [page["id"] for page in found[1:]] == done["page_ids"]
    assert [page["title"] for page in found[1:]] == [f"Fractions · {n}" for n in (1, 2, 3)]
    for page in found[1:]:
        assert page["paper"] == {"kind": "blank"}
        assert page["size"] == pytest.approx([793.7, 1122.52], abs=0.1)
        asset = page["background"]["asset"]
        response = await school.call("GET", f"{API}/assets/{asset}", token=lesson.student)
        assert response.headers["content-type"] == "image/webp"


@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
async def test_what_was_imported_is_in_what_is_exported(
    school: School, lesson: Lesson, kind: str
) -> None:
    """[PG-6] The page of the document lies under the ink of the board's."""
    done = await imported(school, lesson, pdf(3))
    query = f"format={kind}&page={done['page_ids'][1]}"
    response = await school.call("GET", f"{lesson.path}/export/?{query}", token=lesson.host)
    assert response.status_code == 200, response.text[:300]
    if kind == "svg":
        assert "data:image/webp;base64," in response.text
        return
    if kind == "png":
        image = Image.open(io.BytesIO(response.content))
    else:
        image = pypdfium2.PdfDocument(response.content)[0].render().to_pil()
    # The box of its second page, at its lower left: red, and two sixteenths green.
    width, height = image.size
    pixel = image.convert("RGB").getpixel((width // 20, height - height // 20))
    assert pixel == pytest.approx((255, 2 / 16 * 255, 0), abs=14)


async def test_some_pages_come_where_they_are_wanted(school: School, lesson: Lesson) -> None:
    """[PG-1] In the order asked for, behind the page that is open."""
    await imported(school, lesson, pdf(2), title="Old")
    done = await imported(school, lesson, pdf(12), pages="11-12,1", after="p1", title="New")
    titles = [page.get("title", "") for page in await pages(school, lesson)]
    assert titles == ["", "New · 11", "New · 12", "New · 1", "Old · 1", "Old · 2"]
    assert done["pages_total"] == 3


async def test_a_page_that_is_gone_meanwhile_is_no_fault(school: School, lesson: Lesson) -> None:
    """[PG-1] Then they come at the end."""
    done = await imported(school, lesson, pdf(2), after="gone")
    assert done["status"] == "done"


@pytest.mark.parametrize(
    ("content", "query", "words"),
    [
        (b"", {}, "empty"),
        (b"hello", {}, "not a PDF"),
        (pdf(2, password="secret"), {}, "password"),
        (pdf(2), {"pages": "3"}, "no page 3"),
        (pdf(2), {"pages": "0"}, "counted from 1"),
        (pdf(2), {"pages": "2-1"}, "smaller number first"),
        (pdf(2), {"pages": "all"}, "pages"),
    ],
)
async def test_what_cannot_be_imported_is_refused_at_once(
    school: School, lesson: Lesson, content: bytes, query: dict[str, str], words: str
) -> None:
    """With words, and the board is as it was."""
    refused = await send(school, lesson, content, **query)
    assert refused.status_code in {400, 422}, refused.text
    assert words in refused.text
    assert len(await pages(school, lesson)) == 1


async def test_only_who_may_add_pages_imports(school: School, lesson: Lesson) -> None:
    """Students may upload images, and not add layers."""
    refused = await send(school, lesson, pdf(1), token=lesson.student)
    assert refused.status_code == 403
    assert "can_add_layers" in refused.text


async def test_what_is_no_pdf_by_its_own_word_is_refused(school: School, lesson: Lesson) -> None:
    """415, before it is read."""
    assert (await send(school, lesson, b"PK", kind="application/zip")).status_code == 415


async def test_too_many_pages_are_refused_with_what_helps(opened: Open) -> None:
    """Choose some of them."""
    async with opened(config=GatewayConfig(document_pages=2)) as school:
        lesson = await begun(school)
        refused = await send(school, lesson, pdf(3))
        assert refused.status_code == 413
        assert "choose some" in refused.text
        assert (await imported(school, lesson, pdf(3), pages="2-3"))["status"] == "done"


async def test_one_document_at_a_time(school: School, lesson: Lesson) -> None:
    """The second waits its turn, which it is told."""
    first = await send(school, lesson, pdf(20))
    second = await send(school, lesson, pdf(1))
    assert (first.status_code, second.status_code) == (202, 429)
    assert "retry-after" in second.headers
    await school.app.state.services.documents.settled()
    assert (await imported(school, lesson, pdf(1)))["status"] == "done"


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


async def test_what_is_being_imported_ends_with_the_server(school: School, lesson: Lesson) -> None:
    """[P18] No process is left, and nobody waits."""
    await send(school, lesson, pdf(60))
    documents = school.app.state.services.documents
    await documents.stop()
    assert not documents._tasks
