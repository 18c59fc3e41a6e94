"""The bus as NATS carries it: core NATS only, which keeps nothing. The extra `cluster`.

The client library waits where its socket does, and keeps what it could not send through a
reconnect. So messages wait here, in a queue that is counted and that ends with its connection; one
task hands them on, and the library holds little.
"""

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from math import ceil
from typing import Final, Self
from urllib.parse import unquote, urlsplit, urlunsplit

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from bus.bus import WAITING_MOST, BusAway, BusFull, Counts, Heard, require_message, require_subject

_log: Final = structlog.get_logger(__name__)

_HANDED_ON_MOST: Final = 256 * 1024
"""Bytes that the library may hold that its socket has not taken."""
_HEARD_MOST: Final = 32 * 1024 * 1024
_HEARD_MESSAGES_MOST: Final = 64 * 1024
"""What may have come of one subject and wait to be heard: a loop that stands still for long."""
_OVERHEAD: Final = 64
"""Bytes that a message takes beside its subject, reply and payload."""
_PING_S: Final = 1
_PINGS_MOST: Final = 3
_RETRY_S: Final = 0.25
_CONNECT_S: Final = 2
_HANDING_ON_S: Final = 2.0
_NOBODY: Final = "503"


class NatsBus:
    """`Bus` on a NATS server, or several that are one. Made by `start`."""

    def __init__(
        self, servers: Sequence[str], *, name: str, tls: ssl.SSLContext | None, waiting_most: int
    ) -> None:
        self.counts = Counts()
        self._addresses, self._user, self._password = _parted(servers)
        self._name = name
        self._tls = tls
        self._waiting_most = waiting_most
        self._client: Client | None = None
        self._losses = 0
        self._subscriptions: list[tuple[str, Callable[[Heard], None]]] = []
        self._waiting: deque[tuple[str, bytes, str]] = deque()
        self._waiting_bytes = 0
        self._something_waits = asyncio.Event()
        self._all_handed_on = asyncio.Event()
        self._all_handed_on.set()
        self._is_ready = False
        self._is_closed = False
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def start(
        cls,
        servers: Sequence[str],
        *,
        name: str,
        tls: ssl.SSLContext | None = None,
        waiting_most: int = WAITING_MOST,
    ) -> Self:
        """Begin to connect, and go on until there is a server; `is_connected` tells.

        Args:
            servers: `nats://` or `tls://` addresses of one cluster of NATS. User and password may
                stand in the first one, with `%40` for `@` and so on; they hold for all.
            name: what the servers call this connection in their lists.
            tls: for `tls://`; what Python trusts, without it.
            waiting_most: bytes that may wait to go out.

        Raises:
            ValueError: an address is none.

        """
        bus = cls(servers, name=name, tls=tls, waiting_most=waiting_most)
        bus._tasks = [asyncio.create_task(bus._connect()), asyncio.create_task(bus._hand_on())]
        return bus

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection by all that is known."""
        return self._is_ready and self._client is not None and self._client.is_connected

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes were accepted and not handed on yet."""
        return self._waiting_bytes

    def publish(self, subject: str, payload: bytes, *, reply: str = "") -> None:
        """Send a message, or raise `BusFull`, `BusAway` or `ValueError` at once."""
        require_message(subject, payload, reply)
        if not self.is_connected:
            raise BusAway("there is no connection to NATS")
        size = _size(subject, payload, reply)
        if self._waiting_bytes + size > self._waiting_most:
            raise BusFull(f"{self._waiting_bytes} bytes wait for NATS already")
        self._waiting.append((subject, payload, reply))
        self._waiting_bytes += size
        self._something_waits.set()
        self._all_handed_on.clear()

    async def subscribe(self, subject: str, heard: Callable[[Heard], None]) -> None:
        """Listen to a subject, through lost connections."""
        require_subject(subject)
        self._subscriptions.append((subject, heard))
        if self._client is not None and self._is_ready:
            await self._listen(self._client, subject, heard)

    async def flush(self, timeout_s: float) -> None:
        """Return once NATS has all of before; `BusAway` where it does not say so in time."""
        if self._client is None or not self.is_connected:
            raise BusAway("there is no connection to NATS")
        losses = self._losses
        try:
            async with asyncio.timeout(timeout_s):
                await self._all_handed_on.wait()
                # Its own time is longer: ours ends it, and leaves its counting of pings in order.
                await self._client.flush(timeout=ceil(timeout_s) + 1)
        except (TimeoutError, nats.errors.Error, OSError) as error:
            raise BusAway("NATS did not answer in time") from error
        if losses != self._losses or not self.is_connected:
            raise BusAway("the connection to NATS was lost meanwhile")

    async def close(self) -> None:
        """End the connection."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lose()
        if self._client is not None:
            with contextlib.suppress(nats.errors.Error, OSError):
                await self._client.close()

    # -- connecting

    async def _connect(self) -> None:
        """Connect for the first time; after that the library does it by itself.

        Each attempt has a client of its own: the library leaves sockets open that it tries in vain.
        """
        while True:
            client = Client()
            try:
                await client.connect(
                    servers=self._addresses,
                    name=self._name,
                    user=self._user,
                    password=self._password,
                    tls=self._tls,
                    error_cb=self._on_error,
                    disconnected_cb=self._on_disconnected,
                    reconnected_cb=self._on_reconnected,
                    connect_timeout=_CONNECT_S,
                    max_reconnect_attempts=-1,
                    # Declared whole, and slept for as it is.
                    reconnect_time_wait=_RETRY_S,  # type: ignore[arg-type]
                    ping_interval=_PING_S,
                    max_outstanding_pings=_PINGS_MOST,
                    pending_size=_HANDED_ON_MOST,
                    flush_timeout=_HANDING_ON_S,
                )
                # By number: others may be added meanwhile.
                n_listening = 0
                while n_listening < len(self._subscriptions):
                    await self._listen(client, *self._subscriptions[n_listening])
                    n_listening += 1
            except BaseException as error:
                with contextlib.suppress(nats.errors.Error, OSError):
                    await client.close()
                if not isinstance(error, nats.errors.Error | OSError):
                    raise
                _log.warning("NATS cannot be reached", reason=_reason(error))
                await asyncio.sleep(_RETRY_S)
            else:
                self._client, self._is_ready = client, True
                _log.info("connected to NATS")
                return

    async def _on_disconnected(self) -> None:
        if self._is_ready and not self._is_closed:
            _log.warning("the connection to NATS is lost")
        self._lose()

    async def _on_reconnected(self) -> None:
        self.counts.reconnects += 1
        _log.info("connected to NATS again")

    async def _on_error(self, error: Exception) -> None:
        if isinstance(error, nats.errors.SlowConsumerError):
            self.counts.lost += 1
        elif not self._is_ready:
            # Ends the attempt.
            raise error
        else:
            _log.warning("NATS is at fault", reason=_reason(error))

    def _lose(self) -> None:
        """Nothing that waited goes out late: who wanted it has been told otherwise by then."""
        self._losses += 1
        self.counts.lost += len(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        self._something_waits.clear()
        self._all_handed_on.set()

    # -- messages

    async def _hand_on(self) -> None:
        while True:
            await self._something_waits.wait()
            while self._waiting:
                if self._client is None or not self._client.is_connected:
                    self._lose()
                    break
                losses = self._losses
                subject, payload, reply = self._waiting[0]
                try:
                    await self._client.publish(subject, payload, reply)
                except (nats.errors.Error, OSError) as error:
                    _log.warning("NATS does not take a message", reason=_reason(error))
                    self.counts.lost += 1
                else:
                    self.counts.sent += 1
                    self.counts.sent_bytes += len(payload)
                # Unless the connection was lost meanwhile, and all that waited with it.
                if losses == self._losses:
                    self._waiting.popleft()
                    self._waiting_bytes -= _size(subject, payload, reply)
            self._something_waits.clear()
            self._all_handed_on.set()

    async def _listen(self, client: Client, subject: str, heard: Callable[[Heard], None]) -> None:
        async def hear(message: Msg) -> None:
            if self._is_closed:
                return
            self.counts.heard += 1
            self.counts.heard_bytes += len(message.data)
            is_nobody = (message.headers or {}).get("Status") == _NOBODY
            try:
                heard(Heard(message.subject, message.data, message.reply, is_nobody))
            except Exception:  # noqa: BLE001 - whatever it is, the next one must be heard
                _log.exception("a message was not dealt with", subject=message.subject)

        await client.subscribe(
            subject,
            cb=hear,
            pending_msgs_limit=_HEARD_MESSAGES_MOST,
            pending_bytes_limit=_HEARD_MOST,
        )


def _size(subject: str, payload: bytes, reply: str) -> int:
    return len(subject) + len(payload) + len(reply) + _OVERHEAD


def _parted(servers: Sequence[str]) -> tuple[list[str], str | None, str | None]:
    """Return addresses without user and password, and these: the library would log them."""
    if not servers:
        raise ValueError("no address of NATS; allowed: nats://host:port or tls://host:port")
    addresses, user, password = [], None, None
    for server in servers:
        parts = urlsplit(server)
        if parts.scheme not in {"nats", "tls"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("an address of NATS is not nats://host:port or tls://host:port")
        if user is None and parts.username is not None:
            user = unquote(parts.username)
            password = unquote(parts.password or "")
        address = parts.netloc.rpartition("@")[2]
        addresses.append(urlunsplit((parts.scheme, address, "", "", "")))
    return addresses, user, password


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
