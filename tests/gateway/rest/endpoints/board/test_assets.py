"""Images: what is taken in, what is kept of it, and who gets it."""

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from httpx import Response
from PIL import Image

from gateway.config import GatewayConfig
from gateway.identity.claims import Scope
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.images import animation, bomb, decoded, encoded, photo, text_bomb
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock

PNG = encoded("PNG")
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Lesson(NamedTuple):
    """An active session, its host and a student."""

    session: dict[str, Any]
    host: str
    student: str

    @property
    def path(self) -> str:
        return f"{API}/sessions/{self.session['session_id']}"


async def begun(school: School, host: str = "Ada", student: str = "Ben") -> Lesson:
    session = await school.session(host)
    token = school.user_token(host)
    await school.join(session, host)
    await school.call("POST", f"{API}/sessions/{session['session_id']}/start/", token=token)
    return Lesson(session, token, (await school.join(session, student))["token"])


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await begun(school)


async def upload(
    school: School, lesson: Lesson, content: bytes, kind: str = "image/png", token: str = ""
) -> Response:
    headers = {"Content-Type": kind}
    path = f"{lesson.path}/assets/"
    token = token or lesson.student
    return await school.call("POST", path, token=token, headers=headers, content=content)


async def fetch(school: School, asset: str, token: str | None) -> Response:
    return await school.call("GET", f"{API}/assets/{asset}", token=token)


def files_of(school: School) -> list[Path]:
    directory: Path = school.app.state.services.assets._directory
    return [path for path in directory.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("kind", "content", "kept_as"),
    [
        ("image/png", PNG, "image/png"),
        ("image/png", encoded("PNG", mode="RGBA"), "image/png"),
        ("image/png", encoded("PNG", mode="P"), "image/png"),
        ("image/png", encoded("PNG", mode="1"), "image/png"),
        ("image/png", encoded("PNG", mode="I;16"), "image/png"),
        ("image/jpeg", encoded("JPEG"), "image/jpeg"),
        ("image/jpeg", encoded("JPEG", mode="CMYK"), "image/jpeg"),
        ("image/webp", encoded("WEBP"), "image/webp"),
        ("image/gif", encoded("GIF", mode="P"), "image/png"),
    ],
)
async def test_an_image_comes_back_as_an_image(
    school: School, lesson: Lesson, kind: str, content: bytes, kept_as: str
) -> None:
    """[API assets] Every format, in the modes that cameras and scanners write."""
    answer = await upload(school, lesson, content, kind)
    assert answer.status_code == 201, answer.text
    asset = answer.json()
    assert (asset["media_type"], asset["width"], asset["height"]) == (kept_as, 8, 6)
    got = await fetch(school, asset["asset"], lesson.host)
    assert got.status_code == 200
    assert got.headers["content-type"] == kept_as
    assert len(got.content) == asset["size_bytes"]
    assert hashlib.sha256(got.content).hexdigest() == asset["asset"]
    assert decoded(got.content).size == (8, 6)


