"""What is no lesson pack that this server can have is refused, and leaves nothing.

Tests also: actors/house/left_behind.py, gateway/packs/looking.py, gateway/recordings/resealing.py,
storage/sessions/arriving.py.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from gateway.config import GatewayConfig
from gateway.packs import taking_up
from gateway.packs.layout import LOG, MANIFEST
from gateway.rest.packing import bringing_in
from lessonroom.log.events import Event
from storage.sessions import arriving
from storage.sessions.sessions import SessionFilter
from storage.upkeep import checking
from tests.gateway.packs.packing import repacked
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.arrivals import (
    came,
    everything,
    forged,
    packed,
    rewritten,
    store_of,
    taken,
    told,
    unzipped,
)
from tests.gateway.rest.endpoints.recordings.test_takes import recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson
from tests.gateway.rest.school import API, School


@pytest.fixture
def url_of(each_url_of: Callable[[str], str]) -> Callable[[str], str]:
    """Everything here is done on SQLite and on PostgreSQL."""
    return each_url_of


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


async def test_one_bit_of_any_entry_is_refused_by_its_name(
    full: Lesson, here: School, tmp_path: Path
) -> None:
    """[LP-6] And nothing is there that was not there before: no row, no file."""
    pack = await packed(full)
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
    full: Lesson, here: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[LP-6] Bombs, ways out, other versions, what nests, and what is none at all."""
    pack = await packed(full)
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
                            "type": "image",
                            "id": "x",
                            "layer": "base",
                            "asset": "ab" * 32,
                            "x": 0,
                            "y": 0,
                            "w": 1,
                            "h": 1,
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
    full: Lesson, here: School, kind: str, change: dict[str, Any], words: str
) -> None:
    """[LP-6] By its `seq`, though all hashes are right."""
    pack = await packed(full)
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


async def test_nobody_gets_at_what_is_not_in_the_pack(full: Lesson, here: School) -> None:
    """[P13][LP-6] An image that lies in a lesson of somebody else, and a file of their chat."""
    pack = await packed(full)
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
    full: Lesson, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """[LP-6] A fault is cleaned up; after a kill nobody sees what is left, and it is swept."""
    pack = await packed(full)
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
            # Images that nothing names go with the next sweep, as those of uploads do; that
            # something was deleted the server remembers until it is gone from the disk.
            passing = {"files": 0, "asset": 0, "server_state": 0}
            assert after | passing == before | passing
            patch.setattr(bringing_in.BringingIn, "_undone", broken)
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
        # Of the session that was there before, which has expired by now.
        (session,) = await store_of(here).sessions(SessionFilter(), limit=10)
        assert after["session_event"] == await store_of(here).head(session.session_id)
        assert (after["session_asset"], after["chat_file"], after["body_piece"]) == (0, 0, 0)
        assert after["user"] == before["user"]


async def test_what_would_be_deleted_at_once_or_is_too_much_is_refused(
    full: Lesson, opened: Open
) -> None:
    """[LP-9] By the days that lessons are kept, bytes of images, sessions and the size itself."""
    pack = await packed(full)
    for number, (config, later_s, status, field) in enumerate(
        (
            (GatewayConfig(retention_days=1), 2 * 86_400, 409, "session.json"),
            (GatewayConfig(asset_bytes_per_user=10), 0, 413, "files/"),
            (GatewayConfig(sessions_per_user=1), 0, 413, "as_user"),
            (GatewayConfig(max_pack_bytes=1_024), 0, 413, None),
            (GatewayConfig(max_image_pixels=10), 0, 422, None),
        )
    ):
        async with opened(place=f"here-{number}", config=config) as here:
            await here.session("Ada")
            here.clock.advance(later_s)
            refused = await taken(here, pack)
            assert refused.status_code == status, refused.text
            if field is not None:
                assert refused.json()["field"] == field
    assert taking_up.EVENTS_MOST == 1_000_000
