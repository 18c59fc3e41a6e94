"""What is written in lessons is found soon, and what was written before this was there, too."""

from functools import partial
from pathlib import Path

import pytest

from lessonroom.board.model.page import Background, Page
from lessonroom.commands import AddPages, MoveSession, RegisterAsset
from lessonroom.finding.written import Kind
from lessonroom.log.events import AssetAdded
from lessonroom.session.lifecycle import Move
from storage.finding import looking, search
from storage.finding.looking import Behind
from storage.finding.search import Hit, Wanted
from storage.images.asset_directory import AssetDirectory
from storage.store import Store
from storage.tables import TEXTS_UNTIL
from tests.actors.support.chores import housekeeping, keep_house
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, School

SOON_S = 20


def write(client: Client, text: str, element: str = "e1") -> str:
    """Put a text on the board; returns the id under which that is acknowledged."""
    element_of = {"type": "text", "id": element, "layer": "base", "x": 0, "y": 0, "text": text}
    pending, reaction = client.replica.submit([{"op": "put", "element": element_of}])
    client._do(reaction)
    return pending.id


async def found(school: School, asked: str, user_id: int = HOST) -> list[Hit]:
    wanted = Wanted(user_id=user_id, words=search.asked_of(asked))
    return (await search.find(school.store, wanted, limit=50)).hits


async def looked_through(school: School) -> int:
    """Return how far the log of `algebra` was looked through, as the database has it."""

    async def read(connection: object) -> int:
        rows = await connection.execute(TEXTS_UNTIL.select())  # type: ignore[attr-defined]
        return max((row.until_seq for row in rows), default=0)

    return await school.store.reading(read)


async def test_what_is_written_is_found_while_the_lesson_goes_on(school: School) -> None:
    """After a moment; and so is what is written later."""
    host = await school.join(HOST)
    async with housekeeping(school) as keeper:
        for text, element in (("Дроби", "e1"), ("Вектори", "e2")):
            message = write(host, text, element)
            await school.until(partial(host.acked.__contains__, message))
            assert await found(school, text) == []
            school.clock.advance(SOON_S)
            await keeper.settled()
            (hit,) = await found(school, text.lower())
            assert (hit.session_id, hit.seq) == ("algebra", host.acked[message])


async def test_strokes_alone_are_no_reason_to_write(school: School) -> None:
    """While the lesson goes on; once it rests its log counts as looked through."""
    host = await school.join(HOST)
    async with housekeeping(school) as keeper:
        before = await looked_through(school)
        message = host.draw()
        await school.until(lambda: message in host.acked)
        school.clock.advance(SOON_S)
        await keeper.settled()
        assert await looked_through(school) == before > 0
        host.leave()
        await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
        school.rooms.put_to_rest("algebra")
        await school.until(lambda: not school.rooms.live())
        school.clock.advance(SOON_S)
        await keeper.settled()
        assert await looked_through(school) == await school.store.head("algebra")


async def test_lessons_where_nothing_is_written_are_not_looked_at(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are live, and however much is drawn in them: their rooms know."""
    looked: list[str] = []
    next_slice = looking.next_slice

    async def noted(store: Store, found: Behind, *, after: int) -> looking.Slice:
        looked.append(found.session_id)
        return await next_slice(store, found, after=after)

    monkeypatch.setattr(looking, "next_slice", noted)
    await school.lesson("geometry")
    drawing, writing = await school.join(HOST), await school.join(HOST, "geometry")
    async with housekeeping(school) as keeper:
        for n, what in enumerate(("nothing", "strokes", "words", "strokes")):
            school.clock.advance(SOON_S)
            await keeper.settled()
            looked.clear()
            if what != "nothing":
                message = drawing.draw()
                await school.until(partial(drawing.acked.__contains__, message))
            if what == "words":
                message = write(writing, "Ellipse", f"e{n}")
                await school.until(partial(writing.acked.__contains__, message))
            school.clock.advance(SOON_S)
            await keeper.settled()
            assert looked == (["geometry"] if what == "words" else []), what


async def test_lessons_of_before_are_looked_through_at_the_start(school: School) -> None:
    """As many as there are, chat and titles and people with them."""
    ann = await school.join(ANN)
    ann.send("system", "chat_message", {"text": "Which page?"}, message_id="chat-of-ann:1")
    message = write(ann, "needle")
    await school.until(lambda: message in ann.acked and "chat-of-ann:1" in ann.acked)
    await school.lesson("geometry")
    await school.restart()
    await keep_house(school)
    assert [hit.kind for hit in await found(school, "page")] == [Kind.CHAT]
    assert [hit.kind for hit in await found(school, "needle")] == [Kind.TEXT]
    people = await found(school, school.name_of(ANN))
    assert {(hit.kind, hit.session_id) for hit in people} == {
        (Kind.PERSON, "algebra"),
        (Kind.PERSON, "geometry"),
    }


async def test_the_text_of_a_document_is_found_on_its_page(school: School, tmp_path: Path) -> None:
    """It lies in a file; where that is gone the others are found all the same."""
    files = AssetDirectory(tmp_path / "assets")
    asset = files.write("Теорема Піфагора".encode())
    gone = "f" * 64
    added = [AssetAdded(name, "text/plain", 0, 0, 30) for name in (asset, gone)]
    for one in added:
        await school.rooms.ask("algebra", RegisterAsset(by=HOST, added=one))
    pages = [
        Page(id=f"d{n}", size=(100, 100), background=Background(asset=name, w=1, h=1, text=name))
        for n, name in enumerate((asset, gone))
    ]
    await school.rooms.ask("algebra", AddPages(by=HOST, pages=pages))
    async with housekeeping(school, asset_files=files):
        (hit,) = await found(school, "піфаг")
        assert (hit.kind, hit.page) == (Kind.DOCUMENT, "d0")
