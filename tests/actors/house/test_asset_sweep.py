"""Images that no board shows any more are deleted, and no other."""

import os
from pathlib import Path

import pytest

from actors.house.asset_sweep import sweep_assets
from lessonroom.board.model.elements import Image, Layer
from lessonroom.board.model.page import Page
from lessonroom.commands import ImportBoard, MoveSession, RegisterAsset, RemoveMessage, SendFile
from lessonroom.log.events import AssetAdded, ChatFile
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.images import assets
from storage.images.asset_directory import AssetDirectory
from tests.actors.support.school import HOST, School

HOUR_S = 3_600


class Album:
    """Images on the disk, all of them a day old, and sessions that have them."""

    def __init__(self, school: School, directory: Path) -> None:
        self.school = school
        self.files = AssetDirectory(directory)

    @property
    def now_s(self) -> float:
        return self.school.clock.now_ms() / 1000

    def keep(self, content: bytes, *, age_s: float = 24 * HOUR_S) -> AssetAdded:
        """Write an image as an upload does."""
        name = self.files.write(content)
        then_s = self.now_s - age_s
        os.utime(self.files.path_of(name), (then_s, then_s))
        return AssetAdded(name, "image/png", 1, 1, len(content))

    async def session(self, name: str, *shown: AssetAdded, unshown: tuple[AssetAdded, ...]) -> None:
        """Begin a session with some images on its board, and others that were only uploaded."""
        elements = [
            Image(id=f"i{n}", layer="l", x=0, y=0, w=1, h=1, asset=added.asset)
            for n, added in enumerate(shown)
        ]
        board = ImportBoard(
            by=HOST,
            pages=[Page(id="p1")],
            layers=[Layer(id="l")],
            elements=list(elements),
            assets=list(shown),
        )
        await self.school.rooms.create(
            Session(session_id=name, host_id=HOST, created_at_ms=self.school.clock.now_ms()),
            [board],
        )
        for added in unshown:
            await self.school.rooms.ask(name, RegisterAsset(by=None, added=added))

    async def end(self, name: str) -> None:
        await self.school.rooms.ask(name, MoveSession(by=None, move=Move.TERMINATE))

    async def sweep(self, began_ms: int | None = None) -> int:
        now_ms = self.school.clock.now_ms()
        return await sweep_assets(self.school.rooms, self.files, now_ms=now_ms, began_ms=began_ms)

    def left(self) -> set[str]:
        return set(self.files.names())


@pytest.fixture
def album(school: School, tmp_path: Path) -> Album:
    return Album(school, tmp_path / "assets")


async def test_what_an_ended_session_never_showed_is_deleted(album: Album) -> None:
    """[API assets] While it was open it stayed: it could have been put at any moment."""
    shown, unshown = album.keep(b"shown"), album.keep(b"unshown")
    await album.session("geometry", shown, unshown=(unshown,))
    assert await album.sweep() == 0
    await album.end("geometry")
    assert await album.sweep() == 1
    assert album.left() == {shown.asset}
    known = await album.school.store.reading(lambda c: assets.find(c, shown.asset))
    assert known == shown
    assert await album.sweep() == 0


async def test_what_another_session_has_stays(album: Album) -> None:
    """[P13] One file for both; it goes with the last one."""
    both = album.keep(b"both")
    await album.session("one", unshown=(both,))
    await album.session("two", unshown=(both,))
    await album.end("one")
    assert await album.sweep() == 0
    await album.end("two")
    assert await album.sweep() == 1
    assert album.left() == set()


async def test_a_file_of_no_session_goes_once_it_is_old(album: Album) -> None:
    """An upload that was cut off, or whose session was deleted; not one that is under way."""
    album.keep(b"old")
    young = album.keep(b"young", age_s=60)
    (draft := album.files.path_of(young.asset).with_name("x.draft")).touch()
    os.utime(draft, (album.now_s - 7200, album.now_s - 7200))
    assert await album.sweep() == 1
    assert album.left() == {young.asset}
    assert not draft.exists()


async def test_what_a_server_before_this_one_left_goes_at_once(album: Album) -> None:
    """[LP-6] Of no upload that is under way: whoever sent it was cut off with that server."""
    shown = album.keep(b"shown", age_s=60)
    await album.session("geometry", shown, unshown=())
    album.keep(b"before", age_s=60)
    young = album.keep(b"young", age_s=10)
    assert await album.sweep(album.school.clock.now_ms() - 30_000) == 1
    assert album.left() == {shown.asset, young.asset}


async def test_an_empty_directory_is_nothing_to_do(album: Album) -> None:
    assert await album.sweep() == 0


async def test_what_came_with_a_message_goes_with_it(album: Album) -> None:
    """[CH-6] [CH-7] Not before, also where the lesson is over; the image of a board stays."""
    school = album.school
    both, sent = album.keep(b"both"), album.keep(b"sent")
    await album.session("geometry", both, unshown=())
    host = await school.join(HOST)
    for n, added in enumerate((both, sent)):
        file = ChatFile(added.asset, f"{n}.png", "image/png", added.size_bytes, 1, 1)
        await school.rooms.ask("algebra", SendFile(by=HOST, client_id=f"file-{n}", file=file))
    await school.until(lambda: len(host.outbox.of_type("chat_message")) == 2)
    await album.end("algebra")
    assert await album.sweep() == 0
    for event in await school.store.chat("algebra"):
        await school.rooms.ask("algebra", RemoveMessage(by=None, message=event.seq))
    assert await album.sweep() == 1
    assert album.left() == {both.asset}
