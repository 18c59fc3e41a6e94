"""What the operator says of the school's provider, and what refusals of it are called."""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

import msgspec


class OidcConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One provider, and who of its people may come in."""

    issuer: str
    """As its tokens say it, to the letter."""
    client_id: str
    client_secret: str = ""
    """Empty: this server is a public client, and PKCE alone stands for it."""
    scopes: tuple[str, ...] = ("openid", "profile")
    groups_claim: str = "groups"
    """Where the groups of a person are; with dots into an object in the claims."""
    roles: Mapping[str, str] = {}
    """Group to role."""
    otherwise: Literal["nobody", "teacher"] = "nobody"
    """What those are who are in none of the groups."""
    required: Mapping[str, str] = {}
    """Claims that must have a value; whoever has another does not come in."""
    button: str = ""
    sign_in_s: int = 12 * 3_600
    allowed_networks: tuple[str, ...] = ()
    leeway_s: int = 30

    def __repr__(self) -> str:
        return f"OidcConfig(issuer={self.issuer!r}, client_id={self.client_id!r})"

    @property
    def networks(self) -> tuple[str, ...]:
        """The private networks that may be asked: a provider on this machine was named as one."""
        own = ("127.0.0.0/8", "::1/128") if is_loopback(self.issuer) else ()
        return (*self.allowed_networks, *own)


class Fault(StrEnum):
    """Why somebody was not signed in: a word for the log and for the page's sentence."""

    UNREACHABLE = "unreachable"
    """The provider could not be asked."""
    MISCONFIGURED = "misconfigured"
    """It and this server do not fit together; the operator has to look."""
    EXPIRED = "expired"
    """Begun too long ago, or in another browser."""
    REPLAYED = "replayed"
    """The answer was used already."""
    DENIED = "denied"
    """The provider did not let them."""
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - the name of a fault
    """What the provider said of them cannot be believed."""
    NOT_INVITED = "not_invited"
    """They are who they say, and are not to come in."""
    BARRED = "barred"
    """The operator lets them in no more."""
    BUSY = "busy"
    """Too many at once."""


class OidcRefused(Exception):  # noqa: N818 - says what happened
    """Somebody is not signed in.

    Args:
        fault: for the person.
        why: for the log, without a word of any token.

    """

    def __init__(self, fault: Fault, why: str) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why


def is_loopback(url: str) -> bool:
    """Whether a URL is on this machine, where nothing has to be encrypted."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str, *, beside: str) -> bool:
    """Whether tokens may go to a URL: by https, or on this machine where `beside` is there, too."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.fragment or not parts.hostname or port == 0:
        return False
    if parts.scheme == "https":
        return True
    return parts.scheme == "http" and is_loopback(url) and is_loopback(beside)
