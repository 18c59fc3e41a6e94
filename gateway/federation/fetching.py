"""Asking a provider or a platform: bounded in number, and what it answers is decoded strictly."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from gateway import strict_json
from gateway.federation.faults import Fault, FederationRefused
from gateway.outgoing import Outgoing, Silence, Unanswered
from gateway.reachable import Resolver, resolve
from lessonroom.codes import Refused

MAX_ANSWER_BYTES: Final = 512 * 1024
"""Keys with their certificates, and the groups of somebody who is in thousands."""
_AT_ONCE: Final = 16
_BOUNDS: Final = strict_json.Bounds(containers=4_000, strings=40_000)
_FAULTS: Final = {
    Silence.FORBIDDEN: Fault.MISCONFIGURED,
    Silence.NO_ADDRESS: Fault.MISCONFIGURED,
}


class Told(msgspec.Struct, frozen=True):
    """What was answered, decoded; `content` is None where it was no JSON."""

    status: int
    content: Any
    link: str = ""
    """The header `Link`, which names the page after this one."""

    @property
    def object(self) -> dict[str, Any] | None:
        """What was answered, where it was a JSON object."""
        return self.content if isinstance(self.content, dict) else None


class Fetcher:
    """Asks others. `close` ends its connections.

    Args:
        allowed_networks: private networks that may be asked.
        resolver: how a name is looked up.
        setting: what names such networks, for the operator.
        whose: who is asked, as the log calls them.

    """

    def __init__(
        self,
        allowed_networks: Sequence[str] = (),
        *,
        resolver: Resolver = resolve,
        setting: str = "oidc.allowed_networks",
        whose: str = "the provider",
    ) -> None:
        self._outgoing = Outgoing(allowed_networks, resolver=resolver, trusts_machine=True)
        self._setting = setting
        self.whose = whose
        self._under_way = 0

    async def close(self) -> None:
        """End the connections."""
        await self._outgoing.close()

    async def get(
        self, url: str, *, token: str | None = None, accept: str = "application/json"
    ) -> Told:
        """Get a document, as whoever an access token names."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._asked("GET", url, headers={**headers, "Accept": accept})

    async def post(
        self, url: str, form: Mapping[str, str], *, authorization: str | None = None
    ) -> Told:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return await self._asked("POST", url, headers=headers, content=urlencode(form).encode())

    async def post_json(
        self,
        url: str,
        document: object,
        *,
        token: str | None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> Told:
        """Send a document of a media type, as whoever an access token names."""
        headers = {"Content-Type": kind, "Accept": accept}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self._asked(
            "POST", url, headers=headers, content=msgspec.json.encode(document)
        )

    async def _asked(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None = None
    ) -> Told:
        if self._under_way >= _AT_ONCE:
            raise FederationRefused(Fault.BUSY, f"{self.whose} is asked {_AT_ONCE} things already")
        self._under_way += 1
        try:
            answer = await self._outgoing.send(
                method,
                url,
                headers={
                    "Accept": "application/json",
                    **headers,
                    # What is packed could unpack to anything.
                    "Accept-Encoding": "identity",
                },
                content=content,
                most_bytes=MAX_ANSWER_BYTES,
            )
        except Unanswered as unanswered:
            raise self._refused(url, unanswered) from None
        finally:
            self._under_way -= 1
        try:
            decoded = strict_json.loads(answer.body, _BOUNDS)
        except Refused:
            decoded = None
        return Told(answer.status, decoded, answer.headers.get("link", ""))

    def _refused(self, url: str, unanswered: Unanswered) -> FederationRefused:
        fault = _FAULTS.get(unanswered.silence, Fault.UNREACHABLE)
        why = f"{url.partition('?')[0]}: {unanswered.why}"
        if unanswered.silence is Silence.FORBIDDEN:
            why = f"{unanswered.why}; {self._setting} may name it"
        return FederationRefused(fault, why)
