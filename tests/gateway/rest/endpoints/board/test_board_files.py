"""Saving a board as a file, and opening it in another lesson, here or on another server.

Tests also: gateway/rest/plumbing/bodies/opening.py, gateway/documents/extracting.py.
"""

import io
import json
import zipfile
from typing import Any

import pypdfium2
import pytest
from httpx import Response

from gateway.board_files.layout import MEDIA_TYPE
from gateway.config import GatewayConfig
from lessonroom.board.model.elements import Formula, Image, Rect, TextElement
from lessonroom.board.model.operations import Put
from tests.gateway.documents.pdfs import pdf
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.importing import files_under_way, imported, pages
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun, fetch, upload
from tests.gateway.rest.endpoints.board.test_exports import draw, export
from tests.gateway.rest.images import encoded
from tests.gateway.rest.school import API, School

pytestmark = pytest.mark.slow


async def opened_in(
    school: School,
    lesson: Lesson,
    content: bytes,
    *,
    token: str = "",
    kind: str = MEDIA_TYPE,
    **query: str,
) -> Response:
    return await school.call(
        "POST",
        f"{lesson.path}/import/",
        token=token or lesson.host,
        headers={"Content-Type": kind},
        content=content,
        params=query,
    )


async def drawn(school: School) -> tuple[Lesson, bytes]:
    """Return a lesson with a picture, a formula and two pages of a document, and its board file."""
    lesson = await begun(school)
    await school.connect(await school.join(lesson.session, "Ada"))
    picture = (await upload(school, lesson, encoded("JPEG"), "image/jpeg")).json()["asset"]
    path = f"{lesson.path}/formulas/"
    formula = await school.call("POST", path, token=lesson.host, json={"tex": "\\frac{1}{2}"})
    outline = formula.json()["outline"]
    await imported(school, lesson, pdf(2))
    await draw(
        school,
        lesson,
        Put(Image(id="i", layer="base", x=0, y=0, w=9, h=9, asset=picture)),
        Put(Formula(id="f", layer="base", x=0, y=0, w=9, h=9, tex="\\frac{1}{2}", outline=outline)),
        Put(TextElement(id="t", layer="base", x=0, y=0, text="Homework")),
    )
    answer = await export(school, lesson, lesson.host, format="lessonroom")
    assert answer.status_code == 200
    return lesson, answer.content


_saved: list[bytes] = []


async def saved_elsewhere(opened: Open) -> bytes:
    """Return what `drawn` saves, of a server that is gone; made once."""
    if not _saved:
        async with opened() as school:
            _saved.append((await drawn(school))[1])
    return _saved[0]


async def board(school: School, lesson: Lesson) -> dict[str, Any]:
    found: dict[str, Any] = (await export(school, lesson, lesson.host)).json()["board"]
    return found


async def test_a_board_file_is_opened_on_another_server(opened: Open) -> None:
    """[PG-9] With its pictures, formulas, documents and words, behind the page that is named."""
    async with opened() as school:
        before, content = await drawn(school)
        there = await board(school, before)
        # A name that people know it by.
        answer = await export(school, before, before.host, format="lessonroom")
        assert ".lessonroom" in answer.headers["content-disposition"]
        assert answer.headers["content-type"] == MEDIA_TYPE
    async with opened(place="elsewhere") as school:
        lesson = await begun(school)
        await school.join(lesson.session, "Ben")
        response = await opened_in(school, lesson, content, after="p1")
        assert response.status_code == 201, response.text
        here = await board(school, lesson)
        told = response.json()
        assert [page["id"] for page in here["pages"]] == ["p1", *told["page_ids"]]
        titles = [page.get("title", "") for page in here["pages"][1:]]
        assert titles == [page.get("title", "") for page in there["pages"]]
        elements = {each["type"]: each for each in here["elements"].values()}
        assert elements.keys() == {"image", "formula", "text"}
        assert {each["by"] for each in elements.values()} == {lesson.session["host_id"]}
        under = here["pages"][2]["background"]
        for asset in (elements["image"]["asset"], under["asset"], under["text"]):
            assert (await fetch(school, asset, lesson.student)).status_code == 200
        # What was exact is the same, and so called by the same name.
        was = there["pages"][1]["background"]
        assert (under["asset"], under["text"]) == (was["asset"], was["text"])
        assert elements["formula"]["outline"] in str(there)
        exported = await export(school, lesson, lesson.host, format="pdf")
        with pypdfium2.PdfDocument(exported.content) as document:
            words = [page.get_textpage().get_text_bounded() for page in document]
        assert "Exercise 1" in words[2]
        assert files_under_way(school) == []


