"""A board as a file, and a session that begins with one.

Tests also: gateway/export/job.py, gateway/rest/plumbing/bodies/importing.py,
gateway/rest/plumbing/bodies/strict_route.py.
"""

import io
import re
import zipfile
from typing import Any

import pytest
from httpx import Response
from PIL import Image as Pixels

from actors.runtime import chance
from gateway.config import GatewayConfig
from gateway.confinement.confinement import Outcome, Work
from gateway.rest.endpoints.board.exports import attachment
from lessonroom.board.model.elements import Element, Image, Layer, Rect, Stroke, Style, TextElement
from lessonroom.board.model.operations import AddLayer, AddPage, Operation, PatchPage, Put, Remove
from lessonroom.board.model.page import Background, Page
from lessonroom.commands import EditBoard
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun, upload
from tests.gateway.rest.images import encoded
from tests.gateway.rest.school import API, School

RED = Rect(id="red", layer="base", x=0, y=0, w=100, h=50, style=Style(fill="#ff0000"))


@pytest.fixture
async def lesson(school: School) -> Lesson:
    """A lesson in which everyone is connected."""
    lesson = await begun(school)
    for user in ("Ada", "Ben"):
        await school.connect(await school.join(lesson.session, user))
    return lesson


async def draw(school: School, lesson: Lesson, *ops: Operation) -> int:
    """Apply operations as the host and return the version that they came to."""
    rooms = school.app.state.services.rooms
    session_id = lesson.session["session_id"]
    command = EditBoard(
        connection_id=f"connection-{lesson.session['host_id']}",
        client_id=chance.new_epoch(),
        n=1,
        ops=list(ops),
    )
    await rooms.ask(session_id, command)
    version: int = await rooms.store.head(session_id)
    return version


def puts(*elements: Element) -> list[Operation]:
    return [Put(element) for element in elements]


async def export(school: School, lesson: Lesson, token: str = "", **query: object) -> Response:
    token = token or lesson.student
    return await school.call("GET", f"{lesson.path}/export/", token=token, params=dict(query))


async def create(school: School, host: str, **body: object) -> Response:
    token = school.user_token(host)
    return await school.call("POST", f"{API}/sessions/", token=token, json=body)


async def test_an_export_begins_another_session(school: School, lesson: Lesson) -> None:
    """[API export] JSON holds everything; what comes of it exports to the same board."""
    picture = (await upload(school, lesson, encoded("PNG"))).json()["asset"]
    scan = (await upload(school, lesson, encoded("PNG", (9, 6)))).json()["asset"]
    under = Background(asset=scan, w=794, h=1123)
    await draw(
        school,
        lesson,
        AddPage(Page(id="two", title="Second", size=(794, 1123), background=under), at=0),
        PatchPage("p1", {"title": "First", "paper": {"kind": "lined", "step": 30}}),
        AddLayer(Layer(id="over", name="Over", locked=True, page="two")),
        *puts(
            RED,
            Stroke(id="s", layer="base", points=[0, 0, 0.5, 0, 9, 9, 0.7, 16]),
            TextElement(id="t", layer="base", x=0, y=80, text="Дроби ½ <b>"),
            Image(id="i", layer="base", x=0, y=0, w=9, h=9, asset=picture, alt="a picture"),
        ),
    )
    answer = await export(school, lesson, lesson.host)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    exported = answer.json()
    assert (exported["format"], exported["format_version"]) == ("lessonroom.board", 1)
    created = await create(school, "Ada", title="Again", board=exported["board"])
    assert created.status_code == 201, created.text
    again = Lesson(created.json(), lesson.host, "")
    copied = (await export(school, again, lesson.host)).json()
    assert copied["board"] == exported["board"]
    assert list(copied["board"]["pages"]) == exported["board"]["pages"]
    for asset in (picture, scan):
        image = await school.call("GET", f"{API}/assets/{asset}", token=lesson.host)
        assert image.status_code == 200


