"""Takes over HTTP: sent while the lesson runs, sealed onto room time, and had by who may.

Tests also: gateway/recordings/allowed.py, gateway/recordings/keeping.py,
gateway/recordings/takes.py, gateway/rest/shapes/takes.py, storage/recordings/takes.py.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import Response

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.keeping import TakeKeeping
from gateway.recordings.take_files import TakeFiles
from storage.people import erasure
from tests.gateway.recordings.takes import T0_MS, frames_of, marked_us, voice
from tests.gateway.rest.school import API, School

VOICE = {"kind": "audio", "media_type": "audio/webm;codecs=opus"}
SCREEN = {"kind": "screen", "media_type": "video/webm;codecs=vp8"}


class Recorded:
    """A session of Ada's that is recorded, with Ben in it, who sends his voice."""

    def __init__(self, school: School, session: dict[str, Any], ben: dict[str, Any]) -> None:
        self.school = school
        self.path = f"{API}/sessions/{session['session_id']}"
        self.session = session
        self.ada = school.user_token("Ada")
        self.ben = str(ben["token"])
        self.ben_id = int(ben["participant"]["user_id"])
        self.take: dict[str, Any] = {}

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        **request: Any,  # noqa: ANN401 - httpx names them
    ) -> Response:
        path = path if path.startswith("/") else f"{self.path}/{path}"
        return await self.school.call(method, path, token=token or self.ada, **request)

    async def answer(self, answer: str) -> Response:
        body = {"answer": answer}
        return await self.call("POST", "recording/consent/", token=self.ben, json=body)

    async def open(self, **take: str) -> Response:
        opened = await self.call("POST", "takes/", token=self.ben, json=take or VOICE)
        if opened.status_code == 201:
            self.take = opened.json()
        return opened

    async def send(self, chunk: Chunk, **changes: Any) -> Response:  # noqa: ANN401 - each of its own
        """Send a chunk at the moment at which it came."""
        self.school.clock.advance(max(0, chunk.received_at_ms - self.school.clock.now_ms()) / 1000)
        request = {"content": chunk.data, "key": self.take["key"], "n": chunk.n} | changes
        return await self.school.call(
            "PUT",
            f"{API}/takes/{self.take['take_id']}/chunks/{request['n']}",
            content=request["content"],
            headers={
                "Take-Key": request["key"],
                "Take-At": str(chunk.at_ms),
                "Content-Type": "application/octet-stream",
            },
        )

    async def close(self, chunks: int) -> Response:
        return await self.school.call(
            "POST",
            f"{API}/takes/{self.take['take_id']}/close/",
            json={"chunks": chunks},
            headers={"Take-Key": self.take["key"]},
        )

    async def media(self, **request: Any) -> Response:  # noqa: ANN401 - httpx names them
        return await self.call("GET", f"{API}/takes/{self.take['take_id']}/media", **request)

    @property
    def files(self) -> TakeFiles:
        files: TakeFiles = self.school.app.state.services.takes.files
        return files


@pytest.fixture
async def recorded(school: School) -> Recorded:
    return await recorded_in(school)


async def recorded_in(school: School) -> Recorded:
    """Return a lesson that is being recorded, with Ben in it, who agreed."""
    session = await school.session("Ada", is_recorded=True)
    await school.connect(await school.join(session, "Ada"))
    ben = await school.join(session, "Ben")
    await school.connect(ben)
    recorded = Recorded(school, session, ben)
    for path in ("start/", "recording/start/"):
        started = await recorded.call("POST", path)
        assert started.status_code == 200, started.text
    assert (await recorded.answer("given")).status_code == 200
    return recorded