async def test_an_image_is_served_so_that_it_can_be_nothing_else(
    school: School, lesson: Lesson
) -> None:
    """[SECURITY Image] No sniffing, no scripts, no other site, for ever the same."""
    asset = (await upload(school, lesson, PNG)).json()["asset"]
    headers = (await fetch(school, asset, lesson.student)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.counted
async def test_the_place_is_forgotten_and_the_photo_stands_upright(
    school: School, lesson: Lesson
) -> None:
    """[T21] EXIF, comments and profiles go; the turn that EXIF asked for is carried out."""
    asset = (await upload(school, lesson, photo(orientation=6), "image/jpeg")).json()["asset"]
    content = (await fetch(school, asset, lesson.student)).content
    image = decoded(content)
    assert image.size == (60, 80)
    assert not image.getexif()
    assert b"Exif" not in content
    assert b"at home" not in content
    top = image.getpixel((30, 10))
    assert isinstance(top, tuple)
    assert top[0] > 150 > top[2], "the left half of the photo is its upper half now"


async def test_of_an_animation_the_first_picture_is_kept(school: School, lesson: Lesson) -> None:
    asset = (await upload(school, lesson, animation(), "image/gif")).json()["asset"]
    image = decoded((await fetch(school, asset, lesson.student)).content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((2, 2)) == (255, 0, 0)


async def test_the_same_image_again_is_the_same_asset(school: School, lesson: Lesson) -> None:
    """[API assets] One file, one event."""
    first = await upload(school, lesson, PNG)
    store = school.app.state.services.rooms.store
    head = await store.head(lesson.session["session_id"])
    second = await upload(school, lesson, PNG)
    assert first.json() == second.json()
    assert await store.head(lesson.session["session_id"]) == head
    assert len(files_of(school)) == 1


@pytest.mark.counted
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param("image/png", b"", id="nothing"),
        pytest.param("image/png", b"\x89PNG\r\n\x1a\n", id="a signature alone"),
        pytest.param("image/png", PNG[:50], id="a PNG cut off"),
        pytest.param("image/jpeg", photo(1)[:400], id="a JPEG cut off"),
        pytest.param("image/png", SVG, id="SVG called PNG"),
        pytest.param("image/png", b"%!PS-Adobe-3.0 EPSF-3.0\n", id="EPS"),
        pytest.param("image/png", b"%PDF-1.7\n", id="PDF"),
        pytest.param("image/png", encoded("BMP"), id="BMP"),
        pytest.param("image/png", encoded("TIFF"), id="TIFF"),
        pytest.param("image/png", encoded("ICO"), id="ICO"),
        pytest.param("image/png", b"SIMPLE  =                    T" + b" " * 3000, id="FITS"),
        pytest.param("image/png", SCRIPT, id="HTML"),
        pytest.param("image/png", bytes(range(256)) * 40, id="noise"),
        pytest.param("image/png", bomb(30_000, 30_000), id="a bomb of pixels"),
        pytest.param("image/png", bomb(5_001, 5_000), id="a row too many"),
        pytest.param("image/png", bomb(2**31 - 1, 2**31 - 1), id="as many pixels as can be said"),
        pytest.param("image/png", bomb(0, 10), id="no width"),
    ],
)
async def test_what_is_no_image_is_refused_and_leaves_nothing(
    school: School, lesson: Lesson, kind: str, content: bytes
) -> None:
    """[T21] The reason names the body; nothing is kept and no event is written."""
    store = school.app.state.services.rooms.store
    head = await store.head(lesson.session["session_id"])
    answer = await upload(school, lesson, content, kind)
    assert (answer.status_code, answer.json()["field"]) == (422, "body"), answer.text
    assert files_of(school) == []
    assert await store.head(lesson.session["session_id"]) == head


@pytest.mark.counted
async def test_a_bomb_of_text_beside_the_pixels_is_not_unfolded(
    school: School, lesson: Lesson
) -> None:
    """[T21] Metadata never decides about pixels: 100 MiB of text are taken off as they came."""
    answer = await upload(school, lesson, text_bomb(), "image/png")
    assert answer.status_code == 201, answer.text
    kept = (await fetch(school, answer.json()["asset"], lesson.student)).content
    assert len(kept) < 1_000


@pytest.mark.counted
@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/json", "image/tiff"])
async def test_what_claims_to_be_something_else_is_not_read(
    school: School, lesson: Lesson, kind: str
) -> None:
    """[T21] SVG is refused, whatever is in it."""
    answer = await upload(school, lesson, SVG, kind)
    assert (answer.status_code, answer.json()["field"]) == (415, "Content-Type")
    assert "image/webp" in answer.json()["detail"]


@pytest.mark.counted
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", PNG + SCRIPT),
        ("image/gif", encoded("GIF", mode="P") + SVG),
        ("image/jpeg", encoded("JPEG", comment=SCRIPT) + b"PK\x03\x04"),
    ],
)
async def test_nothing_of_a_polyglot_is_kept_but_its_pixels(
    school: School, lesson: Lesson, kind: str, content: bytes
) -> None:
    """[T21] What stood behind the image, or in its comments, is gone."""
    asset = (await upload(school, lesson, content, kind)).json()["asset"]
    kept = (await fetch(school, asset, lesson.student)).content
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


@pytest.mark.counted
async def test_the_content_says_what_it_is(school: School, lesson: Lesson) -> None:
    """[T21] A JPEG that is called PNG is served as the JPEG that it is."""
    answer = await upload(school, lesson, encoded("JPEG"), "image/png")
    assert answer.json()["media_type"] == "image/jpeg"


