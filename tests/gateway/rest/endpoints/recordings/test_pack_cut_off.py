"""A lesson that comes in is whole or not there, whatever cuts it off, and whoever else comes in.

Tests also: gateway/rest/packing/bringing_in.py.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.rest.packing.arriving import Arrival
from storage.images.asset_directory import AssetDirectory
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.arrivals import (
    came,
    everything,
    packed,
    store_of,
    taken,
)
from tests.gateway.rest.endpoints.recordings.test_takes import recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson
from tests.gateway.rest.school import API, School


@pytest.fixture
def url_of(each_url_of: Callable[[str], str]) -> Callable[[str], str]:
    """Everything here is done on SQLite and on PostgreSQL."""
    return each_url_of


@pytest.fixture
async def spoken(school: School) -> bytes:
    """The pack of a lesson with a voice."""
    recorded = await recorded_in(school)
    await recorded.open()
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    await recorded.close(len(chunks))
    await recorded.call("POST", "complete/")
    return (await recorded.call("GET", "pack/")).content


class _Cutting:
    """Cuts an import off at one of its steps, which is done all the same."""

    def __init__(self, school: School, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._services = school.app.state.services
        self._left = at
        self._task: asyncio.Task[Any] | None = None
        self._loop = asyncio.get_running_loop()
        rooms, files = self._services.rooms, self._services.takes.files
        write, keep, take_in = rooms.write, self._services.assets.take_in, files.take_in

        async def writing(work: Callable[..., Awaitable[Any]]) -> Any:  # noqa: ANN401
            self._step()
            return await write(work)

        def keeping(path: Path, asset: str) -> None:
            self._loop.call_soon_threadsafe(self._step)
            keep(path, asset)

        def taking_in(take_id: str, path: Path) -> None:
            self._loop.call_soon_threadsafe(self._step)
            take_in(take_id, path)

        monkeypatch.setattr(rooms, "write", writing)
        monkeypatch.setattr(self._services.assets, "take_in", keeping)
        monkeypatch.setattr(files, "take_in", taking_in)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0 and self._task is not None:
            self._task.cancel()

    async def run(self, pack: bytes, host_id: int) -> bool:
        """Take a pack up; return whether it was cut off."""

        async def content() -> AsyncIterator[bytes]:
            yield pack

        host = await self._services.rooms.store.user(host_id)
        async with self._services.spool.receiving(content()) as spooled:
            arrival = Arrival(self._services, spooled, host=host, is_operator=False)
            self._task = asyncio.create_task(arrival.taken({}))
            await asyncio.wait({self._task})
            return self._task.cancelled()


@pytest.mark.parametrize("kind", ["full", "spoken"])
async def test_whoever_hangs_up_at_any_step_leaves_all_or_nothing(
    kind: str, request: pytest.FixtureRequest, full: Lesson, spoken: bytes, opened: Open,
    tmp_path: Path,
) -> None:  # fmt: skip
    """[LP-6] Also while the last row is written: a lesson that is there has its voices."""
    pack = await packed(full) if kind == "full" else spoken
    async with opened(place="here") as here:
        host_id = (await here.session("Ada"))["host_id"]
        before = await everything(here, tmp_path / "here")
        wholes, nothings, at = 0, 0, 0
        is_cut_off = True
        while is_cut_off:
            at += 1
            assert at < 60
            with pytest.MonkeyPatch.context() as patch:
                is_cut_off = await _Cutting(here, at, patch).run(pack, host_id)
            after = await everything(here, tmp_path / "here")
            listed = await here.call(
                "GET", f"{API}/sessions/my/?status=completed", token=here.user_token("Ada")
            )
            lessons = listed.json()["items"]
            # Images that nothing names are swept as those of uploads are.
            passing = {"files": 0, "asset": 0, "server_state": 0}
            if not lessons:
                assert after | passing == before | passing, at
                assert here.app.state.services.takes.files.take_ids() == set(), at
                nothings += 1
                continue
            (lesson,) = lessons
            await _is_whole(here, lesson["session_id"], takes=kind == "spoken")
            wholes += 1
            token = here.user_token("Ada")
            gone = await here.call("DELETE", f"{API}/sessions/{lesson['session_id']}/", token=token)
            assert gone.status_code == 200, gone.text
            await here.app.state.services.takes.sweep()
            before = await everything(here, tmp_path / "here")
        # The last one was not cut off; the one before it was, behind its last write.
        assert nothings >= 4
        assert wholes >= 2


async def _is_whole(here: School, session_id: str, *, takes: bool) -> None:
    token = here.user_token("Ada")
    base = f"{API}/sessions/{session_id}"
    pack = await here.call("GET", f"{base}/pack/", token=token)
    assert pack.status_code == 200
    listed = (await here.call("GET", f"{base}/recordings/", token=token)).json()
    assert bool(listed["takes"]) == takes
    for take in listed["takes"]:
        media = await here.call("GET", f"{API}/takes/{take['take_id']}/media", token=token)
        assert (media.status_code, len(media.content)) == (200, take["size_bytes"])


async def test_two_at_once_are_two_lessons(full: Lesson, spoken: bytes, here: School) -> None:
    """[LP-9] Of one person, who is told; of two people, who share each file and nothing else."""
    pack = await packed(full)
    both = await asyncio.gather(came(here, pack), came(here, pack))
    ids = [each["session"]["session_id"] for each in both]
    assert len(set(ids)) == 2
    assert sorted(map(len, (each["copies"] for each in both))) == [0, 1]
    answers = await asyncio.gather(
        *(taken(here, each, who) for who in ("Ada", "Carl") for each in (pack, spoken))
    )
    assert [answer.status_code for answer in answers] == [201] * 4
    sessions = [answer.json()["session"] for answer in answers]
    assert len({session["session_id"] for session in sessions}) == 4
    assert len({session["host_id"] for session in sessions}) == 2
    for session in sessions[::2]:
        assert await store_of(here).head(session["session_id"]) == both[0]["events"]


async def test_one_that_fails_takes_nothing_from_one_that_comes_in(
    full: Lesson, here: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[LP-6] The same pack, at the same time: the files of both are the same."""
    pack = await packed(full)
    services = here.app.state.services
    await here.session("Ada")
    with pytest.MonkeyPatch.context() as patch:
        cut = _Cutting(here, 4, patch)
        host_id = (await here.session("Carl"))["host_id"]
        is_cut_off, answer = await asyncio.gather(cut.run(pack, host_id), came(here, pack))
    assert is_cut_off
    base = f"{API}/sessions/{answer['session']['session_id']}"
    token = here.user_token("Ada")
    again = await here.call("GET", f"{base}/pack/", token=token)
    assert b"not there any more" not in again.content
    assert len(set(services.assets.names())) >= 2


