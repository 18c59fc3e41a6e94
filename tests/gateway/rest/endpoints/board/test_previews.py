"""What the pages of a document look like, before any of them is imported."""

import base64
import io

import msgspec
import pytest
from httpx import Response
from PIL import Image

from gateway.config import GatewayConfig
from gateway.documents import looking
from tests.gateway.documents.pdfs import RED_BOX, crowd, pdf, written_by_hand
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.importing import files_under_way, pages
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import School

PREFIX = "data:image/jpeg;base64,"


async def preview(
    school: School,
    lesson: Lesson,
    content: bytes,
    *,
    token: str = "",
    kind: str = "application/pdf",
    **query: object,
) -> Response:
    return await school.call(
        "POST",
        f"{lesson.path}/documents/preview/",
        token=token or lesson.host,
        headers={"Content-Type": kind},
        content=content,
        params=dict(query),
    )


async def test_pages_are_shown_small_and_nothing_is_kept(school: School, lesson: Lesson) -> None:
    """[PG-7] Two dozen at a time, from any page on; the board is as it was."""
    content = pdf(30)
    response = await preview(school, lesson, content)
    assert response.status_code == 200, response.text
    told = response.json()
    assert (told["title"], told["pages_total"]) == ("Fractions", 30)
    assert [each["number"] for each in told["thumbnails"]] == list(range(1, 25))
    picture = base64.b64decode(told["thumbnails"][0]["picture"].removeprefix(PREFIX))
    with Image.open(io.BytesIO(picture)) as image:
        assert max(image.size) == 320
    more = (await preview(school, lesson, content, first=25)).json()
    assert [each["number"] for each in more["thumbnails"]] == list(range(25, 31))
    beyond = (await preview(school, lesson, content, first=31)).json()
    assert beyond["thumbnails"] == []
    assert len(await pages(school, lesson)) == 1
    assert files_under_way(school) == []


async def test_a_page_that_cannot_be_drawn_has_no_picture(
    school: School, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that takes too long ends the drawing of those behind it as well."""
    limits = msgspec.structs.replace(looking._SKETCH_LIMITS, cpu_s=2)
    monkeypatch.setattr(looking, "_SKETCH_LIMITS", limits)
    content = written_by_hand(RED_BOX, crowd(250_000), RED_BOX)
    told = (await preview(school, lesson, content)).json()
    assert told["pages_total"] == 3
    assert [each["picture"] is None for each in told["thumbnails"]] == [False, True, True]


@pytest.mark.parametrize(
    ("content", "kind", "status", "words"),
    [
        (b"", "application/pdf", 422, "the body is empty"),
        (b"no document", "application/pdf", 422, "not a PDF"),
        (b"PK", "application/msword", 415, "a body must be application/pdf"),
    ],
)
async def test_what_is_no_pdf_is_said(
    school: School, lesson: Lesson, content: bytes, kind: str, status: int, words: str
) -> None:
    response = await preview(school, lesson, content, kind=kind)
    assert response.status_code == status
    assert words in response.json()["detail"]


async def test_looking_counts_as_sending(opened: Open) -> None:
    """Each time: whoever looks at all of a long document does so in a minute."""
    async with opened(config=GatewayConfig(uploads_per_min=1)) as school:
        lesson = await begun(school)
        assert (await preview(school, lesson, pdf(1))).status_code == 200
        refused = await preview(school, lesson, pdf(1))
        assert refused.status_code == 429
        assert "retry-after" in refused.headers


async def test_who_may_not_import_is_shown_nothing(school: School, lesson: Lesson) -> None:
    """[PG-7] See test_authorisation.py for everyone else."""
    assert (await preview(school, lesson, pdf(1), token=lesson.student)).status_code == 403
