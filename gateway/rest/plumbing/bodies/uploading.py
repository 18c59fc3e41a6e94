"""What is asked of whoever sends a file, before a byte of it is read."""

from gateway.identity.identity import Access
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import too_often


def require_person(user_id: int | None) -> None:
    """Refuse who is nobody in a lesson, None: what comes with a file is somebody's.

    Raises:
        Refused: `permission_denied`.

    """
    if user_id is None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "this needs a person's token: an operator is nobody in a lesson",
        )


def count_upload(services: Services, access: Access) -> None:
    """Count a file that somebody sends, of whatever kind.

    Raises:
        Refused: `rate_limited`, with when to try again.

    """
    key = str(access.caller.user_id or "operator")
    wait_s = services.uploads.take(key, services.clock.monotonic_s())
    if wait_s:
        raise too_often(wait_s, "too many uploads")