@pytest.mark.parametrize(
    ("board", "status", "field"),
    [
        ({}, 422, "board"),
        ({"layers": [{"id": "a"}]}, 422, "board.elements"),
        ({"layers": [], "elements": {}}, 422, "board.layers"),
        ({"layers": [{"id": "a"}], "elements": {}, "more": 1}, 422, "board.more"),
        ({"layers": [{"id": "a"}], "elements": {"e": {"id": "e"}}}, 422, None),
        (
            {
                "layers": [{"id": "a"}],
                "elements": {
                    "e": {"type": "rect", "id": "f", "layer": "a", "x": 0, "y": 0, "w": 1, "h": 1}
                },
            },
            422,
            "board.elements.e.id",
        ),
        (
            {
                "layers": [{"id": "a"}],
                "elements": {
                    "e": {"type": "rect", "id": "e", "layer": "b", "x": 0, "y": 0, "w": 1, "h": 1}
                },
            },
            404,
            "board.elements.e.layer",
        ),
        (
            {
                "layers": [{"id": "a"}],
                "elements": {
                    "e": {
                        "type": "image",
                        "id": "e",
                        "layer": "a",
                        "x": 0,
                        "y": 0,
                        "w": 1,
                        "h": 1,
                        "asset": "ab" * 32,
                    }
                },
            },
            404,
            "board.elements.e.asset",
        ),
    ],
)
async def test_a_board_that_is_none_creates_nothing(
    school: School, board: dict[str, Any], status: int, field: str | None
) -> None:
    """[BD-9] Checked as if it were drawn; the field is named."""
    answer = await create(school, "Ada", board=board)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert answer.json()["field"] == field
    mine = await school.call("GET", f"{API}/sessions/my/", token=school.user_token("Ada"))
    assert mine.json()["items"] == []


async def test_a_large_board_is_taken_up(school: School) -> None:
    """[API export] Larger than any other body: as large as a board may be."""
    points = [round(n * 0.37, 2) for n in range(4000)]
    points[2::4] = [0.5] * 1000
    elements = {
        f"e{n}": {"type": "stroke", "id": f"e{n}", "layer": "base", "points": points}
        for n in range(20)
    }
    board = {"layers": [{"id": "base"}], "elements": elements}
    answer = await create(school, "Ada", board=board)
    assert answer.status_code == 201, answer.text


async def test_someone_elses_image_cannot_be_imported(school: School, lesson: Lesson) -> None:
    """[P13] To know a hash is not to have the image."""
    asset = (await upload(school, lesson, encoded("PNG"))).json()["asset"]
    picture = Image(id="i", layer="base", x=0, y=0, w=9, h=9, asset=asset)
    await draw(school, lesson, *puts(picture))
    board = (await export(school, lesson)).json()["board"]
    assert (await create(school, "Eve", board=board)).status_code == 404
    assert (await create(school, "Ben", board=board)).status_code == 201


async def test_a_drawing_shows_the_board_with_its_images(school: School, lesson: Lesson) -> None:
    """[API export] SVG holds its images, and nothing else has to be fetched."""
    asset = (await upload(school, lesson, encoded("PNG"))).json()["asset"]
    await draw(
        school,
        lesson,
        *puts(RED, Image(id="i", layer="base", x=200, y=0, w=90, h=60, asset=asset, alt="two")),
    )
    answer = await export(school, lesson, format="svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert 'fill="#ff0000"' in answer.text
    assert 'href="data:image/png;base64,' in answer.text
    png = await export(school, lesson, format="png")
    assert png.headers["content-type"] == "image/png"
    pixels = Pixels.open(io.BytesIO(png.content)).convert("RGB")
    # Two pixels a unit, after a margin of 16 and half of the line's width.
    assert pixels.getpixel((2 * 17 + 100, 2 * 17 + 50)) == (255, 0, 0)
    left, right = pixels.getpixel((2 * 17 + 410, 2 * 17 + 60)), pixels.getpixel((2 * 17 + 570, 94))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


async def test_a_pdf_has_a_page_for_each_page(school: School, lesson: Lesson) -> None:
    """[API export] Or the one that is asked for."""
    on_second = TextElement(id="t", layer="second", x=0, y=0, text="Друга сторінка")
    await draw(school, lesson, AddPage(Page(id="second")), *puts(RED, on_second))
    answer = await export(school, lesson, format="pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", answer.content)) == 2
    for page in ("2", "second"):
        one = await export(school, lesson, format="pdf", page=page)
        assert len(re.findall(rb"/Type /Page\b", one.content)) == 1
    missing = await export(school, lesson, format="pdf", page=3)
    assert (missing.status_code, missing.json()["field"]) == (404, "page")
    assert "p1, second" in missing.json()["detail"]


@pytest.mark.parametrize("kind", ["png", "svg"])
async def test_all_pages_come_as_pictures_in_one_file(
    school: School, lesson: Lesson, kind: str
) -> None:
    """[PG-6] Numbered in their order, with the title of each; the same board, the same bytes."""
    pages = [{"id": "a", "title": "Theory: ../1"}, {"id": "b"}, {"id": "c", "title": "Вправи"}]
    layers = [{"id": page["id"], "name": "Layer 1", "page": page["id"]} for page in pages]
    board = {"pages": pages, "layers": layers, "elements": {}}
    session = await school.session("Ada", board=board)
    path = f"{API}/sessions/{session['session_id']}/export/?format={kind}.zip"
    token = school.user_token("Ada")
    first = await school.call("GET", path, token=token)
    assert first.headers["content-type"] == "application/zip"
    assert first.headers["content-disposition"].endswith(f".{kind}.zip")
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.testzip() is None
        names = [f"001 Theory .. 1.{kind}", f"002.{kind}", f"003 Вправи.{kind}"]
        assert archive.namelist() == names
        beginning = archive.read(names[0])[:4]
    assert beginning == (b"\x89PNG" if kind == "png" else b"<svg")
    assert (await school.call("GET", path, token=token)).content == first.content