async def test_a_voice_is_sent_sealed_and_heard(recorded: Recorded) -> None:
    """[RC-7] From the first chunk to a file whose time, and where it begins, are the room's."""
    opened = await recorded.open()
    assert opened.status_code == 201, opened.text
    assert (opened.json()["next"], opened.json()["bits_per_s"]) == (0, 32_000)
    chunks = list(voice(30))
    for chunk in chunks:
        sent = await recorded.send(chunk)
        assert (sent.status_code, sent.json()) == (200, {"next": chunk.n + 1}), sent.text
    # While it comes, with what there is by now.
    listed = (await recorded.call("GET", "recordings/")).json()
    assert [take["state"] for take in listed["takes"]] == ["open"]
    before = (await recorded.call("GET", f"{API}/takes/{recorded.take['take_id']}/")).json()
    assert before["state"] == "open"
    assert abs(before["duration_ms"] - 30_000) < 200
    assert (await recorded.close(len(chunks))).status_code == 200
    take = (await recorded.call("GET", f"{API}/takes/{recorded.take['take_id']}/")).json()
    assert (take["state"], take["user_id"], take["gaps"]) == ("sealed", recorded.ben_id, [])
    got = await recorded.media(token=recorded.ben)
    assert got.status_code == 200
    assert got.headers["content-type"] == "audio/webm"
    assert got.headers["cache-control"] == "private, no-store"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert len(frames_of(got.content)) == len(frames_of_all(chunks))
    part = await recorded.media(headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, got.content[:100])
    # What was cut away, or was only on the way, is not kept beside it.
    assert not recorded.files.chunks_of(take["take_id"]).exists()
    assert (await recorded.send(chunks[0])).status_code == 409
    # A backup may have been restored without the folder of recordings.
    recorded.files.sealed_of(take["take_id"]).unlink()
    gone = await recorded.media()
    assert (gone.status_code, gone.json()["field"]) == (404, "take_id")


def frames_of_all(chunks: list[Chunk]) -> range:
    """Return as many as there are packets in a voice: one for each 60 ms."""
    return range(round((chunks[-1].at_ms - T0_MS) / 60))


async def test_chunks_come_in_order_and_once(recorded: Recorded) -> None:
    """[RC-7] Again is no harm; another number or other bytes are told where to go on."""
    await recorded.open()
    chunks = list(voice(10))
    for chunk in chunks[:2]:
        await recorded.send(chunk)
    again = await recorded.send(chunks[1])
    assert (again.status_code, again.json()) == (200, {"next": 2})
    for chunk, changes in ((chunks[3], {}), (chunks[1], {"content": b"other"})):
        wrong = await recorded.send(chunk, **changes)
        assert (wrong.status_code, wrong.headers["take-next"]) == (409, "2"), wrong.text
        assert wrong.json()["code"] == "conflict"
    short = await recorded.close(5)
    assert (short.status_code, short.json()["field"]) == (409, "chunks")
    assert (await recorded.send(chunks[2])).json() == {"next": 3}


async def test_a_restart_of_the_server_loses_no_chunk(recorded: Recorded) -> None:
    """[RC-7] What was acknowledged is there, and the key is good."""
    await recorded.open()
    chunks = list(voice(20))
    for chunk in chunks[:5]:
        await recorded.send(chunk)
    recorded.school.app.state.services.takes.stop()
    for chunk in chunks[4:]:
        assert (await recorded.send(chunk)).status_code == 200
    await recorded.close(len(chunks))
    assert len(frames_of((await recorded.media()).content)) == len(frames_of_all(chunks))


async def _withdraw(recorded: Recorded) -> Response:
    return await recorded.answer("declined")


async def _leave_out(recorded: Recorded) -> Response:
    path = f"participants/{recorded.ben_id}/recording/"
    return await recorded.call("POST", path, json={"is_recorded": False})


async def _stop(recorded: Recorded) -> Response:
    return await recorded.call("POST", "recording/stop/")


async def _pause(recorded: Recorded) -> Response:
    return await recorded.call("POST", "pause/")


async def _kick(recorded: Recorded) -> Response:
    return await recorded.call("POST", f"kick/{recorded.ben_id}/")


async def _forbid(recorded: Recorded) -> Response:
    body = {"user_id": recorded.ben_id, "permissions": {"can_toggle_audio": False}}
    return await recorded.call("POST", "permissions/", json=body)


async def _forbid_role(recorded: Recorded) -> Response:
    body = {"role": "student", "permissions": {"can_toggle_audio": False}}
    return await recorded.call("POST", "permissions/", json=body)