async def test_an_upload_is_counted_while_it_comes(school: School, lesson: Lesson) -> None:
    """[SECURITY Image] Past the limit nothing more is read, and no length has to be claimed."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 65_536
            yield b"\0" * 65_536

    answer = await school.call(
        "POST",
        f"{lesson.path}/assets/",
        token=lesson.student,
        headers={"Content-Type": "image/png"},
        content=endless(),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert read <= 6 * 1024 * 1024


async def test_images_are_for_the_people_of_their_session(school: School, lesson: Lesson) -> None:
    """[P13] A hash that is known opens nothing; one who was kicked gets nothing any more."""
    asset = (await upload(school, lesson, PNG)).json()["asset"]
    elsewhere = await begun(school, "Eve", "Cid")
    kicked = await school.join(lesson.session, "Dan")
    allowed = [lesson.host, lesson.student, school.user_token("Ben"), kicked["token"]]
    allowed.append(school.user_token("Operator", scope=Scope.OPERATOR))
    for token in allowed:
        assert (await fetch(school, asset, token)).status_code == 200
    for token in (elsewhere.host, elsewhere.student, school.user_token("Nobody")):
        assert (await fetch(school, asset, token)).status_code == 404
    assert (await fetch(school, asset, None)).status_code == 401
    school.clock.advance(1)
    user_id = kicked["participant"]["user_id"]
    await school.call("POST", f"{lesson.path}/kick/{user_id}/", token=lesson.host, json={})
    assert (await fetch(school, asset, kicked["token"])).status_code == 403
    assert (await fetch(school, asset, school.user_token("Dan"))).status_code == 404


async def test_images_are_not_for_those_who_wait_to_be_let_in(
    school: School, lesson: Lesson
) -> None:
    """[WR-2][P13] Neither shown nor taken along in a board; once they are let in, both."""
    asset = (await upload(school, lesson, PNG)).json()["asset"]
    lobby = {"settings": {"waiting_room": True}}
    await school.call("PATCH", f"{lesson.path}/", token=lesson.host, json=lobby)
    waiting = await school.join(lesson.session, "Wim")
    wim = school.user_token("Wim")
    picture = {"type": "image", "id": "i", "layer": "base", "asset": asset}
    elements = {"i": {**picture, "x": 0, "y": 0, "w": 1, "h": 1}}
    board = {"layers": [{"id": "base"}], "elements": elements}

    async def statuses() -> list[int]:
        path = f"{API}/sessions/"
        imported = await school.call("POST", path, token=wim, json={"board": board})
        shown = [await fetch(school, asset, token) for token in (wim, waiting["token"])]
        return [answer.status_code for answer in (*shown, imported)]

    assert await statuses() == [404, 403, 404]
    user_id = waiting["participant"]["user_id"]
    await school.call("POST", f"{lesson.path}/admit/{user_id}/", token=lesson.host)
    assert await statuses() == [200, 200, 201]


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "%00" * 64, "AB" * 32, "ab" * 31, "ab" * 33, "g" * 64, "nul"]
)
async def test_a_name_that_is_no_hash_is_refused(school: School, lesson: Lesson, name: str) -> None:
    """[SECURITY Path traversal] Before any file is looked for."""
    answer = await fetch(school, name, lesson.student)
    assert answer.status_code in {404, 422}


async def test_who_may_not_upload_is_told_before_the_body_is_read(
    school: School, lesson: Lesson
) -> None:
    """[BD-3] Withdrawn in the room, it holds for the next request."""
    body = {"role": "student", "permissions": {"can_upload_images": False}}
    await school.call("POST", f"{lesson.path}/permissions/", token=lesson.host, json=body)
    answer = await upload(school, lesson, PNG)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert (await upload(school, lesson, PNG, token=lesson.host)).status_code == 201


async def test_a_person_has_a_quota_over_all_sessions(opened: Open) -> None:
    """[SECURITY Image] Counted by what is kept, each image once."""
    config = GatewayConfig(asset_bytes_per_user=200)
    async with opened(config=config) as school:
        lesson = await begun(school)
        assert (await upload(school, lesson, PNG)).status_code == 201
        second = encoded("PNG", (40, 40), mode="RGBA")
        answer = await upload(school, lesson, second)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (await upload(school, lesson, second, token=lesson.host)).status_code == 201


async def test_uploads_have_a_rate(opened: Open, clock: ManualClock) -> None:
    """[P17] With when to try again."""
    async with opened(config=GatewayConfig(uploads_per_min=2)) as school:
        lesson = await begun(school)
        answers = [await upload(school, lesson, b"no image") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert int(answers[2].headers["retry-after"]) > 0
        clock.advance(60)
        assert (await upload(school, lesson, PNG)).status_code == 201


async def test_an_image_survives_a_restart(opened: Open) -> None:
    """[SY-4] The board may go on showing it: the room knows its images again."""
    async with opened() as school:
        lesson = await begun(school)
        asset = (await upload(school, lesson, PNG)).json()["asset"]
    async with opened() as school:
        assert (await fetch(school, asset, lesson.student)).status_code == 200
        store = school.app.state.services.rooms.store
        stored = await store.load_room(lesson.session["session_id"], resume_window=10)
        assert list(stored.assets) == [asset]


async def test_a_large_photo_is_taken_in(school: School, lesson: Lesson) -> None:
    """[SECURITY Image] 25 million pixels, the most there may be, within the process's limits."""
    image = Image.new("RGB", (5_000, 5_000), (200, 210, 220))
    output = io.BytesIO()
    image.save(output, "JPEG")
    answer = await upload(school, lesson, output.getvalue(), "image/jpeg")
    assert answer.status_code == 201, answer.text
    assert answer.json()["width"] == 5_000
