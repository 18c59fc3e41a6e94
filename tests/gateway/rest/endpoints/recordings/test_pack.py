"""A whole lesson in one file.

Tests also: gateway/rest/packing/contents.py, gateway/rest/packing/drawings.py,
gateway/rest/packing/lesson_parts.py, gateway/rest/packing/playing.py,
gateway/rest/packing/reporting.py.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from httpx import Response

from gateway.config import GatewayConfig
from gateway.confinement.confined import Declined
from gateway.packs.checking import check
from gateway.packs.layout import LOG, MANIFEST
from gateway.packs.player import PLAYER, Player
from gateway.reports.words import Language
from gateway.rest.packing import contents, playing
from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import LoggedOperation
from lessonroom.commands import RemoveMessage, SendChatMessage, Undo
from lessonroom.log.chain import Chain
from lessonroom.log.events import BOARD_CHANGES
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.test_takes import recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School

HOMEWORK = b"{\\rtf1 homework}"


@pytest.fixture
def url_of(each_url_of: Callable[[str], str]) -> Callable[[str], str]:
    """Everything here is done on SQLite and on PostgreSQL."""
    return each_url_of


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player, whether the page is built here or not."""
    directory = tmp_path / "player"
    directory.mkdir()
    for name in ("player.js", "player.css"):
        (directory / name).write_text("")
    monkeypatch.setattr(contents, "Player", lambda: Player(directory))


@pytest.fixture
async def lesson(school: School) -> Lesson:
    """A lesson in which Ben has drawn, taken something back, and written."""
    lesson = await lesson_in(school)
    for n in range(3):
        await lesson.draw(rect(f"r{n}", x=n))
    await lesson.ask(Undo(by=lesson.ben_id))
    for n, text in enumerate(("Привіт", "not for long"), start=1):
        said = SendChatMessage(
            connection_id=f"connection-{lesson.ben_id}", client_id="c", n=n, text=text, to=None
        )
        await lesson.ask(said)
    await lesson.ask(RemoveMessage(by=lesson.ben_id, message=await lesson.head()))
    sent = await lesson.school.call(
        "POST",
        f"{lesson.base}/files/",
        token=lesson.ben["token"],
        headers={"Content-Type": "application/rtf"},
        params={"name": "homework.rtf", "client_id": "file"},
        content=HOMEWORK,
    )
    assert sent.status_code == 201, sent.text
    return lesson


def unpacked(response: Response) -> dict[str, bytes]:
    assert response.status_code == 200, response.text
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_a_pack_has_all_of_a_lesson_and_is_whole(lesson: Lesson, tmp_path: Path) -> None:
    """[LP-1][LP-3] Each file of it, as it is known elsewhere; what was removed is nowhere."""
    response = await lesson.get("/pack/")
    files = unpacked(response)
    assert response.headers["content-type"] == "application/zip"
    assert "-pack.zip" in response.headers["content-disposition"]
    path = tmp_path / "lesson.zip"
    path.write_bytes(response.content)
    found = check(path)
    assert (found.problems, found.manifest.left_out) == ([], [])
    assert found.manifest.log.seq == await lesson.head()
    assert [*(entry.name for entry in found.manifest.entries), MANIFEST] == list(files)
    exported = (await lesson.get("/export/")).json()
    assert json.loads(files["board.json"])["board"] == exported["board"]
    page = json.loads(files["boards/001.json"])
    assert [element["id"] for element in page["elements"]] == ["r0", "r1"]
    assert files["boards/001.svg"].startswith(b"<svg")
    assert [each["name"] for each in json.loads(files["people.json"])] == ["Ada", "Ben"]
    assert [each["subject"] for each in json.loads(files["people.json"])] == ["Ada", None]
    assert "access_code" not in json.loads(files["session.json"]) or (
        json.loads(files["session.json"])["access_code"] is None
    )
    chat = json.loads(files["chat.json"])
    assert [message["text"] for message in chat] == ["Привіт", ""]
    digest = hashlib.sha256(HOMEWORK).hexdigest()
    assert files[f"files/{digest}.rtf"] == HOMEWORK
    assert all(b"not for long" not in content for content in files.values())


async def test_its_log_folds_to_its_board(lesson: Lesson) -> None:
    """[LP-2] Read by its chain alone, as the store has it."""
    files = unpacked(await lesson.get("/pack/"))
    chain, board = Chain(lesson.session_id), Board()
    events = [chain.event_of(line) for line in files[LOG].splitlines()]
    store = lesson.school.app.state.services.rooms.store
    assert events == await store.events(lesson.session_id)
    for event in events:
        if event.type in BOARD_CHANGES:
            raw = msgspec.json.decode(event.data)["ops"]
            ops = msgspec.convert(raw, list[LoggedOperation])
            board.apply(replay_ops(board, ops, author=event.user_id or 0))
    assert board.encode() == json_board(files)