async def test_what_lies_here_already_is_not_taken_in_again(school: School) -> None:
    """[PG-9] An export as JSON is enough then, and a board file says the same."""
    lesson, content = await drawn(school)
    other = await begun(school, student="Cid")
    saved = await export(school, lesson, lesson.host)
    names = {path.name for path in school_files(school)}
    for file, kind in ((content, "application/zip"), (saved.content, "application/json")):
        response = await opened_in(school, other, file, kind=kind)
        assert response.status_code == 201, response.text
    assert {path.name for path in school_files(school)} == names
    here = await board(school, other)
    assert len(here["pages"]) == 1 + 2 * 3
    pictures = [each["asset"] for each in here["elements"].values() if each["type"] == "image"]
    assert len(set(pictures)) == 1


def school_files(school: School) -> list[Any]:
    directory = school.app.state.services.assets._directory
    return [path for path in directory.rglob("*") if path.is_file()]


async def test_what_is_neither_in_the_file_nor_here_is_named(opened: Open) -> None:
    """[PG-9] Of an export as JSON from another server: nothing of it is added."""
    async with opened() as school:
        lesson, _ = await drawn(school)
        saved = (await export(school, lesson, lesson.host)).content
    async with opened(place="elsewhere") as school:
        lesson = await begun(school)
        response = await opened_in(school, lesson, saved, kind="application/json")
        assert response.status_code == 404
        problem = response.json()
        assert problem["field"] == "body"
        assert "neither in this file nor on this server" in problem["detail"]
        assert len(await pages(school, lesson)) == 1


async def test_pictures_of_others_are_not_had_by_naming_them(school: School) -> None:
    """[PG-9] Of a lesson that one has nothing to do with: as if they were not there."""
    lesson, _ = await drawn(school)
    saved = (await export(school, lesson, lesson.host)).content
    other = await begun(school, host="Zoe", student="Yan")
    response = await opened_in(school, other, saved, kind="application/json")
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "words", "field"),
    [
        (b"", 422, "the body is empty", "body"),
        (b"%PDF-1.7", 422, "not a board that was saved here", "body"),
        (b"PK\x05\x06" + bytes(18), 422, "not a board that was saved here", "body"),
    ],
)
async def test_what_is_no_board_file_is_said(
    school: School, lesson: Lesson, content: bytes, status: int, words: str, field: str
) -> None:
    """[PG-9] And nothing is left of it."""
    response = await opened_in(school, lesson, content)
    assert response.status_code == status
    assert words in response.json()["detail"]
    assert response.json()["field"] == field
    assert files_under_way(school) == []


async def test_a_file_of_a_newer_server_is_told_from_a_damaged_one(
    school: School, lesson: Lesson
) -> None:
    """[PG-9] By its field: whoever opens it is to hear of an update, not of damage."""
    content = b'{"format": "lessonroom.board", "format_version": 2}'
    response = await opened_in(school, lesson, content, kind="application/json")
    assert response.status_code == 422
    assert response.json()["field"] == "body.format_version"


async def test_another_kind_of_file_is_not_taken(school: School, lesson: Lesson) -> None:
    response = await opened_in(school, lesson, b"GIF89a", kind="image/gif")
    assert response.status_code == 415
    assert MEDIA_TYPE in response.text


