"""What is asked of whoever sends a file, before a byte of it is read."""

from collections.abc import Collection

from fastapi import Request

from gateway.identity.identity import Access
from gateway.rest.plumbing.services import Services
from gateway.rest.shapes.problems import UnsupportedMediaType
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import too_often


def require_claimed(request: Request, allowed: Collection[str], *, words: str) -> None:
    """Refuse a body that does not even claim to be of an allowed type; its content says the rest.

    Raises:
        UnsupportedMediaType: with `words`.

    """
    if claimed_type(request) not in allowed:
        raise UnsupportedMediaType(words)


def claimed_type(request: Request) -> str:
    """Return the media type that a body claims to be of, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


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