async def test_any_version_can_be_had(school: School, lesson: Lesson) -> None:
    """[API export] Also one whose elements are gone."""
    before = await draw(school, lesson, *puts(RED))
    await draw(school, lesson, Remove(["red"]))
    assert (await export(school, lesson)).json()["board"]["elements"] == {}
    earlier = (await export(school, lesson, version=before)).json()
    assert list(earlier["board"]["elements"]) == ["red"]
    assert earlier["version"] == before
    drawn = await export(school, lesson, version=before, format="svg")
    assert 'data-id="red"' in drawn.text
    late = await export(school, lesson, version=before + 100)
    assert (late.status_code, late.json()["field"]) == (404, "version")


async def test_a_session_that_is_over_can_be_exported(school: School, lesson: Lesson) -> None:
    await draw(school, lesson, *puts(RED))
    await school.call("POST", f"{lesson.path}/complete/", token=lesson.host)
    assert (await export(school, lesson, lesson.host, format="png")).status_code == 200


async def test_who_may_not_export_gets_nothing(school: School, lesson: Lesson) -> None:
    """[BD-3] The permission of the moment, not of the token."""
    body = {"role": "student", "permissions": {"can_export": False}}
    await school.call("POST", f"{lesson.path}/permissions/", token=lesson.host, json=body)
    for kind in ("json", "svg", "png", "pdf"):
        assert (await export(school, lesson, format=kind)).status_code == 403


async def test_drawings_have_a_rate(opened: Open) -> None:
    """[P17] JSON costs little and has none."""
    async with opened(config=GatewayConfig(exports_per_min=1)) as school:
        lesson = await begun(school)
        assert (await export(school, lesson, format="svg")).status_code == 200
        assert (await export(school, lesson, format="svg")).status_code == 429
        assert (await export(school, lesson)).status_code == 200


async def test_what_is_too_much_to_draw_is_said_and_remembered(opened: Open) -> None:
    """[P16] The second one who asks gets the answer at once; JSON is there all the same."""
    async with opened(config=GatewayConfig(exports_per_min=9)) as school:
        lesson = await begun(school)
        await school.connect(await school.join(lesson.session, "Ada"))
        picture = encoded("PNG", (1_000, 1_000))
        asset = (await upload(school, lesson, picture)).json()["asset"]
        shown = [
            Image(id=f"i{n}", layer="base", x=n, y=0, w=9, h=9, asset=asset) for n in range(201)
        ]
        await draw(school, lesson, *puts(*shown[:100]))
        await draw(school, lesson, *puts(*shown[100:]))
        confinement = school.app.state.services.confinement
        for _ in range(2):
            answer = await export(school, lesson, lesson.host, format="png")
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
            assert "pixels" in answer.json()["detail"]
            assert confinement.ended(Work.EXPORT, Outcome.DECLINED) == 1
        # Of pixels there is nothing in an SVG, and on another version of the board all is new.
        assert (await export(school, lesson, lesson.host, format="svg")).status_code == 200
        assert (await export(school, lesson, lesson.host)).status_code == 200
        await draw(school, lesson, Remove([f"i{n}" for n in range(9)]))
        assert (await export(school, lesson, lesson.host, format="png")).status_code == 200


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("Algebra", "Algebra-v7.svg", "Algebra-v7.svg"),
        ("Дроби, ч. 2", "2-v7.svg", "%D0%94%D1%80%D0%BE%D0%B1%D0%B8%20%D1%87.%202-v7.svg"),
        ("", "lesson-v7.svg", "lesson-v7.svg"),
        ("../../etc/passwd", "etc_passwd-v7.svg", "etc%20passwd-v7.svg"),
        ('a"; filename=b.exe\r\nX: 1', None, None),
        ("." * 300, "lesson-v7.svg", "lesson-v7.svg"),
    ],
)
def test_a_files_name_is_safe(title: str, plain: str | None, full: str | None) -> None:
    """[SECURITY] No separators, quotes or line ends, in either form (RFC 6266)."""
    header = attachment(title, "v7", "svg")
    found = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9._-]+)\"; filename\*=UTF-8''([A-Za-z0-9._%-]+)", header
    )
    assert found is not None, header
    if plain is not None:
        assert (found[1], found[2]) == (plain, full)
