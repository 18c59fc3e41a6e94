"""How many sessions somebody may create, how often, how large and for how many (SECURITY Disk).

Bookings are made by a platform that signs them, on behalf of many, and are not counted here.
"""

from typing import Final

from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import too_often

_BYTES_OF_A_SESSION: Final = 1024 * 1024
"""A session that begins with a board counts once more for so many bytes of it."""


def require_may_create(
    services: Services, host_id: int, *, body_bytes: int = 0, more: int = 0
) -> None:
    """Count a session that is to be created, more for a large board, and `more` for many at once.

    Raises:
        Refused: `rate_limited`, with when to try again.

    """
    cost = 1 + body_bytes // _BYTES_OF_A_SESSION + more
    wait_s = services.creations.take(str(host_id), services.clock.monotonic_s(), cost)
    if wait_s > 0:
        raise too_often(wait_s, "too many new sessions")


def charge_board(services: Services, host_id: int, size_bytes: int, *, sessions: int = 1) -> None:
    """Have the next sessions of a host wait for the board that these begin with, by its size."""
    cost = sessions * (size_bytes // _BYTES_OF_A_SESSION)
    services.creations.charge(str(host_id), services.clock.monotonic_s(), cost)


def require_possible_places(services: Services, wanted: int | None) -> None:
    """Check how many participants a session is to have at most; None: what the server has.

    Raises:
        Refused: `invalid`, more than this server allows.

    """
    limit = services.config.max_participants
    if wanted is not None and wanted > limit:
        raise Refused(
            ErrorCode.INVALID, f"at most {limit} on this server", field="max_participants"
        )
