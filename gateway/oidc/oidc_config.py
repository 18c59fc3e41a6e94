"""What the operator says of the school's provider."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from gateway.federation.addresses import is_loopback


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
