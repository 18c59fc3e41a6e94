"""The next lesson, and one that begins with an export, have the imported pages of the last."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import ASSETS
from tests.gateway.documents.pdfs import pdf
from tests.gateway.rest.endpoints.board.importing import imported
from tests.gateway.rest.endpoints.board.test_assets import begun
from tests.gateway.rest.school import API, School


async def exported(school: School, session_id: str, token: str, kind: str = "json") -> Any:  # noqa: ANN401
    path = f"{API}/sessions/{session_id}/export/?format={kind}"
    response = await school.call("GET", path, token=token)
    assert response.status_code == 200, response.text[:300]
    return response.json()["board"] if kind == "json" else response.content


async def test_imported_pages_are_there_in_the_next_lesson(school: School) -> None:
    """[PG-8] Pictures, words and the PDF of the pages, each on the disk once; printed as before."""
    lesson = await begun(school)
    await imported(school, lesson, pdf(3))
    session_id = lesson.path.rsplit("/", 1)[1]
    was = await exported(school, session_id, lesson.host)
    store = school.app.state.services.rooms.store

    async def count(connection: AsyncConnection) -> int:
        return int(
            (await connection.execute(select(func.count()).select_from(ASSETS))).scalar_one()
        )

    before = await store.reading(count)
    path = f"{API}/sessions/{session_id}/continue/"
    going_on = await school.call("POST", path, token=lesson.host, json={})
    created = await school.call("POST", f"{API}/sessions/", token=lesson.host, json={"board": was})
    for made in (going_on, created):
        assert made.status_code == 201, made.text
        there = made.json()["session_id"]
        is_now = await exported(school, there, lesson.host)
        assert is_now["pages"] == was["pages"]
        assert [page["title"] for page in is_now["pages"][1:]] == [
            f"Fractions · {n}" for n in (1, 2, 3)
        ]
        printed = await exported(school, there, lesson.host, "pdf")
        assert printed.startswith(b"%PDF")
    assert await store.reading(count) == before
