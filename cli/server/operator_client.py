"""The operator's calls, over the Unix socket in the data directory of a running server."""

import contextlib
import os
import socket
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TypeVar

import httpx
import msgspec

from cli.command_errors import CommandError, CommandRefused, ServerUnreachable
from cli.server.lti_calls import LtiCalls
from cli.server.people_calls import PeopleCalls
from cli.server.server_files import OPERATOR_SOCKET, no_server, read_running
from cli.server.shelf_calls import ShelfCalls
from gateway.unix_address import unix_address

_PREFIX: Final = "/api/v1/operator"
_CLASSROOM: Final = "/api/v1/classroom"
_TIMEOUT_S: Final = 10.0
_DOWNLOAD_TIMEOUT_S: Final = 90.0
_LONG_TIMEOUT_S: Final = 300.0
"""Between two pieces of an answer: drawings of all pages, or a take, are made meanwhile."""
_PAGE: Final = 100
_OTHERS_MAY: Final = 0o077

_T = TypeVar("_T")


class LiveRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room that is open now."""

    session_id: str
    title: str
    status: str
    participants: int
    connections: int
    head: int
    events_per_s: float
    opened_at: datetime


class Saved(msgspec.Struct, frozen=True):
    """A snapshot that was taken."""

    version: int
    size_bytes: int


class Minted(msgspec.Struct, frozen=True):
    """A token, and whose it is."""

    token: str
    user_id: int


class SignInLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that signs somebody in, once."""

    url: str
    name: str
    scope: str
    is_new: bool


class EndpointLine(msgspec.Struct, frozen=True, kw_only=True):
    """A platform that is told of events, and what it has yet to be told."""

    url: str
    is_configured: bool
    events: list[str]
    waiting: int
    given_up: int
    oldest_at: datetime | None
    next_attempt_at: datetime | None
    last_error: str


class TestLine(msgspec.Struct, frozen=True):
    """Whether an endpoint has taken a test message."""

    url: str
    is_taken: bool
    error: str | None = None


class _Endpoints(msgspec.Struct, frozen=True):
    items: list[EndpointLine]


class _Tests(msgspec.Struct, frozen=True):
    items: list[TestLine]


class _Revoked(msgspec.Struct, frozen=True):
    subject: str


class _Retried(msgspec.Struct, frozen=True):
    retried: int


class Erased(msgspec.Struct, frozen=True):
    """What was done to forget a user."""

    user_id: int
    sessions: int
    events: int


class _RolePermissions(msgspec.Struct, frozen=True):
    permissions: dict[str, bool]


class _Rooms(msgspec.Struct, frozen=True):
    items: list[LiveRoom]


class _Problem(msgspec.Struct, frozen=True):
    detail: str
    field: str | None = None


