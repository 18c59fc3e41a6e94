"""Losing a commit."""

from tests.actors.support.client import Client
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import School

PROBE_S = 0.25


async def lose_one(school: School, host: Client, fault: Fault) -> str:
    """Have a stroke of the host's fail, and wait until they hear of it."""
    school.store.fail_next(fault)
    drawn = host.draw("lost")
    await school.until(lambda: bool(host.errors) or host.outbox.has_ended)
    return drawn
