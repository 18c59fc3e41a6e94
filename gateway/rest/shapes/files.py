"""How the API's description tells of files, whose bytes have no shape of their own."""

from collections.abc import Iterable
from typing import Any


def files_of(media_types: Iterable[str]) -> dict[str, Any]:
    """Return the OpenAPI `content` of a file that may be any of these."""
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}


def file_body(media_types: Iterable[str]) -> dict[str, Any]:
    """Return what a route says of itself whose body is such a file."""
    return {"requestBody": {"required": True, "content": files_of(media_types)}}
