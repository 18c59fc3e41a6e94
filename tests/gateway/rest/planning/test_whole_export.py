"""All of one's lessons in one file.

Tests also: gateway/export/archive.py.
"""

import hashlib
import io
import json
import zipfile

from httpx import Response

from gateway.config import GatewayConfig
from lessonroom.commands import SendChatMessage
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.images import encoded
from tests.gateway.rest.planning.test_next_lessons import board, upload
from tests.gateway.rest.school import API, School

HOMEWORK = b"{\\rtf1 homework}"


async def exported(school: School, who: str = "Ada") -> Response:
    return await school.call("GET", f"{API}/me/lessons.zip", token=school.user_token(who))


async def test_all_lessons_that_one_hosts_are_in_it_and_images_once(school: School) -> None:
    """Nobody else's, whatever seat one has there; a board in it begins a lesson."""
    donor = await school.session("Ada", title="Дроби/..")
    asset = await upload(school, donor["session_id"])
    school.clock.advance(1)
    second = await school.session("Ada", title="Angles", board=board(asset))
    theirs = await school.session("Eve", title="Theirs")
    await school.join(theirs, "Ada")
    joined = await school.join(second, "Ada")
    await school.connect(joined)
    rooms = school.app.state.services.rooms
    user_id = joined["participant"]["user_id"]
    said = SendChatMessage(
        connection_id=f"connection-{user_id}", client_id="c", n=1, text="Привіт", to=None
    )
    await rooms.ask(second["session_id"], said)
    sent = await school.call(
        "POST",
        f"{API}/sessions/{second['session_id']}/files/",
        token=joined["token"],
        headers={"Content-Type": "application/rtf"},
        params={"name": "homework.rtf", "client_id": "file"},
        content=HOMEWORK,
    )
    assert sent.status_code == 201, sent.text
    response = await exported(school)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        files = [f"files/{asset}.png", f"files/{hashlib.sha256(HOMEWORK).hexdigest()}.rtf"]
        assert [name for name in names if name.startswith("files/")] == files
        assert archive.read(files[1]) == HOMEWORK
        folders = sorted({name.split("/")[0] for name in names if name[0].isdigit()})
        assert len(folders) == 2
        assert folders[0].endswith("Angles")
        assert all("/" not in folder and ".." not in folder for folder in folders)
        assert archive.read(f"files/{asset}.png") == (await _image(school, asset))
        chat = json.loads(archive.read(f"{folders[0]}/chat.json"))
        assert [message["text"] for message in chat] == ["Привіт", ""]
        assert chat[1]["file"]["name"] == "homework.rtf"
        kept = json.loads(archive.read(f"{folders[0]}/board.json"))["board"]
    again = await school.session("Ada", board=kept)
    assert again["title"] == ""
    assert encoded("PNG")


async def _image(school: School, asset: str) -> bytes:
    path = f"{API}/assets/{asset}"
    return (await school.call("GET", path, token=school.user_token("Ada"))).content


async def test_who_has_none_gets_an_empty_file(school: School) -> None:
    response = await exported(school, "Eve")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == []


async def test_it_counts_as_many_exports(opened: Open) -> None:
    async with opened(config=GatewayConfig(exports_per_min=10)) as school:
        assert (await exported(school)).status_code == 200
        refused = await exported(school)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