def json_board(files: dict[str, bytes]) -> bytes:
    return bytes(msgspec.json.decode(files["board.json"], type=dict[str, msgspec.Raw])["board"])


async def test_the_player_and_the_report_tell_the_same(lesson: Lesson) -> None:
    """[LP-1][LP-5] The player has each event, with its operations; the report is as it is had."""
    files = unpacked(await lesson.get("/pack/"))
    played = [json.loads(line) for line in block(files[PLAYER], "log").splitlines()]
    logged = [json.loads(line) for line in files[LOG].splitlines()]
    kept = ("seq", "type", "at", "user_id", "data")
    assert played == [{name: line[name] for name in kept} for line in logged]
    assert json.loads(files["report/report.json"]) == (await lesson.get("/report/")).json()
    pages = {f"report/report.{language}.html" for language in Language}
    assert {"report/report.csv", *pages} <= files.keys()


def block(document: bytes, name: str) -> bytes:
    """Return what stands in a part of the player."""
    begin = document.index(b">", document.index(f'id="{name}"'.encode())) + 1
    return document[begin : document.index(b"</script>", begin)]


async def test_two_packs_of_a_lesson_have_the_same_chain(lesson: Lesson) -> None:
    """[LP-2] A later one goes on where the one before ended."""
    before = unpacked(await lesson.get("/pack/"))[LOG]
    await lesson.draw(rect("r9"))
    after = unpacked(await lesson.get("/pack/"))[LOG]
    assert after.startswith(before)
    assert len(after) > len(before)


async def test_what_was_recorded_is_in_it(school: School) -> None:
    """[LP-1] With where it lies in the lesson; a take that was deleted is not."""
    recorded = await recorded_in(school)
    assert (await recorded.open()).status_code == 201
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.close(len(chunks))
    media = await recorded.media()
    files = unpacked(await recorded.call("GET", "pack/"))
    assert files[f"takes/{recorded.take['take_id']}.webm"] == media.content
    listed = (await recorded.call("GET", "recordings/")).json()
    assert json.loads(files["recordings.json"]) == listed
    inside = block(files[PLAYER], f"take-{recorded.take['take_id']}")
    assert base64.b64decode(inside) == media.content
    assert json.loads(block(files[PLAYER], "lesson"))["takes"] == listed["takes"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "INSIDE_BYTES", 10)
        less = unpacked(await recorded.call("GET", "pack/"))
    name = f"takes/{recorded.take['take_id']}.webm"
    words = f"{PLAYER}: {name} is not in it, which would be too large"
    assert json.loads(less[MANIFEST])["left_out"] == [words]
    assert name in less
    await recorded.call("DELETE", f"{API}/takes/{recorded.take['take_id']}/")
    after = unpacked(await recorded.call("GET", "pack/"))
    assert not [name for name in after if name.startswith("takes/")]
    assert json.loads(after["recordings.json"])["takes"][0]["state"] == "erased"


async def test_what_cannot_be_had_is_named_and_the_rest_is_there(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[LP-3] Drawings that are too large, and a file that is gone."""

    async def too_large(*_args: object, **_kwargs: object) -> None:
        raise Declined("the pages are too large", is_too_much=True)

    monkeypatch.setattr(contents, "drawings_of", too_large)
    monkeypatch.setattr(contents, "Player", lambda: Player(Path("nowhere")))
    services = lesson.school.app.state.services
    digest = hashlib.sha256(HOMEWORK).hexdigest()
    services.assets.file_of(digest).unlink()
    files = unpacked(await lesson.get("/pack/"))
    assert json.loads(files[MANIFEST])["left_out"] == [
        "drawings of the pages: the pages are too large",
        f"files/{digest}.rtf: it is not there any more",
        f"{PLAYER}: the page of this server is not built",
    ]
    assert "boards/001.json" in files


async def test_who_took_part_has_none_of_it(lesson: Lesson) -> None:
    """[LP-1] It has what was written to one person; see test_authorisation.py for all callers."""
    await lesson.post("/complete/")
    call = lesson.school.call("GET", f"{lesson.base}/pack/", token=lesson.ben["token"])
    assert (await call).status_code == 403
    assert (await lesson.school.operate("GET", f"{lesson.base}/pack/")).status_code == 200


async def test_it_counts_as_several_exports(opened: Open) -> None:
    """[LP-1] Not for the operator, who is on this machine."""
    async with opened(config=GatewayConfig(exports_per_min=5)) as school:
        lesson = await lesson_in(school)
        assert (await lesson.get("/pack/")).status_code == 200
        refused = await lesson.get("/pack/")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert (await school.operate("GET", f"{lesson.base}/pack/")).status_code == 200
