"""Who owns a session: taken up before it is read, let go before its people are sent away.

Tests also: actors/house/entries.py.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from actors.house.places import Here, Place
from lessonroom.codes import CloseCode, Refused, unavailable
from lessonroom.commands import MoveSession, SaveBoard
from lessonroom.session.lifecycle import Move
from storage.records import Batch
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, HOST, School


class RecordingPlaces:
    """A `Places` with terms, of which a test says when they end and what goes wrong."""

    def __init__(self) -> None:
        self.owned: dict[str, int] = {}
        self.terms: list[int] = []
        self.released: list[int] = []
        self.on_release: Callable[[], Awaitable[None]] | None = None
        self.refusal: Refused | None = None

    async def place(self, session_id: str) -> Place:
        """Begin a term, or go on with that under way."""
        if self.refusal is not None:
            raise self.refusal
        if session_id not in self.owned:
            self.owned[session_id] = len(self.terms) + 1
            self.terms.append(self.owned[session_id])
        return Place(self.owned[session_id])

    async def release(self, session_id: str, term: int) -> None:
        """End a term."""
        if self.on_release is not None:
            await self.on_release()
        if self.owned.get(session_id) == term:
            del self.owned[session_id]
        self.released.append(term)


@pytest.fixture
def places() -> RecordingPlaces:
    """Where sessions live."""
    return RecordingPlaces()


@pytest.fixture
async def school(url: str, places: RecordingPlaces) -> AsyncIterator[School]:
    """A school with one lesson, whose sessions are taken up and let go at `places`."""
    school = await School.open(url, places=places)
    await school.lesson()
    yield school
    await school.close()


async def _rest(school: School) -> None:
    """Have the room of the lesson go to rest."""
    school.rooms.put_to_rest("algebra")
    await school.rest()
    assert not school.is_live()


async def test_a_process_that_is_alone_has_every_session() -> None:
    """[P20] In one term without end, and letting go is nothing."""
    here = Here()
    place = await here.place("algebra")
    await here.release("algebra", place.term)
    assert await here.place("algebra") == place


async def test_a_session_is_owned_exactly_while_it_has_a_room(
    school: School, places: RecordingPlaces
) -> None:
    """[P3] One term from its opening to its rest, another one after that."""
    for term in (1, 2):
        host = await school.join(HOST)
        assert places.owned == {"algebra": term}
        host.drop()
        await school.rest()
        await _rest(school)
        assert places.owned == {}
        assert places.released == places.terms == list(range(1, term + 1))


async def test_a_stop_lets_go_of_a_session_before_its_people(
    school: School, places: RecordingPlaces
) -> None:
    """[SY-4] Who comes back at once, to whatever server, finds it free and all of it on disk."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    drawn = host.draw()
    seen: list[tuple[bool, bool]] = []

    async def look() -> None:
        seen.append((host.outbox.has_ended or ann.outbox.has_ended, drawn in host.acked))

    places.on_release = look
    await school.stop()
    assert seen == [(False, True)]
    assert {client.outbox.closed for client in (host, ann)} == {CloseCode.RESTARTING}
    assert drawn in await school.submissions()


async def test_what_comes_while_a_room_stops_is_refused(
    school: School, places: RecordingPlaces
) -> None:
    """[SY-4] [P3] Drawn on and on, it would stop never; let go, nothing more may be written."""
    host = await school.join(HOST)
    free, asked = asyncio.Event(), asyncio.Event()
    places.on_release = _waits(free, asked)
    stopping = asyncio.create_task(school.rooms.stop())
    await school.until(asked.is_set)
    head = len(await school.log())
    late = host.draw("late")
    with pytest.raises(Refused, match="restart"):
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    await school.settle()
    assert late not in host.acked
    assert not host.outbox.has_ended
    free.set()
    await stopping
    assert host.outbox.closed is CloseCode.RESTARTING
    assert len(await school.log()) == head


def _waits(
    event: asyncio.Event, asked: asyncio.Event | None = None
) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        if asked is not None:
            asked.set()
        await event.wait()

    return wait


async def test_who_comes_while_a_session_is_let_go_waits_for_it(
    school: School, places: RecordingPlaces
) -> None:
    """[P20] And finds a new room, of a new term."""
    host = await school.join(HOST)
    host.drop()
    await school.rest()
    free = asyncio.Event()
    places.on_release = _waits(free)
    school.rooms.put_to_rest("algebra")
    await school.settle()
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.settle()
    assert not ann.is_synced
    free.set()
    await school.until(lambda: ann.is_synced)
    assert places.owned == {"algebra": 2}


async def test_a_session_that_cannot_be_taken_up_is_refused_until_it_can(
    school: School, places: RecordingPlaces
) -> None:
    """[P20] Nobody waits for ever, and nothing is owned."""
    places.refusal = unavailable("nobody can say")
    with pytest.raises(Refused, match="nobody can say"):
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    await school.rest()
    assert places.owned == {}
    places.refusal = None
    await school.join(HOST)
    assert places.owned == {"algebra": 1}


@pytest.mark.logs_errors
async def test_a_session_that_cannot_be_let_go_is_opened_anew_all_the_same(
    school: School, places: RecordingPlaces
) -> None:
    """[P20] Its term runs out by itself; here it goes on."""
    host = await school.join(HOST)
    host.drop()
    await school.rest()

    async def fail() -> None:
        raise ConnectionResetError

    places.on_release = fail
    await _rest(school)
    await school.join(ANN)
    await school.check()


async def test_nothing_is_owned_of_what_cannot_be_opened(
    school: School, places: RecordingPlaces
) -> None:
    """[P20] No such session, or one that is over."""
    await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    await _rest(school)
    for session_id in ("algebra", "nowhere"):
        with pytest.raises(Refused):
            await school.rooms.ask(session_id, SaveBoard(by=HOST))
        await school.rest()
    assert places.owned == {}
    assert places.released == places.terms


@pytest.mark.logs_errors
async def test_a_room_that_fails_lets_go_behind_what_it_handed_over(
    school: School, places: RecordingPlaces
) -> None:
    """[P4] [P20] What the journal has of it is on disk before anybody else may have the session."""
    host = await school.join(HOST)
    await school.rest()
    heads: list[int] = []

    async def look() -> None:
        heads.append(len(await school.log()))

    places.on_release = look
    before = len(await school.log())
    school.store.hold()
    host.draw("handed")
    await school.until(lambda: school.store.is_held)
    school.room().actor_ref.tell("nobody sends this")
    await school.settle()
    assert not heads
    school.store.release()
    await school.until(lambda: bool(heads))
    assert heads == [before + 1]


@pytest.mark.logs_errors
async def test_all_that_a_room_writes_names_its_term(
    school: School, places: RecordingPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a lost commit, for which it reads its state anew; and its last snapshot."""
    terms: list[set[int]] = []
    commit = school.store.commit

    async def noted(batches: Sequence[Batch]) -> Sequence[Batch]:
        terms.append({batch.term for batch in batches})
        return await commit(batches)

    monkeypatch.setattr(school.store, "commit", noted)
    for term in (1, 2):
        host = await school.join(HOST)
        host.draw("before")
        await school.rest()
        school.store.fail_next(Fault.REFUSED)
        host.draw("lost")
        await school.rest()
        host.draw("behind")
        await school.rest()
        host.drop()
        await school.rest()
        await _rest(school)
        assert len(terms) > term
        assert terms[-1] == {term}
        assert set[int]().union(*terms) == {term}
        terms.clear()
