"""Files that come with messages: what is taken in, what is kept of it, and who gets it [CH-7].

Tests also: storage/images/chat_files.py.
"""

import io
import zipfile
from typing import Any, Final, NamedTuple

import pytest
from httpx import Response

from gateway.config import GatewayConfig
from lessonroom.commands import MoveSession
from lessonroom.session.lifecycle import Move
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.images import encoded, photo
from tests.gateway.rest.school import API, School

PDF: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()


TAKEN: Final = {
    "application/pdf": PDF,
    DOCX: _zipped(),
    "application/msword": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(8),
    "text/plain": "Урок 3: дроби\n".encode(),
    "text/csv": b"a,b\n1,2\n",
    "text/markdown": b"<script>alert(1)</script>",
}


class Talk(NamedTuple):
    """An active lesson with Ada, who hosts it, and two pupils in the room."""

    school: School
    path: str
    session_id: str
    tokens: dict[str, str]
    ids: dict[str, int]

    async def send(
        self, who: str, content: bytes, kind: str = "application/pdf", **params: object
    ) -> Response:
        query = {"name": "homework.pdf", "client_id": f"file-of-{who}", **params}
        return await self.school.call(
            "POST",
            f"{self.path}/files/",
            token=self.tokens[who],
            headers={"Content-Type": kind},
            params=query,
            content=content,
        )

    async def sent(
        self, who: str, content: bytes, kind: str = "application/pdf", **how: object
    ) -> int:
        response = await self.send(who, content, kind, **how)
        assert response.status_code == 201, response.text
        return int(response.json()["seq"])

    async def fetch(self, who: str, seq: int) -> Response:
        path = f"{self.path}/chat/{seq}/file/"
        return await self.school.call("GET", path, token=self.tokens[who])

    async def lines(self, who: str, **params: object) -> list[dict[str, Any]]:
        response = await self.school.call(
            "GET", f"{self.path}/chat/", token=self.tokens[who], params=params
        )
        return list(response.json()["items"])


async def begun(school: School) -> Talk:
    session = await school.session("Ada")
    session_id = session["session_id"]
    host = school.user_token("Ada")
    joined = {name: await school.join(session, name) for name in ("Ada", "Ben", "Cleo")}
    await school.call("POST", f"{API}/sessions/{session_id}/start/", token=host)
    for one in joined.values():
        await school.connect(one)
    tokens = {name: one["token"] for name, one in joined.items()} | {"owner": host}
    ids = {name: one["participant"]["user_id"] for name, one in joined.items()}
    return Talk(school, f"{API}/sessions/{session_id}", session_id, tokens, ids)


@pytest.fixture
async def talk(school: School) -> Talk:
    return await begun(school)


@pytest.mark.parametrize("kind", TAKEN)
async def test_a_file_is_handed_out_as_it_came_and_never_opened_in_the_page(
    talk: Talk, kind: str
) -> None:
    """[CH-7] To be saved, under its name; of text nothing is guessed."""
    seq = await talk.sent("Ben", TAKEN[kind], kind, text="Here it is", name="Робота №1.pdf")
    (line,) = await talk.lines("Cleo")
    assert (line["seq"], line["text"], line["file"]["name"]) == (seq, "Here it is", "Робота №1.pdf")
    response = await talk.fetch("Cleo", seq)
    assert response.content == TAKEN[kind]
    headers = response.headers
    shown_as = "text/plain" if kind.startswith("text/") else kind
    assert headers["content-type"].partition(";")[0] == shown_as == line["file"]["media_type"]
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%A0")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_a_picture_is_encoded_anew_and_may_be_shown(talk: Talk) -> None:
    """[CH-7] Without what a camera wrote of where it was taken."""
    content = photo(1)
    seq = await talk.sent("Ben", content, "image/jpeg", name="IMG_1.jpg")
    file = (await talk.lines("Ada"))[0]["file"]
    response = await talk.fetch("Ada", seq)
    assert response.headers["content-disposition"].startswith("inline")
    assert b"Exif" in content
    assert b"Exif" not in response.content
    assert (file["size_bytes"], file["media_type"]) == (len(response.content), "image/jpeg")
    assert file["width"] > 0 < file["height"]


@pytest.mark.parametrize(
    ("kind", "content", "status", "words"),
    [
        ("application/pdf", b"MZ\x90\x00 a program", 422, "not a PDF"),
        (DOCX, b"plain", 422, "not a docx document"),
        (DOCX, bytes.fromhex("d0cf11e0a1b11ae1"), 422, "asks for a password"),
        ("text/plain", b"\xff\xfe\x00", 422, "not text in UTF-8"),
        ("text/plain", b"a\x00b", 422, "not text"),
        ("text/plain", "дроби".encode()[:-1], 422, "not text in UTF-8"),
        ("image/png", PDF, 422, "not a PNG"),
        ("application/pdf", b"", 422, "empty"),
        ("text/html", b"<script>alert(1)</script>", 415, "office document, or text"),
        ("image/svg+xml", b"<svg/>", 415, "a file is a picture"),
        ("application/x-msdownload", b"MZ", 415, "a file is a picture"),
    ],
)
async def test_what_is_none_of_these_is_refused_in_words(
    talk: Talk, kind: str, content: bytes, status: int, words: str
) -> None:
    """[CH-7] By its content, whatever it claims; no message is left of it."""
    response = await talk.send("Ben", content, kind)
    assert response.status_code == status, response.text
    assert words in response.json()["detail"]
    assert await talk.lines("Ben") == []


