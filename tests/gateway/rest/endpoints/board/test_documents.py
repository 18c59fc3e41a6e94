"""Importing a document: each page of it becomes a page of the board.

Tests also: gateway/documents/imports.py, gateway/documents/importing.py,
gateway/documents/document_import.py, gateway/documents/sheets.py,
gateway/rest/plumbing/bodies/bringing.py, gateway/rest/plumbing/bodies/uploading.py.
"""

import io
from collections.abc import AsyncIterator

import pypdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from gateway.config import GatewayConfig
from gateway.confinement.confined import ProcessLimits
from tests.gateway.documents.pdfs import RED_BOX, crowd, pdf, written_by_hand
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.importing import files_under_way, imported, pages, send
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import API, School

MIB = 1024 * 1024


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


async def test_the_words_of_a_page_are_kept_for_who_sees_it(school: School, lesson: Lesson) -> None:
    """[PG-8] For searching, and to be read aloud; a page without words has none."""

    def draw(canvas: Canvas, number: int) -> None:
        if number == 1:
            canvas.drawString(72, 700, "Solve for x:")
            canvas.drawString(72, 650, "2x = 6 ")

    await imported(school, lesson, pdf(2, draw=draw))
    first, second = (page["background"] for page in (await pages(school, lesson))[1:])
    response = await school.call("GET", f"{API}/assets/{first['text']}", token=lesson.student)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert response.text == "Solve for x:\n2x = 6"
    assert "text" not in second
    outsider = school.user_token("Outsider")
    refused = await school.call("GET", f"{API}/assets/{first['text']}", token=outsider)
    assert refused.status_code == 404


async def test_no_more_of_a_document_is_kept_than_was_imported(
    school: School, lesson: Lesson
) -> None:
    """[PG-8] Nor is what is kept handed to anybody: it is for exports."""
    await imported(school, lesson, pdf(9), pages="7,2")
    named = [page["background"] for page in (await pages(school, lesson))[1:]]
    (document,) = {each["document"] for each in named}
    assert [each.get("number", 1) for each in named] == [1, 2]
    file = school.app.state.services.assets.file_of(document)
    with pypdfium2.PdfDocument(file) as kept:
        words = [page.get_textpage().get_text_bounded() for page in kept]
    assert ["Exercise 7" in words[0], "Exercise 2" in words[1], len(words)] == [True, True, 2]
    for token in (lesson.host, lesson.student):
        response = await school.call("GET", f"{API}/assets/{document}", token=token)
        assert response.status_code == 404


async def test_a_document_counts_as_images_do(opened: Open) -> None:
    """[PG-8] Refused before its first page where there is no room for it, nothing half done."""
    content = pdf(3)
    config = GatewayConfig(asset_bytes_per_user=len(content) - 1)
    async with opened(config=config) as school:
        lesson = await begun(school)
        refused = await send(school, lesson, content)
        assert refused.status_code == 413
        assert "at most" in refused.text
        assert len(await pages(school, lesson)) == 1
        assert files_under_way(school) == []


async def test_a_board_with_a_document_goes_on_in_another_lesson(
    school: School, lesson: Lesson
) -> None:
    """[PG-8] With its words and its lines; who may not see it cannot name it."""
    await imported(school, lesson, pdf(2))
    path = f"{lesson.path}/export/?format=json"
    board = (await school.call("GET", path, token=lesson.host)).json()["board"]
    other = await school.session("Ada", board=board)
    token = school.user_token("Ada")
    path = f"{API}/sessions/{other['session_id']}/export/?format=pdf"
    content = (await school.call("GET", path, token=token)).content
    assert "Exercise 2" in pypdf.PdfReader(io.BytesIO(content)).pages[2].extract_text()
    stranger = school.user_token("Stranger")
    refused = await school.call("POST", f"{API}/sessions/", token=stranger, json={"board": board})
    assert refused.status_code == 404


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


async def test_a_page_that_takes_too_much_is_an_empty_sheet_with_its_number(
    school: School, lesson: Lesson
) -> None:
    """[PG-7][T21] Those before and behind it are drawn, though it ends the process twice."""
    school.app.state.services.documents._limits = ProcessLimits(
        memory_bytes=1536 * MIB, cpu_s=3, wall_s=60
    )
    content = written_by_hand(RED_BOX, crowd(250_000), RED_BOX)
    done = await imported(school, lesson, content, title="Work")
    assert (done["status"], done["failed_pages"]) == ("done", [2])
    found = (await pages(school, lesson))[1:]
    assert [page["title"] for page in found] == ["Work · 1", "Work · 2", "Work · 3"]
    assert ["background" in page for page in found] == [True, False, True]
    assert found[1]["size"] == [794, 1123]


@pytest.mark.parametrize("pages_of_it", [401, 10_000])
async def test_more_pages_than_there_may_be_change_nothing(
    school: School, lesson: Lesson, pages_of_it: int
) -> None:
    """[PG-7] It is said how many may be chosen; some of them come."""
    content = written_by_hand(*[RED_BOX] * pages_of_it)
    refused = await send(school, lesson, content)
    assert refused.status_code == 413
    assert "choose some" in refused.text
    assert len(await pages(school, lesson)) == 1
    assert (await imported(school, lesson, content, pages="401,7"))["status"] == "done"


async def test_pages_that_the_board_has_no_room_for_are_refused_before_the_first(
    school: School, lesson: Lesson
) -> None:
    """[PG-7] Not after two hundred."""
    await imported(school, lesson, written_by_hand(*[RED_BOX] * 120), pages="1-110")
    refused = await send(school, lesson, written_by_hand(*[RED_BOX] * 300))
    assert refused.status_code == 413
    assert "room for 289 more pages" in refused.text
    assert len(await pages(school, lesson)) == 111


async def test_a_document_is_written_as_it_comes_and_counted(opened: Open) -> None:
    """[PG-7] Past the limit nothing more is read, whatever its head claimed."""
    async with opened(config=GatewayConfig(max_document_bytes=100_000)) as school:
        lesson = await begun(school)
        read = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal read
            while True:
                read += 10_000
                yield b"%PDF" + b" " * 9_996

        headers = {"Content-Type": "application/pdf"}
        refused = await school.call(
            "POST",
            f"{lesson.path}/documents/",
            token=lesson.host,
            headers=headers,
            content=endless(),
        )
        assert refused.status_code == 413
        assert read <= 120_000
        assert files_under_way(school) == []


async def test_two_documents_of_a_lesson_are_imported_at_a_time(
    school: School, lesson: Lesson
) -> None:
    """[PG-7] A third waits, whoever sends it; another lesson does not."""
    hosts = [lesson.host]
    for name in ("Bea", "Cid"):
        joined = await school.join(lesson.session, name)
        path = f"{lesson.path}/role/{joined['participant']['user_id']}/"
        await school.call("POST", path, token=lesson.host, json={"role": "host"})
        hosts.append(joined["token"])
    statuses = [(await send(school, lesson, pdf(60), token=host)).status_code for host in hosts]
    assert statuses == [202, 202, 429]
    other = await begun(school, "Eve", "Flo")
    assert (await imported(school, other, pdf(1)))["status"] == "done"
