"""Sending documents to a lesson, and seeing what became of them."""

import asyncio
from pathlib import Path
from typing import Any

from httpx import Response

from tests.gateway.rest.endpoints.board.test_assets import Lesson
from tests.gateway.rest.school import School


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


async def state_of(school: School, lesson: Lesson, document_id: str) -> dict[str, Any]:
    path = f"{lesson.path}/documents/{document_id}/"
    response = await school.call("GET", path, token=lesson.host)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def until_a_page_is_there(school: School, lesson: Lesson, document_id: str) -> None:
    documents = school.app.state.services.documents
    state = documents.find(lesson.session["session_id"], document_id)
    # A page takes a tenth of a second.
    while not state.pages_done:  # noqa: ASYNC110
        await asyncio.sleep(0)


def files_under_way(school: School) -> list[Path]:
    directory: Path = school.app.state.services.spool._directory
    return [path for path in directory.rglob("*") if path.is_file()]