async def test_sent_again_it_is_there_once(talk: Talk) -> None:
    """[CH-7] The same answer again; the same id with another file is a conflict."""
    seq = await talk.sent("Ben", PDF)
    assert await talk.sent("Ben", PDF) == seq
    assert len(await talk.lines("Ben")) == 1
    assert (await talk.send("Ben", PDF + b"%")).status_code == 409


async def test_what_was_sent_to_one_person_is_for_few(talk: Talk) -> None:
    """[CH-4] [CH-7] Nobody else has the file, nor learns that there is one, on any path."""
    seq = await talk.sent("Ben", PDF, to=talk.ids["Ada"])
    assert (await talk.fetch("Ada", seq)).status_code == 200
    assert (await talk.fetch("Ben", seq)).status_code == 200
    assert (await talk.fetch("Cleo", seq)).status_code == 404
    assert await talk.lines("Cleo") == []
    asset = (await talk.lines("Ben"))[0]["file"]["asset"]
    for who in ("Ada", "Ben", "Cleo", "owner"):
        response = await talk.school.call("GET", f"{API}/assets/{asset}", token=talk.tokens[who])
        assert response.status_code == 404
    to_a_pupil = await talk.send("Ben", PDF, to=talk.ids["Cleo"], client_id="another")
    assert to_a_pupil.status_code == 403


async def test_a_message_that_is_removed_takes_its_file_with_it(talk: Talk) -> None:
    """[CH-6] [CH-7] For everyone, the host as well."""
    seq = await talk.sent("Ben", PDF)
    response = await talk.school.call(
        "DELETE", f"{talk.path}/chat/{seq}/", token=talk.tokens["owner"]
    )
    assert response.status_code == 204
    for who in ("Ada", "Ben", "Cleo"):
        assert (await talk.fetch(who, seq)).status_code == 404
    (line,) = await talk.lines("Ben")
    assert (line["text"], line["file"], line["removed"]["by"]) == ("", None, talk.ids["Ada"])


async def test_who_may_not_write_sends_no_file(talk: Talk) -> None:
    """[CH-2] [CH-7] Where the chat is the host's; and in a lesson that is over nobody does."""
    for policy, status in (("host_only", 403), ("off", 403), ("all", 201)):
        await talk.school.call(
            "PATCH",
            f"{talk.path}/",
            token=talk.tokens["owner"],
            json={"settings": {"chat_policy": policy}},
        )
        assert (await talk.send("Ben", PDF)).status_code == status
    rooms = talk.school.app.state.services.rooms
    await rooms.ask(talk.session_id, MoveSession(by=talk.ids["Ada"], move=Move.COMPLETE))
    assert (await talk.send("Ben", PDF, client_id="late")).status_code in {409, 410}
    (line,) = await talk.lines("Ben")
    assert (await talk.fetch("Ben", line["seq"])).content == PDF


async def test_files_are_found_by_their_names(talk: Talk) -> None:
    """[CH-3] As by what was written."""
    await talk.sent("Ben", PDF, name="Fractions.pdf")
    await talk.sent("Ben", PDF, name="roots.pdf", client_id="second")
    found = await talk.lines("Ada", q="FRACT")
    assert [line["file"]["name"] for line in found] == ["Fractions.pdf"]


async def test_what_a_chat_and_a_person_may_take_is_bounded(opened: Open) -> None:
    """[CH-7] One file, a picture, a person's all, in words that say which."""
    config = GatewayConfig(
        max_chat_file_bytes=2_000, max_upload_bytes=1_000, asset_bytes_per_user=1_500
    )
    async with opened(config=config) as school:
        talk = await begun(school)
        too_long = await talk.send("Ben", PDF + bytes(2_000))
        assert (too_long.status_code, too_long.json()["code"]) == (413, "too_large")
        picture = await talk.send("Ben", encoded("PNG") + bytes(1_000), "image/png")
        assert "a picture has at most 1000 bytes" in picture.json()["detail"]
        await talk.sent("Ben", PDF + b"%" * 1_000)
        full = await talk.send("Ben", PDF + b"%" * 800, client_id="second")
        assert (
            "your images, files, documents and shelf take at most 1500 bytes"
            in full.json()["detail"]
        )
        await talk.sent("Cleo", PDF + b"%" * 800)


async def test_one_who_is_not_in_the_room_sends_nothing(talk: Talk) -> None:
    """[CH-7] As with what is written: a seat alone is not enough."""
    session = await talk.school.call("GET", f"{talk.path}/", token=talk.tokens["owner"])
    joined = await talk.school.join(session.json(), "Dora")
    talk.tokens["Dora"] = joined["token"]
    assert (await talk.send("Dora", PDF)).status_code == 409
    assert await talk.lines("Ada") == []
