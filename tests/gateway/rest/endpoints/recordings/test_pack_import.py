"""A lesson pack is taken up by another server, whole or not at all.

Tests also: gateway/packs/job.py, gateway/packs/taking_up.py, gateway/rest/packing/arriving.py,
gateway/rest/packing/newcomers.py, gateway/rest/packing/unpacking.py,
storage/sessions/arriving.py.
"""

import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image as Picture

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from gateway.config import GatewayConfig
from gateway.identity.claims import Scope
from gateway.packs import taking_up
from gateway.packs.checking import check
from gateway.packs.layout import LOG, MANIFEST, Entry, LogChain, Manifest
from gateway.packs.player import Player
from gateway.rest.packing import arriving as arrivals
from gateway.rest.packing import contents
from lessonroom.board.model.elements import Image, TextElement
from lessonroom.board.model.operations import Put
from lessonroom.commands import RemoveMessage, SendChatMessage, Undo
from lessonroom.log.chain import Chain
from lessonroom.log.events import Event
from lessonroom.log.renumbering import Renumbering
from storage.sessions import arriving
from storage.sessions.sessions import SessionFilter
from storage.store import Store
from storage.upkeep import checking
from tests.gateway.packs.packing import repacked
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.test_takes import recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School

HOMEWORK = b"{\\rtf1 homework}"
EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player, whether the page is built here or not."""
    directory = tmp_path / "player"
    directory.mkdir()
    for name in ("player.js", "player.css"):
        (directory / name).write_text("")
    monkeypatch.setattr(contents, "Player", lambda: Player(directory))


@pytest.fixture
async def here(opened: Open) -> AsyncIterator[School]:
    """The other server."""
    async with opened(place="here") as school:
        yield school


@pytest.fixture
async def lesson(school: School) -> Lesson:
    """A lesson with all that there is to draw, show, say and send, which is over."""
    lesson = await lesson_in(school, ben=EVIL[:60])
    picture = io.BytesIO()
    Picture.new("RGB", (9, 7), "red").save(picture, "PNG")
    uploaded = await school.call(
        "POST",
        f"{lesson.base}/assets/",
        token=school.user_token("Ada"),
        headers={"Content-Type": "image/png"},
        content=picture.getvalue(),
    )
    assert uploaded.status_code == 201, uploaded.text
    await lesson.draw(rect("r1"), rect("r2", x=5))
    await lesson.draw(
        Put(TextElement(id="t1", layer="base", x=0, y=0, text="photosynthesis")),
    )
    await school.connect(await school.join(await session_of(lesson), "Ada"))
    await lesson.draw(rect("r3"))
    await lesson.ask(Undo(by=lesson.ben_id))
    shown = Image(id="i1", layer="base", x=0, y=0, w=9, h=7, asset=uploaded.json()["asset"])
    await lesson.draw(Put(shown))
    for n, text in enumerate(("Привіт", "not for long"), start=1):
        said = SendChatMessage(
            connection_id=f"connection-{lesson.ben_id}", client_id="c", n=n, text=text, to=None
        )
        await lesson.ask(said)
    await lesson.ask(RemoveMessage(by=lesson.ben_id, message=await lesson.head()))
    sent = await school.call(
        "POST",
        f"{lesson.base}/files/",
        token=lesson.ben["token"],
        headers={"Content-Type": "application/rtf"},
        params={"name": "homework.rtf", "client_id": "file"},
        content=HOMEWORK,
    )
    assert sent.status_code == 201, sent.text
    assert (await lesson.post("/complete/")).status_code == 200
    return lesson


async def session_of(lesson: Lesson) -> dict[str, Any]:
    return dict((await lesson.get("/")).json())


async def packed(lesson: Lesson) -> bytes:
    response = await lesson.get("/pack/")
    assert response.status_code == 200, response.text
    return response.content


async def taken(
    school: School, pack: bytes, who: str = "Ada", **params: object
) -> httpx.Response:
    return await school.call(
        "POST",
        f"{API}/sessions/import/",
        token=school.user_token(who),
        headers={"Content-Type": "application/zip"},
        params=params,
        content=pack,
    )


async def came(school: School, pack: bytes, **params: object) -> dict[str, Any]:
    response = await taken(school, pack, **params)
    assert response.status_code == 201, response.text
    return dict(response.json())


def store_of(school: School) -> Store:
    store: Store = school.app.state.services.rooms.store
    return store


def files_in(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and "lessons.db" not in path.name
    }


def mapped(value: Any, people: Mapping[int, int], names: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
    """Return JSON with the numbers of people as they are elsewhere."""
    keys = {"user_id", "by", "host_id", "to", "author", "started_by", *names}
    match value:
        case dict():
            return {
                key: people[item]
                if key in keys and isinstance(item, int) and item in people
                else mapped(item, people, names)
                for key, item in value.items()
            }
        case list():
            return [mapped(item, people, names) for item in value]
        case _:
            return value


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


async def read(school: School, path: str, **params: object) -> Any:  # noqa: ANN401 - any JSON
    token = school.user_token("Ada")
    response = await school.call("GET", path, token=token, params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_another_server_has_the_same_lesson(
    lesson: Lesson, here: School, tmp_path: Path
) -> None:
    """[LP-6][LP-7] Order, board of every version, replay and chat, by hash, but for ids."""
    pack = await packed(lesson)
    answer = await came(here, pack)
    assert (answer["left_out"], answer["copies"], answer["takes"]) == ([], [], 0)
    assert answer["files"] == 2
    session_id = answer["session"]["session_id"]
    assert session_id != lesson.session_id
    people = {each["packed_id"]: each["user_id"] for each in answer["people"]}
    ada = next(each for each in answer["people"] if each["packed_id"] == lesson.host_id)
    assert (ada["is_known"], ada["user_id"]) == (True, answer["session"]["host_id"])
    there, came_in = store_of(lesson.school), store_of(here)
    # The order of events, and each of them.
    before = await there.events(lesson.session_id)
    renumbering = Renumbering(
        people=people, takes={}, files={hashlib.sha256(HOMEWORK).hexdigest()}
    )
    assert [renumbering.of(event) for event in before] == await came_in.events(session_id)
    assert answer["events"] == len(before)
    base = f"{API}/sessions/{session_id}"
    # The board, at every version.
    for version in range(1, len(before) + 1):
        old = (await lesson.get(f"/snapshots/{version}/")).json()["board"]
        new = (await read(here, f"{base}/snapshots/{version}/"))["board"]
        assert digest(mapped(old, people)) == digest(new), version
    for path in ("/replay/", "/chat/", "/timeline/", "/export/", "/participants/", "/stats/"):
        old = mapped((await lesson.get(path)).json(), people)
        new = await read(here, base + path)
        for each in (old, new):
            for key in ("session_id", "exported_at"):
                each.pop(key, None)
        assert digest(old) == digest(new), (path, old, new)
    same = ("title", "status", "settings", "actual_start", "actual_end", "created_at")
    old, new = (await lesson.get("/")).json(), await read(here, f"{base}/")
    for key in (*same, "total_duration_seconds", "session_type", "is_recorded"):
        assert old[key] == new[key], key
    report = (await lesson.get("/report/")).json()
    came_report = await read(here, f"{base}/report/")
    assert mapped(report, people) | {"session_id": session_id} == came_report
    # The files, and another pack.
    digest_of = hashlib.sha256(HOMEWORK).hexdigest()
    services = here.app.state.services
    assert services.assets.file_of(digest_of).read_bytes() == HOMEWORK
    again = await here.call("GET", f"{base}/pack/", token=here.user_token("Ada"))
    path = tmp_path / "again.zip"
    path.write_bytes(again.content)
    found = check(path)
    assert (found.problems, found.manifest.left_out) == ([], [])
    assert (await checking.check(came_in, on_progress=lambda _: None)).faults == []


async def test_what_was_recorded_comes_along(school: School, here: School) -> None:
    """[LP-6] Byte for byte, under other ids, at the same room time; with more there is no room."""
    recorded = await recorded_in(school)
    assert (await recorded.open()).status_code == 201
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.close(len(chunks))
    media = (await recorded.media()).content
    assert (await recorded.call("POST", "complete/")).status_code == 200
    pack = (await recorded.call("GET", "pack/")).content
    old = (await recorded.call("GET", "recordings/")).json()
    answer = await came(here, pack)
    assert (answer["takes"], answer["left_out"]) == (1, [])
    people = {each["packed_id"]: each["user_id"] for each in answer["people"]}
    base = f"{API}/sessions/{answer['session']['session_id']}"
    new = await read(here, f"{base}/recordings/")
    take = new["takes"][0]
    assert take["take_id"] != old["takes"][0]["take_id"]
    for each in (*old["takes"], *new["takes"]):
        del each["take_id"]
    assert mapped(old, people) == new
    assert take["state"] == "sealed"
    sealed = here.app.state.services.takes.files
    (take_id,) = sealed.take_ids()
    token = here.user_token("Ada")
    got = await here.call("GET", f"{API}/takes/{take_id}/media", token=token)
    assert got.content == media
    await here.app.state.services.takes.sweep()
    assert sealed.take_ids() == {take_id}


async def test_what_the_log_does_not_allow_is_not_taken(school: School, here: School) -> None:
    """[LP-6][RC-6] A voice of a time at which nobody had agreed; a file that is no take."""
    recorded = await recorded_in(school)
    await recorded.open()
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.close(len(chunks))
    await recorded.call("POST", "complete/")
    pack = (await recorded.call("GET", "pack/")).content
    listed = msgspec.json.decode(unzipped(pack)["recordings.json"])
    listed["takes"][0]["start_at"] = "2020-01-01T00:00:00.000Z"
    name = f"takes/{recorded.take['take_id']}.webm"
    for changes, words in (
        ({"recordings.json": msgspec.json.encode(listed)}, "lets nothing be kept"),
        ({name: b"RIFF" * 100}, "this is no WebM"),
    ):
        refused = await taken(here, forged(pack, changes))
        assert refused.status_code == 422, refused.text
        assert (refused.json()["field"], words in refused.json()["detail"]) == (name, True)
    assert here.app.state.services.takes.files.take_ids() == set()


def unzipped(pack: bytes) -> dict[str, bytes]:
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(pack: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a pack with other entries, and with all hashes right."""
    files: dict[str, bytes] = {
        name: content for name, content in (unzipped(pack) | changes).items() if content is not None
    }
    manifest = msgspec.json.decode(files.pop(MANIFEST), type=Manifest)
    entries = [
        Entry(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    ]
    log = files.get(LOG, b"").splitlines()
    chain = LogChain(
        seq=json.loads(log[-1])["seq"] if log else 0, sha256=json.loads(log[-1])["hash"]
    )
    told = msgspec.structs.replace(manifest, entries=entries, log=chain)
    return repacked(pack, {**changes, MANIFEST: msgspec.json.encode(told)})


def rewritten(pack: bytes, change: Callable[[Event], Event]) -> bytes:
    """Return a pack with other events, and with all hashes right."""
    files = unzipped(pack)
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    old, new = Chain(manifest.session_id), Chain(manifest.session_id)
    lines = [new.line_of(change(old.event_of(line))) for line in files[LOG].splitlines()]
    return forged(pack, {LOG: b"".join(line + b"\n" for line in lines)})


async def everything(school: School, directory: Path) -> dict[str, object]:
    """Return all that a server has."""
    store = store_of(school)
    from sqlalchemy import func, select  # noqa: PLC0415

    from storage.tables import METADATA  # noqa: PLC0415

    counts: dict[str, object] = {}
    for table in METADATA.sorted_tables:
        query = select(func.count()).select_from(table)
        counts[table.name] = await store.reading(
            lambda connection, query=query: _scalar(connection, query)
        )
    return counts | {"files": files_in(directory)}


async def _scalar(connection: Any, query: Any) -> int:  # noqa: ANN401 - of SQLAlchemy
    return int((await connection.execute(query)).scalar_one())


async def test_one_bit_of_any_entry_is_refused_by_its_name(
    lesson: Lesson, here: School, tmp_path: Path
) -> None:
    """[LP-6] And nothing is there that was not there before: no row, no file."""
    pack = await packed(lesson)
    here.user_token("Ada")
    assert (await here.session("Ada"))["title"] == ""
    before = await everything(here, tmp_path / "here")
    for name, content in unzipped(pack).items():
        if not content:
            continue
        other = bytes([content[0] ^ 1]) + content[1:]
        refused = await taken(here, repacked(pack, {name: other}))
        here.clock.advance(60)
        assert refused.status_code == 422, (name, refused.text)
        assert refused.json()["field"] == name, refused.text
    assert await everything(here, tmp_path / "here") == before


async def test_hostile_packs_are_refused_by_entry_and_limit(
    lesson: Lesson, here: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[LP-6] Bombs, ways out, other versions, what nests, and what is none at all."""
    pack = await packed(lesson)
    files = unzipped(pack)
    manifest = json.loads(files[MANIFEST])
    many = {**manifest, "log": {**manifest["log"], "seq": 10_000_000}}
    newer = {**manifest, "format_version": 2}
    outside = [*manifest["entries"], {"name": "../x", "size_bytes": 1, "sha256": "0" * 64}]
    huge = [{**each, "size_bytes": 2**50} for each in manifest["entries"]]
    twice = [*manifest["entries"], manifest["entries"][0]]
    nested = b'{"format":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    session = json.loads(files["session.json"])
    cases = [
        (b"x" * 1_000, 422, "file", "no ZIP"),
        (told(pack, many), 413, MANIFEST, "at most 1000000 events"),
        (told(pack, newer), 422, MANIFEST, "only 1"),
        (told(pack, {**manifest, "entries": outside}), 422, "../x", "is missing"),
        (told(pack, {**manifest, "entries": huge}), 413, MANIFEST, "unfold to at most"),
        (told(pack, {**manifest, "entries": twice}), 422, MANIFEST, "one name"),
        (repacked(pack, {MANIFEST: nested}), 422, MANIFEST, "cannot be read"),
        (forged(pack, {"session.json": b"[" * 100_000}), 422, "session.json", "cannot be read"),
        (forged(pack, {"session.json": None}), 422, "session.json", "is missing"),
    ]
    for changes, field, words in (
        ({"session_type": "demo"}, "session.json", "nothing of a demo"),
        ({"settings": {"more": 1}}, "session.json", "more"),
        ({"title": "a\u202eb"}, "title", "one line"),
    ):
        content = json.dumps(session | changes).encode()
        cases.append((forged(pack, {"session.json": content}), 422, field, words))
    before = await everything(here, tmp_path / "here")
    for content, status, field, words in cases:
        refused = await taken(here, content)
        here.clock.advance(60)
        assert refused.status_code == status, refused.text
        problem = refused.json()
        assert (problem["field"], words in problem["detail"]) == (field, True), problem
    after = await everything(here, tmp_path / "here")
    assert {**after, "user": 0} == {**before, "user": 0}


def told(pack: bytes, manifest: object) -> bytes:
    return repacked(pack, {MANIFEST: json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("participant_join", {"participant": {"name": "a\u0000b"}}, "NUL"),
        ("participant_join", {"participant": {"name": "  Ada"}}, "no name as it is shown"),
        ("chat_message", {"text": "x" * 5_000}, "at most 4000"),
        ("chat_message", {"text": "a\u202eb"}, "direction controls"),
        ("asset_add", {"size_bytes": 2**60}, "allowed is"),
        ("board_op", {"ops": [{"op": "put", "element": {"id": "x"}}]}, "cannot be read"),
        (
            "board_op",
            {
                "ops": [
                    {
                        "op": "put",
                        "element": {
                            **{"type": "image", "id": "x", "layer": "base", "asset": "ab" * 32},
                            **{"x": 0, "y": 0, "w": 1, "h": 1},
                        },
                    }
                ]
            },
            "no such image",
        ),
        ("session_complete", {"status": "asleep"}, "cannot be read"),
    ],
)
async def test_an_event_that_no_room_would_have_is_refused(
    lesson: Lesson, here: School, kind: str, change: dict[str, Any], words: str
) -> None:
    """[LP-6] By its `seq`, though all hashes are right."""
    pack = await packed(lesson)
    found: list[int] = []

    def changed(event: Event) -> Event:
        if event.type != kind or found:
            return event
        found.append(event.seq)
        body = json.loads(event.data)
        for key, value in change.items():
            body[key] = {**body[key], **value} if isinstance(value, dict) else value
        return msgspec.structs.replace(event, data=json.dumps(body).encode())

    refused = await taken(here, rewritten(pack, changed))
    problem = refused.json()
    assert (refused.status_code, problem["field"]) == (422, LOG) or (
        refused.status_code in {404, 413} and problem["field"] == LOG
    ), refused.text
    assert problem["detail"].startswith(f"event {found[0]}: ")
    assert words in problem["detail"]


async def test_nobody_gets_at_what_is_not_in_the_pack(lesson: Lesson, here: School) -> None:
    """[P13][LP-6] An image that lies in a lesson of somebody else, and a file of their chat."""
    pack = await packed(lesson)
    names = [name for name in unzipped(pack) if name.startswith("files/")]
    image = next(name for name in names if name.endswith(".png"))
    homework = next(name for name in names if name.endswith(".rtf"))
    await came(here, pack)
    refused = await taken(here, forged(pack, {image: None}), "Eve")
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "is missing, and the board shows it",
    )
    answer = (await taken(here, forged(pack, {homework: None}), "Eve")).json()
    base = f"{API}/sessions/{answer['session']['session_id']}"
    chat = await here.call("GET", f"{base}/chat/", token=here.user_token("Eve"))
    (message,) = [each for each in chat.json()["items"] if each["text"] == "homework.rtf"]
    assert message.get("file") is None


@pytest.mark.logs_errors
@pytest.mark.parametrize("at", ["append", "finish"])
async def test_what_is_cut_off_in_the_middle_leaves_nothing(
    lesson: Lesson, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """[LP-6] A fault is cleaned up; after a kill nobody sees what is left, and it is swept."""
    pack = await packed(lesson)
    directory = tmp_path / "here"
    async with opened(place="here") as here:
        await here.session("Ada")
        before = await everything(here, directory)
        with monkeypatch.context() as patch:

            async def broken(*_args: object, **_kwargs: object) -> None:
                raise RuntimeError("the power is gone")

            patch.setattr(arriving, at, broken)
            assert (await taken(here, pack)).status_code == 500
            after = await everything(here, directory)
            # Images that nothing names go with the next sweep, as those of uploads do.
            assert {**after, "files": 0} == {**before, "files": 0}
            patch.setattr(arrivals.Arrival, "_undone", broken)
            assert (await taken(here, pack)).status_code == 500
        store = store_of(here)
        left = await everything(here, directory)
        assert left["classroom_session"] == 2
        assert len(await store.sessions(SessionFilter(), limit=10)) == 1
        listed = await here.operate("GET", "/api/v1/operator/tables/events/")
        assert "arriving" not in listed.text
        assert (await checking.check(store, on_progress=lambda _: None)).faults == []
    async with opened(place="here") as here:
        here.clock.advance(86_400)
        rooms = here.app.state.services.rooms
        house = Housekeeping.start(rooms, clock=here.clock, config=HousekeepingConfig())
        await house.settled()
        await house.stop()
        after = await everything(here, directory)
        assert after["classroom_session"] == 1
        assert (after["session_event"], after["session_asset"], after["chat_file"]) == (1, 0, 0)
        assert after["user"] == before["user"]


async def test_people_are_whom_the_table_says(lesson: Lesson, here: School) -> None:
    """[LP-8] By name or number; the others are names, and whoever takes it up leads it."""
    pack = await packed(lesson)
    school = await here.session("Ada")
    ben = await here.join(school, "Ben")
    eve = (await here.join(await here.session("Carl"), "Eve"))["participant"]["user_id"]
    ben_id = ben["participant"]["user_id"]
    table = json.dumps({EVIL[:60]: ben_id})
    answer = await came(here, pack, people=table)
    (mine,) = [each for each in answer["people"] if each["packed_id"] == lesson.ben_id]
    assert (mine["user_id"], mine["is_known"]) == (ben_id, True)
    base = f"{API}/sessions/{answer['session']['session_id']}"
    listed = await here.call("GET", f"{base}/replay/", token=here.user_token("Ben"))
    assert {each["user_id"] for each in listed.json()["items"]} >= {ben_id}
    for table, status, key, words in (
        ({"Nobody": ben_id}, 404, "people.Nobody", "nobody in the pack"),
        ({str(lesson.ben_id): eve}, 404, f"people.{lesson.ben_id}", "none of your lessons"),
        ({str(lesson.ben_id): 4_711}, 404, f"people.{lesson.ben_id}", "none of your lessons"),
        ({str(lesson.host_id): ben_id}, 422, f"people.{lesson.host_id}", "who led the lesson"),
        (
            {str(lesson.ben_id): answer["session"]["host_id"]},
            422,
            f"people.{lesson.ben_id}",
            "the same person",
        ),
        ([], 422, "people", "must be JSON"),
        ({"Ben": 0}, 422, "people", "the number of a user"),
    ):
        refused = await taken(here, pack, people=json.dumps(table))
        problem = refused.json()
        assert (refused.status_code, problem["field"]) == (status, key), refused.text
        assert words in problem["detail"]
        here.clock.advance(60)
    # A name alone has no seat to come back to.
    answer = await came(here, pack)
    (name,) = [each for each in answer["people"] if not each["is_known"]]
    user = await store_of(here).user(name["user_id"])
    assert user is not None
    assert (user.kind, user.issuer) == ("guest", "*imported")


async def test_the_operator_takes_up_for_others_and_nobody_else_does(
    lesson: Lesson, here: School
) -> None:
    """[LP-8] Whose lesson it is the operator says; a room's token is for its room."""
    pack = await packed(lesson)
    session = await here.session("Carl")
    carl, path = session["host_id"], f"{API}/sessions/import/"
    request = {"headers": {"Content-Type": "application/zip"}, "content": pack}
    unsaid = await here.operate("POST", path, **request)
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "as_user")
    unknown = await here.operate("POST", path, params={"as_user": 4_711}, **request)
    assert (unknown.status_code, unknown.json()["field"]) == (404, "as_user")
    eve = (await here.join(session, "Eve"))["participant"]["user_id"]
    params = {"as_user": carl, "people": json.dumps({str(lesson.ben_id): eve})}
    answer = await here.operate("POST", path, params=params, **request)
    assert answer.status_code == 201, answer.text
    assert answer.json()["session"]["host_id"] == carl
    for_others = await taken(here, pack, "Carl", as_user=eve)
    assert for_others.status_code == 403
    guest = await here.join(session, name="Guest")
    for token, status in ((guest["token"], 403), (None, 401)):
        refused = await here.call("POST", path, token=token, **request)
        assert refused.status_code == status
    scoped = here.user_token("root", scope=Scope.OPERATOR)
    mine = await here.call("POST", path, token=scoped, **request)
    assert mine.status_code == 201, mine.text
    assert mine.json()["session"]["host_id"] != carl


async def test_the_same_pack_again_is_a_second_lesson_and_told(
    lesson: Lesson, here: School
) -> None:
    """[LP-9] There, and where it was packed."""
    pack = await packed(lesson)
    first = await came(here, pack)
    second = await came(here, pack)
    assert second["copies"] == [first["session"]["session_id"]]
    assert second["session"]["session_id"] != first["session"]["session_id"]
    at_home = await came(lesson.school, pack)
    assert at_home["copies"] == [lesson.session_id]


async def test_it_is_an_ended_lesson_as_every_other(lesson: Lesson, here: School) -> None:
    """[LP-9] Found by its words, continued, reopened, erased from and deleted."""
    answer = await came(here, await packed(lesson))
    session_id = answer["session"]["session_id"]
    rooms = here.app.state.services.rooms
    house = Housekeeping.start(rooms, clock=here.clock, config=HousekeepingConfig())
    await house.settled()
    await house.stop()
    found = await read(here, f"{API}/search/", q="photosynthesis")
    assert session_id in json.dumps(found)
    token = here.user_token("Ada")
    base = f"{API}/sessions/{session_id}"
    following = await here.call("POST", f"{base}/continue/", token=token, json={})
    assert following.status_code == 201, following.text
    board = await read(here, f"{API}/sessions/{following.json()['session_id']}/export/")
    assert len(board["board"]["elements"]) == len(
        (await lesson.get("/export/")).json()["board"]["elements"]
    )
    (name,) = [each for each in answer["people"] if not each["is_known"]]
    erased = await here.operate("POST", f"/api/v1/operator/users/{name['user_id']}/erase/")
    assert erased.status_code == 200, erased.text
    assert EVIL[:60] not in json.dumps(await read(here, f"{base}/participants/"))
    reopened = await here.call("POST", f"{base}/reopen/", token=token)
    assert reopened.status_code == 200, reopened.text
    ended = await here.call("POST", f"{base}/complete/", token=token)
    assert ended.status_code == 200, ended.text
    gone = await here.call("DELETE", f"{base}/", token=token)
    assert gone.status_code == 200, gone.text


async def test_a_lesson_that_went_on_when_it_was_packed_has_ended_here(
    school: School, here: School
) -> None:
    """[LP-9] At the moment of its last event."""
    lesson = await lesson_in(school)
    await lesson.draw(rect("r1"))
    answer = await came(here, await packed(lesson))
    assert answer["session"]["status"] == "completed"
    assert answer["events"] == await lesson.head() + 1


async def test_what_would_be_deleted_at_once_or_is_too_much_is_refused(
    lesson: Lesson, opened: Open
) -> None:
    """[LP-9] By the days that lessons are kept, bytes of images, sessions and the size itself."""
    pack = await packed(lesson)
    for config, later_s, status, field in (
        (GatewayConfig(retention_days=1), 2 * 86_400, 409, "session.json"),
        (GatewayConfig(asset_bytes_per_user=10), 0, 413, "files/"),
        (GatewayConfig(sessions_per_user=1), 0, 413, "as_user"),
        (GatewayConfig(max_pack_bytes=1_024), 0, 413, None),
        (GatewayConfig(max_image_pixels=10), 0, 422, None),
    ):
        async with opened(place=f"here-{status}-{field}-{later_s}", config=config) as here:
            await here.session("Ada")
            here.clock.advance(later_s)
            refused = await taken(here, pack)
            assert refused.status_code == status, refused.text
            if field is not None:
                assert refused.json()["field"] == field
    assert taking_up.EVENTS_MOST == 1_000_000
