"""What stands in the address of a calendar: whose it is, which of theirs, and that we said so."""

import base64
import binascii
import re
from typing import Final, NamedTuple

from gateway.identity.tokens import Tokens

_PURPOSE: Final = b"lessonroom calendar"
_KEY: Final = re.compile(r"([1-9]\d{0,15})-([1-9]\d{0,9})-([A-Za-z0-9_-]{32})")
_MAC_BYTES: Final = 24


class Named(NamedTuple):
    """The `generation`th calendar address of a person."""

    user_id: int
    generation: int


def key_of(tokens: Tokens, user_id: int, generation: int) -> str:
    """Return what stands in the address: 192 bits that nobody else can make."""
    mac = tokens.mac(_PURPOSE, _message(user_id, generation))[:_MAC_BYTES]
    return f"{user_id}-{generation}-{base64.urlsafe_b64encode(mac).decode()}"


def read(tokens: Tokens, key: str) -> Named | None:
    """Return whose calendar a key names; None where this server has not made it."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    user_id, generation = int(found[1]), int(found[2])
    try:
        mac = base64.b64decode(found[3], altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if not tokens.has_made(_PURPOSE, _message(user_id, generation), mac):
        return None
    return Named(user_id, generation)


def _message(user_id: int, generation: int) -> bytes:
    return b"%d-%d" % (user_id, generation)