class OperatorClient:
    """A connection to the server that runs on `data_dir`.

    Every call raises `CommandRefused` with the server's own sentence where the server refuses, and
    `ServerUnreachable` where it does not answer.

    Raises:
        ServerUnreachable: no server is running.
        CommandRefused: the socket is not this user's alone, so who listens there is not known.

    """

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / OPERATOR_SOCKET
        _check_socket(path, data_dir)
        _check_listener(path, data_dir)
        self._data_dir = data_dir
        self.people = PeopleCalls(self._ask)
        self.lti = LtiCalls(self._ask)
        self.shelf = ShelfCalls(self._ask)
        self._closing = contextlib.ExitStack()
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(uds=self._closing.enter_context(unix_address(path))),
            # Only the Host header comes of it; the server builds addresses from that.
            base_url=f"http://{_authority(data_dir)}{_PREFIX}",
            timeout=_TIMEOUT_S,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()
        self._closing.close()

    def rooms(self) -> list[LiveRoom]:
        """Return the rooms that are open now."""
        return self._ask("GET", "/rooms/", _Rooms).items

    def room(self, session_id: str) -> dict[str, Any]:
        """Return a session with its people, and its room if that is open, as the server tells."""
        return self._ask("GET", f"/rooms/{session_id}/", dict)

    def terminate(self, session_id: str, *, reason: str | None) -> None:
        """Break a lesson off."""
        self._ask("POST", f"/rooms/{session_id}/terminate/", dict, {"reason": reason})

    def reopen(self, session_id: str) -> None:
        """Have a lesson that was completed go on."""
        self._ask("POST", f"/rooms/{session_id}/reopen/", dict)

    def kick(self, session_id: str, user_id: int, *, reason: str | None) -> str:
        """Remove a participant and return their name."""
        path = f"/rooms/{session_id}/kick/{user_id}/"
        return str(self._ask("POST", path, dict, {"reason": reason})["name"])

    def save(self, session_id: str) -> Saved:
        """Take a snapshot of a board."""
        return self._ask("POST", f"/rooms/{session_id}/save/", Saved)

    def mint_user(self, name: str, *, subject: str | None, scope: str, ttl_s: int | None) -> Minted:
        """Mint a user token."""
        body = {"name": name, "subject": subject, "scope": scope, "ttl_s": ttl_s}
        return self._ask("POST", "/tokens/user/", Minted, body)

    def mint_room(
        self,
        session_id: str,
        person: int | str,
        *,
        name: str | None,
        role: str,
        ttl_s: int | None,
    ) -> Minted:
        """Mint the token of a seat; `person` is a `user_id`, or a subject of this server's own."""
        key = "user_id" if isinstance(person, int) else "subject"
        body = {"session_id": session_id, key: person, "name": name, "role": role, "ttl_s": ttl_s}
        return self._ask("POST", "/tokens/room/", Minted, body)

    def make_sign_in_link(
        self, name: str | None, *, subject: str | None, scope: str | None
    ) -> SignInLink:
        """Make a link that signs somebody in; the operator where nobody is named."""
        body = {"name": name, "subject": subject, "scope": scope}
        return self._ask("POST", "/sign-in-links/", SignInLink, body)

    def revoke_token(self, token: str) -> str:
        """Make a user token void; return the subject that it names."""
        return self._ask("POST", "/tokens/revoke/", _Revoked, {"token": token}).subject

    def sign_out(self, user_id: int) -> None:
        """Make every token of a user void."""
        self._ask("POST", f"/users/{user_id}/sign-out/", dict)

    def webhooks(self) -> list[EndpointLine]:
        """Return the endpoints with what waits for them."""
        return self._ask("GET", "/webhooks/", _Endpoints).items

    def test_webhooks(self, url: str | None) -> list[TestLine]:
        """Send a test message to one endpoint, or to all."""
        return self._ask("POST", "/webhooks/test/", _Tests, {"url": url}).items

    def retry_webhooks(self, url: str | None) -> int:
        """Have what failed tried again now; return how many deliveries that are."""
        return self._ask("POST", "/webhooks/retry/", _Retried, {"url": url}).retried

    def role_permissions(self, role: str) -> dict[str, bool]:
        """Return what a role may do on this server."""
        return self._ask("GET", f"/permissions/{role}/", _RolePermissions).permissions

    def set_role_permissions(self, role: str, permissions: Mapping[str, bool]) -> dict[str, bool]:
        """Set what a role may do, all of it, and return that."""
        body = {"permissions": permissions}
        return self._ask("PUT", f"/permissions/{role}/", _RolePermissions, body).permissions

    def erase_user(self, user_id: int) -> Erased:
        """Forget who a user is."""
        return self._ask("POST", f"/users/{user_id}/erase/", Erased)

    def metrics(self) -> str:
        """Return what the server counts of itself, in the text format of Prometheus."""
        url = f"http://{_authority(self._data_dir)}/metrics"
        response = self._send(self._http.build_request("GET", url))
        return response.text if response.is_success else decoded(response, str)

    def download(self, path: str, parameters: Mapping[str, str | int]) -> httpx.Response:
        """Return the answer to a call of the classroom's API; `path` is below its prefix."""
        url = f"http://{_authority(self._data_dir)}{_CLASSROOM}/{path}"
        response = self._send(
            self._http.build_request(
                "GET", url, params=dict(parameters), timeout=_DOWNLOAD_TIMEOUT_S
            )
        )
        if not response.is_success:
            decoded(response, dict)
        return response

    def save_answer(self, path: str, target: BinaryIO) -> None:
        """Write such an answer to a file while it comes; what is not whole is for the caller."""
        url = f"http://{_authority(self._data_dir)}{_CLASSROOM}/{path}"
        with self._reached(), self._http.stream("GET", url, timeout=_LONG_TIMEOUT_S) as response:
            if not response.is_success:
                response.read()
                decoded(response, dict)
            target.writelines(response.iter_bytes())

    def send_file(self, path: str, **sent: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx names it
        """Send a file to such a call, and return what it came to."""
        url = f"http://{_authority(self._data_dir)}{_CLASSROOM}/{path}"
        return decoded(self._send(self._http.build_request("POST", url, **sent)), dict)

    def _ask(
        self, method: str, path: str, answer: type[_T], body: Mapping[str, object] | None = None
    ) -> _T:
        given = None if body is None else {k: v for k, v in body.items() if v is not None}
        return decoded(self._send(self._http.build_request(method, path, json=given)), answer)

    def _send(self, request: httpx.Request) -> httpx.Response:
        with self._reached():
            return self._http.send(request)

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException:
            raise ServerUnreachable("the server did not answer in time") from None
        except httpx.TransportError:
            raise no_server(self._data_dir) from None


def decoded(response: httpx.Response, answer: type[_T]) -> _T:
    """Return the body of an answer.

    Raises:
        CommandRefused: the server refused, or said what this program does not understand.

    """
    try:
        if response.is_success:
            return msgspec.json.decode(response.content, type=answer)
        raise _refused(msgspec.json.decode(response.content, type=_Problem))
    except msgspec.DecodeError:
        raise CommandRefused(
            f"the server answered {response.status_code} in a way that this program does not know;"
            " is it of another version?"
        ) from None


def _refused(problem: _Problem) -> CommandError:
    where = f"{problem.field}: " if problem.field else ""
    return CommandRefused(f"{where}{problem.detail}")


def _check_socket(path: Path, data_dir: Path) -> None:
    """Refuse a socket that somebody else may have put there, or may use as well."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise no_server(data_dir) from None
    except OSError as error:
        raise CommandRefused(f"{path} cannot be used: {error.strerror}") from None
    if not stat.S_ISSOCK(found.st_mode):
        raise CommandRefused(f"{path} is no socket")
    if found.st_uid != os.geteuid():
        raise CommandRefused(
            f"{path} belongs to another user (uid {found.st_uid}): run this as that user"
        )
    mode = stat.S_IMODE(found.st_mode)
    if mode & _OTHERS_MAY:
        raise CommandRefused(
            f"{path} is open to other users of this machine (mode {mode:04o}), allowed is 0600"
        )


def _check_listener(path: Path, data_dir: Path) -> None:
    """Find out whether anyone listens: a server that was killed leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_TIMEOUT_S)
        try:
            with unix_address(path) as address:
                probe.connect(address)
        except OSError:
            raise no_server(data_dir) from None


def _authority(data_dir: Path) -> str:
    try:
        return httpx.URL(read_running(data_dir).url).netloc.decode("ascii")
    except ServerUnreachable:
        return "localhost"