@pytest.mark.counted
@pytest.mark.parametrize(
    "end", [_withdraw, _leave_out, _stop, _pause, _kick, _forbid, _forbid_role]
)
async def test_what_the_log_does_not_allow_is_not_in_the_file(
    recorded: Recorded, end: Callable[[Recorded], Awaitable[Response]]
) -> None:
    """[RC-6] RT5: a page that sends on is cut at the moment, however it goes on."""
    await recorded.open()
    chunks = list(voice(30))
    sent = [await recorded.send(chunk) for chunk in chunks[:5]]
    ended_ms = recorded.school.clock.now_ms()
    response = await end(recorded)
    assert response.status_code == 200, response.text
    sent += [await recorded.send(chunk) for chunk in chunks[5:]]
    taken = [each for each in sent if each.status_code == 200]
    await recorded.close(len(taken))
    # Whoever listens: of a lesson that goes on, or not.
    content = (await recorded.media()).content
    heard = [marked_us(frame) for frame in frames_of(content)]
    last_ms = max(at_us for at_us in heard if at_us is not None) / 1000
    assert ended_ms - 2_200 < last_ms <= ended_ms
    # The chunks that held more than that are gone.
    assert not recorded.files.chunks_of(recorded.take["take_id"]).exists()


async def test_only_who_agreed_sends_and_only_what_is_recorded(recorded: Recorded) -> None:
    """[RC-4][RC-7] Decided in the room's turn, each refusal with its reason."""
    cases: list[tuple[dict[str, str], int, str | None]] = [
        (SCREEN, 409, "kind"),
        ({**VOICE, "media_type": "video/webm;codecs=vp8"}, 422, "media_type"),
        ({**VOICE, "media_type": "audio/mp4"}, 422, "media_type"),
        ({**VOICE, "media_type": "text/html"}, 422, "media_type"),
        ({**VOICE, "kind": "thoughts"}, 422, "kind"),
    ]
    for take, status, field in cases:
        refused = await recorded.open(**take)
        assert (refused.status_code, refused.json().get("field")) == (status, field), refused.text
    for answer, status in (("declined", 403), ("given", 201)):
        await recorded.answer(answer)
        assert (await recorded.open()).status_code == status
    await _leave_out(recorded)
    assert (await recorded.open()).status_code == 403
    ada = await recorded.call("POST", "takes/", json=VOICE)
    assert ada.status_code == 403, "she has not answered"
    await _stop(recorded)
    assert (await recorded.open()).status_code == 409


async def test_a_key_opens_its_own_take_and_nothing_else(recorded: Recorded) -> None:
    """[RC-7] No token does, nor the key of another one."""
    await recorded.open()
    first = recorded.take
    await recorded.open()
    (chunk, *_) = voice(4)
    for key in ("", "x", first["key"], recorded.take["key"][:-2], recorded.ben):
        refused = await recorded.send(chunk, key=key)
        assert refused.status_code in {403, 422}, key
    assert (await recorded.send(chunk)).status_code == 200


async def test_what_is_no_take_is_not_kept(recorded: Recorded) -> None:
    """[RC-7] The first breach closes it; what was good stays."""
    await recorded.open()
    chunks = list(voice(10))
    await recorded.send(chunks[0])
    html = await recorded.send(chunks[1], content=b"<html><script>alert(1)</script>" * 10)
    assert (html.status_code, html.json()["field"]) == (422, "body")
    assert (await recorded.send(chunks[1])).status_code == 409
    content = (await recorded.media()).content
    assert b"script" not in content
    assert frames_of(content)
    await recorded.open()
    assert (await recorded.send(chunks[0], content=b"")).status_code == 422


async def test_who_may_hear_it(recorded: Recorded, school: School) -> None:
    """[RC-3] Who was let in and not removed, or the host alone; downloads apart."""
    await recorded.open()
    for chunk in voice(6):
        await recorded.send(chunk)
    eve = await school.join(recorded.session, name="Eve")
    stranger = school.user_token("Stranger")
    assert (await recorded.media(token=eve["token"])).status_code == 200
    assert (await recorded.media(token=stranger)).status_code == 404
    assert (await recorded.media(token=eve["token"], params={"download": "1"})).status_code == 403
    assert (await recorded.media(params={"download": "1"})).headers["content-disposition"]
    await recorded.call("POST", f"kick/{eve['participant']['user_id']}/")
    assert (await recorded.media(token=eve["token"])).status_code == 403
    await _stop(recorded)
    closed = {"settings": {"recording": {"listeners": "host"}}}
    assert (await recorded.call("PATCH", "", json=closed)).status_code == 200
    assert (await recorded.media(token=recorded.ben)).status_code == 403
    assert (await recorded.media()).status_code == 200


