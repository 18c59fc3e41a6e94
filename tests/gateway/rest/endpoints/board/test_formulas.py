"""Formulas over REST: looked at, kept, put on the board, and drawn in every export."""

from typing import Any

import pytest
from httpx import Response

from gateway.config import GatewayConfig
from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE, decoded
from lessonroom.board.model.elements import Formula
from lessonroom.board.model.operations import Put
from lessonroom.commands import Connect, EditBoard
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.test_assets import (
    PNG,
    Lesson,
    begun,
    fetch,
    files_of,
    upload,
)
from tests.gateway.rest.images import decoded as decoded_image
from tests.gateway.rest.school import School

HALF = "\\frac{1}{2}"


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await begun(school)


async def ask(school: School, lesson: Lesson, body: dict[str, Any], token: str = "") -> Response:
    token = token or lesson.student
    return await school.call("POST", f"{lesson.path}/formulas/", token=token, json=body)


async def put(school: School, lesson: Lesson, outline: str, tex: str = HALF) -> None:
    """Have the host draw a formula, as their WebSocket would."""
    session_id = lesson.session["session_id"]
    host = lesson.session["host_id"]
    rooms = school.app.state.services.rooms
    now_ms = school.clock.now_ms()
    await rooms.ask(
        session_id,
        Connect(
            connection_id="c", peer_id="p", user_id=host, token_issued_at_ms=now_ms, is_peer=True
        ),
    )
    element = Formula(id="f", layer="base", x=0, y=0, w=30, h=60, tex=tex, outline=outline)
    edit = EditBoard(connection_id="c", client_id="client-1", n=1, ops=[Put(element)])
    await rooms.ask(session_id, edit)


async def test_a_formula_is_kept_by_what_it_looks_like(school: School, lesson: Lesson) -> None:
    """[BD-21] Whoever may draw has it set; who is in the lesson reads it, as numbers."""
    answer = await ask(school, lesson, {"tex": HALF})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["h"] > told["w"] > 0
    found = await fetch(school, told["outline"], lesson.student)
    assert found.headers["content-type"] == OUTLINE_MEDIA_TYPE
    outline = decoded(found.content, HALF)
    assert outline is not None
    assert told["drawing"] == {"w": outline.w, "h": outline.h, "contours": outline.contours}
    again = await ask(school, lesson, {"tex": HALF}, lesson.host)
    assert again.json() == told


async def test_a_look_keeps_nothing(school: School, lesson: Lesson) -> None:
    answer = await ask(school, lesson, {"tex": HALF, "preview": True})
    assert answer.status_code == 200
    assert answer.json()["outline"] is None
    assert answer.json()["drawing"]["contours"]
    assert files_of(school) == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"tex": "1+\\foo"}, 422, "tex[2]"),
        ({"tex": ""}, 422, "tex[0]"),
        ({"tex": "x" * 2_001}, 422, "tex"),
        ({"tex": 1}, 422, "tex"),
        ({}, 422, "tex"),
        ({"tex": "x", "color": "red"}, 422, "color"),
    ],
)
async def test_what_is_no_formula_is_refused_with_its_place(
    school: School, lesson: Lesson, body: dict[str, Any], status: int, field: str
) -> None:
    """[BD-21] And nothing is kept."""
    answer = await ask(school, lesson, body)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert files_of(school) == []


async def test_one_person_has_so_many_formulas_set(opened: Open) -> None:
    """Looked at or kept; each person has their own."""
    async with opened(config=GatewayConfig(formulas_per_min=2)) as school:
        lesson = await begun(school)
        for _ in range(2):
            assert (await ask(school, lesson, {"tex": "x"})).status_code == 201
        refused = await ask(school, lesson, {"tex": "x"})
        assert refused.status_code == 429
        assert refused.json()["retry_after_ms"] > 0
        assert (await ask(school, lesson, {"tex": "x"}, lesson.host)).status_code == 201


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
async def test_a_formula_is_in_every_drawing(school: School, lesson: Lesson, kind: str) -> None:
    """[BD-21][API export] As the lines that the outline says, in SVG with its TeX as its title."""
    outline = (await ask(school, lesson, {"tex": HALF})).json()["outline"]
    path = f"{lesson.path}/export/?format={kind}"
    empty = await school.call("GET", path, token=lesson.host)
    await put(school, lesson, outline)
    drawn = await school.call("GET", path, token=lesson.host)
    assert drawn.status_code == 200
    match kind:
        case "svg":
            assert "<title>\\frac{1}{2}</title>" in drawn.text
        case "png":
            dark = decoded_image(drawn.content).convert("L").histogram()[:64]
            assert sum(dark) > 100
        case _:
            assert len(drawn.content) > len(empty.content)


async def test_a_board_with_a_formula_begins_another_session(
    school: School, lesson: Lesson
) -> None:
    """[API export] The outline comes along; one that one does not have is named."""
    outline = (await ask(school, lesson, {"tex": HALF}, lesson.host)).json()["outline"]
    await put(school, lesson, outline)
    path = f"{lesson.path}/export/?format=json"
    board = (await school.call("GET", path, token=lesson.host)).json()["board"]
    copied = await school.session(board=board)
    found = await school.call(
        "GET",
        f"/api/v1/classroom/sessions/{copied['session_id']}/export/?format=svg",
        token=lesson.host,
    )
    assert "<title>\\frac{1}{2}</title>" in found.text
    board["elements"]["f"]["outline"] = "cd" * 32
    refused = await school.call(
        "POST", "/api/v1/classroom/sessions/", token=lesson.host, json={"board": board}
    )
    assert (refused.status_code, refused.json()["field"]) == (404, "board.elements.f.outline")


async def test_a_picture_is_no_formula_and_a_formula_no_picture(
    school: School, lesson: Lesson
) -> None:
    """[BD-21] Whoever mixes them up gets frames, in every export; nobody's board is lost."""
    image = (await upload(school, lesson, PNG)).json()["asset"]
    await put(school, lesson, image)
    for kind in ("svg", "png", "pdf"):
        path = f"{lesson.path}/export/?format={kind}"
        assert (await school.call("GET", path, token=lesson.host)).status_code == 200
