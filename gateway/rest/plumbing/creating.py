"""How many sessions somebody may create, how often, and how large (SECURITY Disk).

Bookings are made by a platform that signs them, on behalf of many, and are not counted here.
"""

from typing import Final

from gateway.rest.plumbing.services import Services
from lessonroom.rates import too_often

_BYTES_OF_A_SESSION: Final = 1024 * 1024
"""A session that begins with a board counts once more for so many bytes of it."""


def require_may_create(services: Services, host_id: int, *, body_bytes: int = 0) -> None:
    """Count a session that is to be created, and more for a large board.

    Raises:
        Refused: `rate_limited`, with when to try again.

    """
    cost = 1 + body_bytes // _BYTES_OF_A_SESSION
    wait_s = services.creations.take(str(host_id), services.clock.monotonic_s(), cost)
    if wait_s > 0:
        raise too_often(wait_s, "too many new sessions")
