"""Two processes that believe they have a session, on a real PostgreSQL with the real fence."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from actors.house.places import Place
from lessonroom.codes import CloseCode, unavailable
from storage.cluster.leases import Leases, NodeState
from tests.actors.support.school import ANN, HOST, School
from tests.postgres import Postgres


class LeasedPlaces:
    """`Places` of the database's leases; what another node has is not to be had here."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    async def place(self, session_id: str) -> Place:
        """Claim, or go on with what is here already."""
        if session_id in (owned := await self._leases.owned()):
            return Place(owned[session_id])
        term = await self._leases.claim(await self._leases.ownership(session_id))
        if term is None:
            raise unavailable("another node has it")
        return Place(term)

    async def release(self, session_id: str, term: int) -> None:
        """Let go."""
        await self._leases.release(session_id, term)


@contextlib.asynccontextmanager
async def _node(url: str, name: str) -> AsyncIterator[tuple[School, Leases]]:
    # The schema is there once the first of them has opened its store.
    school = await School.open(url, is_shared=True)
    leases = await Leases.open(
        url, node=name, lease_s=3_600, version="1", address="", secret_print=b""
    )
    await school.stop()
    school.places = LeasedPlaces(leases)
    school.rooms = school._start()
    yield school, leases
    await school.close()
    await leases.close()


@pytest.mark.parametrize("drawn_after", [1, 3])
async def test_what_a_room_was_told_that_is_elsewhere_is_not_acknowledged(
    postgres: Postgres, drawn_after: int
) -> None:
    """Closed 1012 "moved"; who comes back elsewhere has lost nothing, nor twice."""
    url = postgres.new_database()
    async with _node(url, "first") as (old, old_leases), _node(url, "second") as (new, _):
        await old.lesson()
        host, ann = [await old.join(user) for user in (HOST, ANN)]
        kept = host.draw("kept")
        await old.until(lambda: kept in host.acked)
        # It is held for dead, and goes on all the same.
        await old_leases.renew(state=NodeState.ISOLATED, hears_bus=False, rooms=1)
        ben = await new.join(ANN, suffix="'s tablet")
        late = [host.draw(f"late{number}") for number in range(drawn_after)]
        await old.until(lambda: host.outbox.has_ended and ann.outbox.has_ended)
        assert not host.acked.keys() & set(late)
        for client in (host, ann):
            assert client.outbox.closed is CloseCode.RESTARTING
            assert client.outbox.close_reason == "moved"
        await old.rest()
        assert not old.is_live()
        for client in (host, ann):
            old.clients.remove(client)
            new.clients.append(client)
            await new.connect(client)
        await new.until(lambda: not host.pending)
        await new.rest()
        assert {kept, *late} <= host.acked.keys()
        assert ben.board == host.board
        await new.check()
