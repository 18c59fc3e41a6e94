"""What can go wrong: refusals of the server by what they are, and a server that is not reached."""

from collections.abc import Mapping
from typing import Any, Final

import httpx


class LessonroomError(Exception):
    """Whatever this client raises of its own."""


class Unreachable(LessonroomError):
    """No answer came. Whether the request was carried out is not known, unless it is repeatable."""


class ApiError(LessonroomError):
    """The server refused a request; nothing of it was applied.

    `code` is stable: switch on it. `detail` says for a person what was wrong and what is allowed,
    `field` is the path of the field at fault, `retry_after_s` when the server would take it.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int,
        code: str,
        field: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" + (f" ({field})" if field else ""))
        self.detail = detail
        self.status = status
        self.code = code
        self.field = field
        self.retry_after_s = retry_after_s


class Invalid(ApiError):
    """A field is not as it may be (422), a body of another type (415), or another host (400)."""


class Unauthorized(ApiError):
    """The token is missing or void (401)."""


class PermissionDenied(ApiError):
    """It is not for whoever the token names (403)."""


class NotFound(ApiError):
    """It is not there, or not for whoever the token names (404)."""


class Conflict(ApiError):
    """It cannot be as things stand (409), or they were changed since they were read (412)."""


class Ended(ApiError):
    """The session is over (410)."""


class TooLarge(ApiError):
    """More than may be, of a body or of what is kept (413)."""


class RateLimited(ApiError):
    """Too often (429), also after the retries."""


class Unavailable(ApiError):
    """The server takes nothing for the moment (503), also after the retries."""


_KINDS: Final[Mapping[int, type[ApiError]]] = {
    400: Invalid,
    401: Unauthorized,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    410: Ended,
    412: Conflict,
    413: TooLarge,
    415: Invalid,
    422: Invalid,
    429: RateLimited,
    503: Unavailable,
}


def error_of(response: httpx.Response) -> ApiError:
    """Return what a response of status 400 or more says; its body has been read."""
    problem: Any = None
    try:
        problem = response.json()
    except ValueError:
        # A proxy's own page, for instance.
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    detail = str(problem.get("detail") or f"status {response.status_code}")
    field = problem.get("field")
    return _KINDS.get(response.status_code, ApiError)(
        detail,
        status=response.status_code,
        code=str(problem.get("code") or "unknown"),
        field=None if field is None else str(field),
        retry_after_s=_retry_after_s(response, problem),
    )


def _retry_after_s(response: httpx.Response, problem: Mapping[str, Any]) -> float | None:
    waits_ms = problem.get("retry_after_ms")
    if isinstance(waits_ms, int):
        return waits_ms / 1000
    header = response.headers.get("Retry-After", "")
    return float(header) if header.isdecimal() else None