async def test_a_take_is_deleted_by_its_person_or_a_host(
    recorded: Recorded, school: School
) -> None:
    """[RC-7] For good: no file is left, and no chunk comes any more."""
    await recorded.open()
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.media()
    await _stop(recorded)
    # What nobody but the host may hear is one's own to delete all the same.
    closed = {"settings": {"recording": {"listeners": "host"}}}
    assert (await recorded.call("PATCH", "", json=closed)).status_code == 200
    take_id = recorded.take["take_id"]
    eve = await school.join(recorded.session, name="Eve")
    path = f"{API}/takes/{take_id}/"
    assert (await recorded.call("DELETE", path, token=eve["token"])).status_code == 403
    assert (await recorded.call("DELETE", path, token=recorded.ben)).status_code == 200
    assert recorded.files.take_ids() == set()
    assert (await recorded.media()).status_code == 404
    assert (await recorded.send(chunks[0])).status_code == 404
    listed = (await recorded.call("GET", "recordings/")).json()["takes"]
    assert [(take["state"], take["size_bytes"]) for take in listed] == [("erased", 0)]


async def test_takes_go_with_their_person_and_their_session(
    recorded: Recorded, school: School
) -> None:
    """[RC-7] RT8: erasure and deletion leave rows that say so, or none; files are taken."""
    takes = school.app.state.services.takes
    ids = []
    for _ in range(2):
        await recorded.open()
        ids.append(recorded.take["take_id"])
        for chunk in voice(4):
            await recorded.send(chunk)
    assert recorded.files.take_ids() == set(ids)
    store = school.app.state.services.rooms.store
    await erasure.erase_identity(store, recorded.ben_id, at_ms=school.clock.now_ms())
    assert await takes.sweep() == 2
    assert recorded.files.take_ids() == set()
    assert recorded.files.size_bytes() == 0


async def test_takes_are_kept_as_long_as_was_said(recorded: Recorded, school: School) -> None:
    """[RC-3] `retention_days` counts from the end of the session; without it they stay."""
    takes = school.app.state.services.takes
    await recorded.open()
    for chunk in voice(4):
        await recorded.send(chunk)
    await _stop(recorded)
    days = {"settings": {"recording": {"retention_days": 3}}}
    assert (await recorded.call("PATCH", "", json=days)).status_code == 200
    await recorded.call("POST", "complete/")
    school.clock.advance(3 * 86_400 - 60)
    assert await takes.sweep() == 0
    school.clock.advance(120)
    assert await takes.sweep() == 1


async def test_what_a_page_never_ended_is_ended_once_nothing_can_come(
    recorded: Recorded, school: School
) -> None:
    """[RC-7] It is sealed for good after three days, and its chunks are gone."""
    takes = school.app.state.services.takes
    await recorded.open()
    for chunk in voice(4):
        await recorded.send(chunk)
    assert await takes.finish(before_ms=T0_MS) == 0
    assert await takes.finish(before_ms=T0_MS + 1) == 1
    assert not recorded.files.chunks_of(recorded.take["take_id"]).exists()
    assert frames_of((await recorded.media()).content)
    # One of which nothing ever came is done with, too.
    await recorded.open()
    assert await takes.finish(before_ms=school.clock.now_ms() + 1) == 1
    assert await takes.finish(before_ms=school.clock.now_ms() + 1) == 0
    nothing = await recorded.call("GET", f"{API}/takes/{recorded.take['take_id']}/")
    assert (nothing.json()["state"], nothing.json()["size_bytes"]) == ("sealed", 0)
    assert (await recorded.media()).status_code == 404
    keeping = TakeKeeping(takes, school.clock, late_upload_h=72)
    keeping.start()
    await keeping.stop()
