"""The target of a request, in whichever form it comes (RFC 9112 section 3.2)."""

import re
from typing import Final
from urllib.parse import urlsplit

import h11

from gateway.public_address import Authority

_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_HTTP: Final = frozenset({"http", "https"})


class TargetReader(h11.Connection):
    """A connection whose requests name a path, and their host in `Host`, however they came.

    What is wrong is answered with 400: a target in no form that its method may have, a host that is
    none. A target in absolute form stands in for what `Host` says (section 3.2.2).
    """

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return what comes next, requests in their plain form."""
        event = super().next_event()
        return _plain(event) if isinstance(event, h11.Request) else event


def _plain(request: h11.Request) -> h11.Request:
    target, method = request.target, request.method
    if b"#" in target:
        raise _malformed("a request target has no fragment")
    if method == b"CONNECT":
        raise _malformed("this is no proxy")
    if target == b"*":
        if method != b"OPTIONS":
            raise _malformed("only OPTIONS may ask for all of the server")
        _check_host(request)
        return request
    if target.startswith(b"/"):
        _check_host(request)
        return request
    if _ABSOLUTE.match(target) is None:
        raise _malformed("a request target is a path, or an address of http or https")
    return _from_absolute(request)


def _from_absolute(request: h11.Request) -> h11.Request:
    try:
        parts = urlsplit(request.target.decode("ascii"))
        # Neither empty nor with a name and a password (RFC 9110 sections 4.2.1 and 4.2.4).
        Authority.of(parts.netloc)
    except ValueError as error:
        raise _malformed(f"the request target cannot be used: {error}") from None
    if parts.scheme not in _HTTP:
        raise _malformed("a request target is a path, or an address of http or https")
    path = parts.path or ("*" if request.method == b"OPTIONS" and not parts.query else "/")
    target = f"{path}?{parts.query}" if parts.query else path
    others = [(name, value) for name, value in request.headers if name != b"host"]
    return h11.Request(
        method=request.method,
        target=target.encode("ascii"),
        headers=[(b"host", parts.netloc.encode("ascii")), *others],
        http_version=request.http_version,
    )


def _check_host(request: h11.Request) -> None:
    """Refuse what is no host (section 3.2): later parts build addresses from it, or compare it."""
    for name, value in request.headers:
        # A client without a host to name sends an empty one.
        if name == b"host" and value:
            try:
                Authority.of(value.decode("utf-8"))
            except ValueError:
                raise _malformed("Host is no host with or without a port") from None


def _malformed(reason: str) -> h11.RemoteProtocolError:
    return h11.RemoteProtocolError(reason, error_status_hint=400)