def repacked(content: bytes, **replaced: bytes) -> bytes:
    """Return a board file with something else in place of its assets, by what those begin with."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            was = old.read(name)
            kind = {b"\xff\xd8": "jpeg", b"RI": "webp", b"%P": "pdf"}.get(was[:2], "")
            new.writestr(name, replaced.get(kind, was))
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("jpeg", "not a PNG, JPEG, WebP or GIF"), ("pdf", "document: this is not a PDF")],
)
async def test_one_damaged_part_refuses_the_whole(opened: Open, kind: str, words: str) -> None:
    """[PG-9] With its place; half a lesson would be worse than none."""
    content = await saved_elsewhere(opened)
    async with opened(place="elsewhere") as school:
        lesson = await begun(school)
        response = await opened_in(school, lesson, repacked(content, **{kind: b"else"}))
        assert response.status_code == 422
        assert words in response.json()["detail"]
        assert response.json()["field"].startswith("body.board.")
        assert len(await pages(school, lesson)) == 1
        assert files_under_way(school) == []


async def test_a_document_in_it_is_read_and_written_anew(opened: Open) -> None:
    """[PG-8] Without what somebody packed with it; of no more pages than a document may have."""
    content = await saved_elsewhere(opened)
    hostile = repacked(content, pdf=pdf(3) + b"\n% not ours\n")
    async with opened(place="elsewhere") as school:
        lesson = await begun(school)
        assert (await opened_in(school, lesson, hostile)).status_code == 201
        kept = [path.read_bytes() for path in school_files(school)]
        assert [b"not ours" in each for each in kept if each.startswith(b"%PDF")] == [False]
    async with opened(place="third", config=GatewayConfig(document_pages=2)) as school:
        lesson = await begun(school)
        response = await opened_in(school, lesson, hostile)
        assert response.status_code == 413
        assert "at most 2 pages" in response.json()["detail"]


async def test_nothing_is_packed_but_what_the_session_has(school: School) -> None:
    """[PG-9] Whoever knows what a picture of others is called does not get it by writing that."""
    theirs, _ = await drawn(school)
    named = {
        each["asset"]
        for each in (await board(school, theirs))["elements"].values()
        if "asset" in each
    }
    lesson = await begun(school, host="Zoe", student="Yan")
    await school.connect(await school.join(lesson.session, "Zoe"))
    (asset,) = named
    words = TextElement(id="t", layer="base", x=0, y=0, text=asset)
    await draw(school, lesson, Put(words))
    answer = await export(school, lesson, lesson.host, format="lessonroom")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["board.json"]


async def test_what_it_brings_counts_together(opened: Open) -> None:
    """[PG-9] Each alone would have room, all of them have not."""
    content = await saved_elsewhere(opened)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(each.file_size for each in archive.infolist() if "assets" in each.filename)
    async with opened(
        place="elsewhere", config=GatewayConfig(asset_bytes_per_user=largest + 1_000)
    ) as school:
        lesson = await begun(school)
        response = await opened_in(school, lesson, content)
        assert response.status_code == 413
        assert "your images, files, documents and shelf take at most" in response.json()["detail"]
        assert len(await pages(school, lesson)) == 1


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(opened: Open) -> None:
    async with opened(config=GatewayConfig(max_document_bytes=1_000)) as school:
        lesson = await begun(school)
        response = await opened_in(school, lesson, bytes(1_001))
        assert response.status_code == 413
        assert "at most 1000 bytes" in response.json()["detail"]


async def test_a_lesson_that_is_over_takes_none(school: School, lesson: Lesson) -> None:
    saved = (await export(school, lesson, lesson.host)).content
    await school.call("POST", f"{lesson.path}/complete/", token=lesson.host)
    response = await opened_in(school, lesson, saved, kind="application/json")
    assert response.status_code in {409, 410}


async def test_a_student_opens_one_where_they_may_add_pages(school: School, lesson: Lesson) -> None:
    """[PG-9] See test_authorisation.py for everyone else."""
    saved = (await export(school, lesson, lesson.host)).content
    refused = await opened_in(school, lesson, saved, token=lesson.student)
    assert refused.status_code == 403
    path = f"{lesson.path}/permissions/"
    permissions = {"role": "student", "permissions": {"can_add_layers": True}}
    await school.call("POST", path, token=lesson.host, json=permissions)
    response = await opened_in(school, lesson, saved, token=lesson.student, kind="application/json")
    assert response.status_code == 201, response.text


async def test_a_board_file_holds_the_board_as_it_was(school: School, lesson: Lesson) -> None:
    """At a version, as every other export."""
    await school.connect(await school.join(lesson.session, "Ada"))
    version = await draw(school, lesson, Put(Rect(id="r", layer="base", x=0, y=0, w=1, h=1)))
    await draw(school, lesson, Put(Rect(id="s", layer="base", x=0, y=0, w=1, h=1)))
    answer = await export(school, lesson, lesson.host, format="lessonroom", version=version)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        saved = json.loads(archive.read("board.json"))
    assert (saved["version"], list(saved["board"]["elements"])) == (version, ["r"])
    assert API in lesson.path