@pytest.mark.parametrize("at", ["spool", "unpacked", "assets", "takes"])
async def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    at: str, spoken: bytes, full: Lesson, opened: Open, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """[LP-6] 413, wherever it was full; the same pack comes in once there is room."""
    pack = spoken if at in {"spool", "takes"} else await packed(full)

    def no_room(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with opened(place="here") as here:
        await here.session("Ada")
        before = await everything(here, tmp_path / "here")
        files = here.app.state.services.takes.files
        with monkeypatch.context() as patch:
            match at:
                case "spool":
                    patch.setattr("gateway.documents.spool._opened", no_room)
                case "unpacked":
                    patch.setattr("gateway.packs.checking.Pack.pieces_of", no_room)
                case "assets":
                    patch.setattr(AssetDirectory, "take_in", no_room)
                case _:
                    patch.setattr(files, "take_in", no_room)
            refused = await taken(here, pack)
        assert refused.status_code == 413, refused.text
        assert "nearly full" in refused.json()["detail"]
        after = await everything(here, tmp_path / "here")
        passing = {"asset": 0, "server_state": 0}
        assert after | passing == before | passing
        await came(here, pack)


async def test_what_would_not_fit_unpacked_is_refused_before_it_is(
    full: Lesson, here: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[LP-6] By what the pack says of itself: there was room for it as it was sent, and no more."""
    pack = await packed(full)
    await here.session("Ada")
    services = here.app.state.services
    least = services.config.take_limits.free
    found = iter((least + len(pack), least))
    with monkeypatch.context() as patch:
        patch.setattr(services.takes.files, "free_bytes", lambda: next(found))
        refused = await taken(here, pack)
    assert refused.status_code == 413
    assert next(found, None) is None
    await came(here, pack)
