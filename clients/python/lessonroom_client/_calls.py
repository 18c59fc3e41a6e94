"""A call of the API as data, and when it is made again: no input, no output, no clock."""

import random
import uuid
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx

Content = bytes | Iterable[bytes] | AsyncIterable[bytes]
"""A file: in one piece, or in several, which can be sent once only."""

_WAITING: Final = frozenset({429, 503})
"""What is refused so has not been carried out: it may be asked again, whatever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often a call is made again, and how long is waited.

    The server says with 429 and 503 when it would have it again; for longer than `longest_s`
    nobody waits, and the refusal is raised. Without an answer it is tried again, after `first_s`,
    then twice as long, if it may be carried out twice.
    """

    most: int = 4
    first_s: float = 0.2
    longest_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    content: Content | None = None
    media_type: str | None = None
    idempotency_key: str | None = None
    takes_key: bool = False
    is_repeatable: bool = False

    def request(
        self, client: httpx.Client | httpx.AsyncClient, root: str, token: str | None
    ) -> httpx.Request:
        """Return the request to the server at `root`; the same each time, but for its token."""
        headers = {name: str(text) for name, text in self.headers.items() if text is not None}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if self.idempotency_key is not None:
            headers["Idempotency-Key"] = self.idempotency_key
        if self.media_type is not None:
            headers["Content-Type"] = self.media_type
        return client.build_request(
            self.method,
            root + self.path,
            params=_query(self.query),
            headers=headers,
            json=self.json,
            content=self.content,
        )

    def keyed(self) -> "Call":
        """Return the call with a key of its own, where one is taken and none is given."""
        if not self.takes_key or self.idempotency_key is not None:
            return self
        return _replaced(self, idempotency_key=str(uuid.uuid4()))

    def at(self, place: str, where: object) -> "Call":
        """Return the call for another page."""
        return _replaced(self, query={**self.query, place: where})

    @property
    def may_be_repeated(self) -> bool:
        """Whether it may be carried out twice without harm."""
        is_named = self.json is not None and self.json.get("external_id") is not None
        is_once = isinstance(self.content, Iterable) and not isinstance(self.content, bytes)
        is_once = is_once or isinstance(self.content, AsyncIterable)
        is_safe = self.is_repeatable or self.idempotency_key is not None or is_named
        return is_safe and not is_once

    @property
    def can_be_sent_again(self) -> bool:
        """Whether what is to be sent is still there."""
        return self.content is None or isinstance(self.content, bytes)


def wait_after_refusal(
    call: Call, status: int, asked_s: float | None, tries: int, retries: Retries
) -> float | None:
    """Return after how many seconds a refused call is made again; None: it is not."""
    if status not in _WAITING or tries >= retries.most or not call.can_be_sent_again:
        return None
    wait_s = _backed_off(tries, retries) if asked_s is None else asked_s
    return wait_s if wait_s <= retries.longest_s else None


def wait_after_silence(
    call: Call, error: httpx.TransportError, tries: int, retries: Retries
) -> float | None:
    """Return after how many seconds a call without an answer is made again; None: it is not."""
    # Of what could not connect nothing was sent.
    is_harmless = call.may_be_repeated or isinstance(error, httpx.ConnectError)
    if not is_harmless or not call.can_be_sent_again or tries >= retries.most:
        return None
    return _backed_off(tries, retries)


def path_of(template: str, *parts: object) -> str:
    """Return a path with parts that may hold any character."""
    return template.format(*(quote(str(part), safe="") for part in parts))


def _backed_off(tries: int, retries: Retries) -> float:
    longest_s: float = min(retries.longest_s, retries.first_s * 2**tries)
    return longest_s * random.uniform(0.5, 1)  # noqa: S311 - keeps many clients apart


_Pair = tuple[str, str | int | float | bool | None]


def _query(query: Mapping[str, Any]) -> list[_Pair]:
    pairs: list[_Pair] = []
    for name, value in query.items():
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        pairs += [(name, _text(each)) for each in values if each is not None]
    return pairs


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _replaced(call: Call, **changes: Any) -> Call:  # noqa: ANN401 - its fields
    fields = {name: getattr(call, name) for name in Call.__slots__}
    return Call(**{**fields, **changes})
