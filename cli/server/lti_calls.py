"""The operator's calls about learning platforms."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec


class PlatformLine(msgspec.Struct, frozen=True, kw_only=True):
    """A platform that may open lessons here."""

    platform_id: int
    name: str
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str
    origins: list[str]
    deployments: list[str]
    takes_any_deployment: bool


class ToolLines(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform is told of this server."""

    login_url: str
    launch_url: str
    keys_url: str
    deep_linking_url: str


class Known(msgspec.Struct, frozen=True):
    """The platforms, oldest first, and what they are told of this server."""

    items: list[PlatformLine]
    tool: ToolLines


class _Rotated(msgspec.Struct, frozen=True):
    key_id: str


class _Link(msgspec.Struct, frozen=True):
    url: str


class LtiCalls:
    """Calls by `ask`, which is given a method, a path, the type of the answer and a body."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def known(self) -> Known:
        """Return the platforms, and what they are told of this server."""
        known: Known = self._ask("GET", "/lti/platforms/", Known)
        return known

    def add(self, **told: object) -> PlatformLine:
        """Have a platform open lessons here; `told` as the API has it."""
        added: PlatformLine = self._ask("POST", "/lti/platforms/", PlatformLine, told)
        return added

    def add_deployments(self, platform_id: int, deployments: Sequence[str]) -> PlatformLine:
        """Have people come from more deployments of a platform."""
        path = f"/lti/platforms/{platform_id}/deployments/"
        body = {"deployments": list(deployments)}
        changed: PlatformLine = self._ask("POST", path, PlatformLine, body)
        return changed

    def remove(self, platform_id: int) -> None:
        """Forget a platform and its links."""
        self._ask("DELETE", f"/lti/platforms/{platform_id}/", dict)

    def rotate_keys(self) -> str:
        """Make a new key of the server's own; return its name."""
        rotated: _Rotated = self._ask("POST", "/lti/keys/rotate/", _Rotated, {})
        return rotated.key_id

    def registration_link(self) -> str:
        """Make an address by which a platform registers itself, once."""
        link: _Link = self._ask("POST", "/lti/registration-links/", _Link, {})
        return link.url
