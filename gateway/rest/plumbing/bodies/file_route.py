"""Routes whose body is a file: how long it may be, and what it may claim to be."""

from collections.abc import Callable, Collection

from fastapi import Request

from gateway.config import GatewayConfig
from gateway.documents.spool import Spooled
from gateway.rest.plumbing.bodies.strict_route import StrictRoute, spooled_or_none
from gateway.rest.plumbing.services import Services, services_of
from gateway.rest.shapes.problems import UnsupportedMediaType
from lessonroom.codes import ErrorCode, Refused


def file_route(
    limit: Callable[[GatewayConfig], int],
    taken: Callable[[Services], Collection[str]],
    *,
    words: str | None = None,
    is_small: bool = False,
) -> type[StrictRoute]:
    """Return the class of routes that take one file as their body.

    What claims to be of another type is refused before a byte of it is read; what it really is,
    its content says.

    Args:
        limit: how many bytes a file may have.
        taken: the media types that it may claim to be of, in the order in which they are named.
        words: what is answered to one of another type; the types are named where it is absent.
        is_small: read it into memory (`bytes_of`), and not to disk as it comes (`spooled_of`).

    """

    class FileRoute(StrictRoute):
        """A route whose body is a file."""

        is_raw = is_small
        is_spooled = not is_small

        @staticmethod
        def max_body_bytes(services: Services) -> int:
            """Return how long a file may be."""
            return limit(services.config)

        @staticmethod
        def check_media_type(request: Request) -> None:
            """Refuse what does not even claim to be such a file."""
            types = taken(services_of(request))
            if claimed_type(request) in types:
                return
            which = next(iter(types)) if len(types) == 1 else f"one of {', '.join(types)}"
            raise UnsupportedMediaType(words or f"a body must be {which}")

    return FileRoute


def claimed_type(request: Request) -> str:
    """Return the media type that a body claims to be of, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def spooled_of(request: Request) -> Spooled:
    """Return the file that a route was sent, which lies on disk until it is answered.

    Raises:
        Refused: `invalid`, it is empty.

    """
    spooled = spooled_or_none(request)
    assert spooled is not None, "by its route"  # noqa: S101
    if not spooled.size_bytes:
        raise _empty()
    return spooled


async def bytes_of(request: Request) -> bytes:
    """Return the small file that a route was sent.

    Raises:
        Refused: `invalid`, it is empty.

    """
    content = await request.body()
    if not content:
        raise _empty()
    return content


def _empty() -> Refused:
    return Refused(ErrorCode.INVALID, "the body is empty", field="body")
