"""The one module that draws random numbers: identities and secrets, from the system's source."""

import secrets
import uuid
from typing import Final

ACCESS_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 letters and digits without those that are mistaken for each other."""

_ACCESS_CODE_CHARS: Final = 8


def new_session_id(now_ms: int) -> str:
    """Return a UUID of version 7 (RFC 9562): ordered by time, which keeps indexes short."""
    value = (now_ms & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def new_epoch() -> str:
    """Return the name of a new epoch of a log: 64 random bits (PROTOCOL BD-7)."""
    return secrets.token_hex(8)


def new_document_id() -> str:
    """Return the name of a document that is being imported."""
    return secrets.token_urlsafe(12)


def new_page_id() -> str:
    """Return the id of a page that the server adds to a board."""
    return secrets.token_hex(8)


def new_item_id() -> str:
    """Return the name of something on a shelf."""
    return secrets.token_urlsafe(12)


def new_recording_id() -> str:
    """Return the name of a recording."""
    return secrets.token_urlsafe(12)


def new_connection_id() -> str:
    """Return the name of a new connection."""
    return secrets.token_urlsafe(12)


def new_peer_id() -> str:
    """Return the name under which a connection can be called."""
    return secrets.token_urlsafe(12)


def new_access_code() -> str:
    """Return an access code of a session: 8 characters, 39.6 bits."""
    return "".join(secrets.choice(ACCESS_CODE_ALPHABET) for _ in range(_ACCESS_CODE_CHARS))


def new_token_id() -> str:
    """Return the `jti` of a new token."""
    return secrets.token_urlsafe(12)


def new_guest_subject() -> str:
    """Return the subject of a guest: random, so that no two guests are the same user."""
    return secrets.token_urlsafe(18)


def new_seat_key() -> str:
    """Return what a guest's browser keeps to have the seat again: 256 bits."""
    return secrets.token_urlsafe(32)


def new_sign_in_code() -> str:
    """Return the code of a link that signs the operator in: 144 bits."""
    return secrets.token_urlsafe(18)


def jitter_s(up_to_s: float) -> float:
    """Return a random time between 0 and `up_to_s` seconds."""
    return secrets.randbelow(1_000_000) / 1_000_000 * up_to_s


def new_draw() -> float:
    """Return where chance points to: at least 0, and below 1 (PROTOCOL PE-2)."""
    return secrets.randbits(53) / 2**53
