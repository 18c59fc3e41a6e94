"""Making the demo's lesson through the REST API, as a platform and its guests would."""

import ssl
from collections.abc import Mapping
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from cli.command_errors import ServerUnreachable
from cli.server.operator_client import decoded

_PREFIX: Final = "/api/v1/classroom/sessions"
_TIMEOUT_S: Final = 10.0

_T = TypeVar("_T")


class Lesson(msgspec.Struct, frozen=True):
    """The session, and the code that lets guests in."""

    session_id: str
    access_code: str


class Person(msgspec.Struct, frozen=True):
    """Who has taken a seat."""

    user_id: int
    name: str
    role: str


class Seat(msgspec.Struct, frozen=True):
    """A place in the lesson and the token that opens it."""

    token: str
    participant: Person


class LessonApi:
    """The calls of the demo's people.

    Args:
        url: the server's own address.
        public_url: the address that people use, if it is another; the server asks to be called so.
        tls: how to verify the server.

    """

    def __init__(self, url: str, *, public_url: str, tls: ssl.SSLContext | None) -> None:
        headers = {"Host": urlsplit(public_url).netloc} if public_url else {}
        self._url = url
        self._http = httpx.AsyncClient(
            base_url=url + _PREFIX,
            headers=headers,
            timeout=_TIMEOUT_S,
            trust_env=False,
            verify=tls if tls is not None else True,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def create(self, title: str, *, user_token: str) -> Lesson:
        """Make a session whose host is the owner of `user_token`."""
        body = {"session_type": "demo", "title": title}
        return await self._ask("/", Lesson, body, token=user_token)

    async def join(
        self, lesson: Lesson, *, user_token: str | None = None, guest_name: str | None = None
    ) -> Seat:
        """Take a seat: as the host with a token, as a guest with the code and a name."""
        path = f"/{lesson.session_id}/join/"
        if user_token is not None:
            return await self._ask(path, Seat, {}, token=user_token)
        body = {"access_code": lesson.access_code, "name": guest_name}
        return await self._ask(path, Seat, body)

    async def start(self, lesson: Lesson, *, user_token: str) -> None:
        """Begin the lesson."""
        await self._ask(f"/{lesson.session_id}/start/", dict, token=user_token)

    async def complete(self, lesson: Lesson, *, user_token: str) -> None:
        """End the lesson."""
        await self._ask(f"/{lesson.session_id}/complete/", dict, token=user_token)

    async def _ask(
        self,
        path: str,
        answer: type[_T],
        body: Mapping[str, str | None] | None = None,
        *,
        token: str | None = None,
    ) -> _T:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        try:
            response = await self._http.post(path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise ServerUnreachable(f"{self._url} does not answer: {error}") from None
        return decoded(response, answer)
