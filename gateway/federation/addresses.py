"""Which addresses of others tokens and secrets may go to."""

import ipaddress
from urllib.parse import urlsplit


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
