"""Where browsers find the server: hosts and origins that are the same however they are written."""

import ipaddress
import re
from typing import Final, Self
from urllib.parse import urlsplit

import idna
import msgspec

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_AUTHORITY: Final = re.compile(
    r"(?P<host>\[[^\[\]/?#@]*\]|[^\[\]:/?#@]*)(?::(?P<port>[0-9]{0,5}))?"
)
_NAME: Final = re.compile(
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_MAX_NAME: Final = 253
_MAX_PORT: Final = 65_535
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
OWN_PATHS: Final = frozenset(
    {"api", "ws", "assets", "sdk", "join", "room", "history", "signin", "operator"}
    | {"healthz", "readyz", "metrics", "openapi.json"}
)
"""What the server has at its root. A path in front of it must not begin so: it could mean both."""


class Authority(msgspec.Struct, frozen=True):
    """A host, lower case and in ASCII, and its port, if it was written."""

    host: str
    port: int | None

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what stands in a `Host` header, or between `//` and the path of a URL.

        Raises:
            ValueError: it is no host with or without a port (RFC 3986 section 3.2).

        """
        found = _AUTHORITY.fullmatch(text)
        if found is None or not found["host"]:
            raise ValueError(f"{text!r} is not a host with or without a port")
        port = int(found["port"]) if found["port"] else None
        if port is not None and not 0 < port <= _MAX_PORT:
            raise ValueError(f"the port of {text!r} is out of range")
        return cls(_normal_host(found["host"]), port)

    def is_at(self, scheme: str, other: "Authority") -> bool:
        """Whether both are one place for a scheme: a port that is not written is its default."""
        default = _DEFAULT_PORTS[scheme]
        return self.host == other.host and (self.port or default) == (other.port or default)


class PublicAddress(msgspec.Struct, frozen=True):
    """The origin that browsers use, and the path below which the server lives there."""

    origin: str
    """As browsers write it: `https://lessons.example.org:8443`, no default port."""
    path: str
    """`/lessons`, or nothing."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Read the setting.

        Raises:
            ValueError: with words for the operator.

        """
        parts = urlsplit(url)
        if parts.query or parts.fragment or "?" in url or "#" in url:
            raise ValueError(f"{url!r} must have no query and no fragment")
        origin = normal_origin(f"{parts.scheme}://{parts.netloc}")
        path = parts.path.rstrip("/")
        segments = path.split("/")[1:]
        if not all(map(_SEGMENT.fullmatch, segments)):
            raise ValueError(f"the path of {url!r} must be of A-Z a-z 0-9 . _ ~ - between slashes")
        if segments and segments[0] in OWN_PATHS:
            raise ValueError(f"the path of {url!r} begins like one that the server itself has")
        return cls(origin, path)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return self.origin + self.path

    @property
    def is_tls(self) -> bool:
        """Whether browsers come by https."""
        return self.origin.startswith("https:")

    @property
    def authority(self) -> str:
        """Host and port as a `Host` header names them."""
        return urlsplit(self.origin).netloc

    def is_named_by(self, host: str) -> bool:
        """Whether a `Host` header names this server."""
        scheme, _, authority = self.origin.partition("://")
        try:
            return Authority.of(host).is_at(scheme, Authority.of(authority))
        except ValueError:
            return False

    def within(self, path: str) -> str:
        """Return the server's own path for one that was asked for.

        Some proxies take the path in front away before they pass a request on, some leave it.
        """
        if self.path and (path == self.path or path.startswith(self.path + "/")):
            return path[len(self.path) :] or "/"
        return path


def normal_origin(text: str) -> str:
    """Return an origin as browsers write it in `Origin`: lower case, ASCII, no default port.

    Raises:
        ValueError: it is none.

    """
    scheme, separator, authority = text.partition("://")
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS or not separator:
        raise ValueError(f"{text!r} is not an origin")
    try:
        parsed = Authority.of(authority)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an origin: {error}") from None
    port = "" if parsed.port in {None, _DEFAULT_PORTS[scheme]} else f":{parsed.port}"
    return f"{scheme}://{parsed.host}{port}"


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page of `origin` came from the server that the `Host` header names."""
    scheme, _, authority = origin.partition("://")
    try:
        own = normal_origin(origin)
        return own == origin and Authority.of(host).is_at(scheme, Authority.of(authority))
    except ValueError:
        return False


def _normal_host(host: str) -> str:
    if host.startswith("["):
        return f"[{ipaddress.IPv6Address(host[1:-1])}]"
    # A name with a dot at its end is the same name, written whole.
    name = host.removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError(f"{host!r} is not a host name") from None
    if len(name) > _MAX_NAME or _NAME.fullmatch(name) is None:
        raise ValueError(f"{host!r} is not a host name")
    return name
