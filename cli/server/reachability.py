"""Whether a port can be listened on, and whether a TURN server answers."""

import secrets
import socket
import ssl
import struct
from typing import Final

_TIMEOUT_S: Final = 3.0
_TRIES: Final = 2
_PORTS: Final = {"turn": 3478, "turns": 5349}

# RFC 8489: a Binding request has no attributes and needs no credentials; every TURN server is a
# STUN server, so whoever answers it is there.
_BINDING_REQUEST: Final = 0x0001
_BINDING_ANSWERS: Final = frozenset({0x0101, 0x0111})
_MAGIC_COOKIE: Final = 0x2112A442
_HEADER: Final = struct.Struct("!HHI12s")


def is_port_free(host: str, port: int) -> str | None:
    """Return why an address cannot be listened on; None where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return None


def turn_fault(url: str, *, timeout_s: float = _TIMEOUT_S) -> str | None:
    """Return why a TURN server does not answer; None where it does.

    Args:
        url: as browsers get it, `turn:host:port?transport=udp` (RFC 7065).
        timeout_s: how long to wait for an answer.

    """
    scheme, _, rest = url.partition(":")
    authority, _, query = rest.partition("?")
    host, port = _host_and_port(authority, _PORTS[scheme])
    is_stream = scheme == "turns" or query == "transport=tcp"
    request = _HEADER.pack(_BINDING_REQUEST, 0, _MAGIC_COOKIE, secrets.token_bytes(12))
    try:
        answer = (
            _ask_stream(host, port, request, timeout_s, is_tls=scheme == "turns")
            if is_stream
            else _ask_datagram(host, port, request, timeout_s)
        )
    except TimeoutError:
        return f"no answer within {timeout_s:g} s"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return None if _answers(answer, request) else "what answers there is no TURN server"


def _host_and_port(authority: str, default: int) -> tuple[str, int]:
    if authority.startswith("["):
        host, _, port = authority[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = authority.partition(":")
    return host, int(port or default)


def _ask_datagram(host: str, port: int, request: bytes, timeout_s: float) -> bytes:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.settimeout(timeout_s / _TRIES)
        probe.connect(address)
        for attempt in range(_TRIES):
            probe.send(request)
            try:
                return probe.recv(1500)
            except TimeoutError:
                if attempt == _TRIES - 1:
                    raise
    raise AssertionError("the last try returns or raises")


def _ask_stream(host: str, port: int, request: bytes, timeout_s: float, *, is_tls: bool) -> bytes:
    with socket.create_connection((host, port), timeout_s) as probe:
        if not is_tls:
            probe.sendall(request)
            return probe.recv(1500)
        context = ssl.create_default_context()
        with context.wrap_socket(probe, server_hostname=host) as encrypted:
            encrypted.sendall(request)
            return encrypted.recv(1500)


def _answers(answer: bytes, request: bytes) -> bool:
    if len(answer) < _HEADER.size:
        return False
    kind, _, cookie, transaction = _HEADER.unpack_from(answer)
    return kind in _BINDING_ANSWERS and cookie == _MAGIC_COOKIE and transaction == request[8:20]
