"""Credentials for TURN, made for one participant (PROTOCOL RT-5).

coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the username is `expiry:user`, the
password the base64 of HMAC-SHA1 over it with the secret that coturn shares. SHA-1 is coturn's
choice; HMAC does not depend on its resistance to collisions.
"""

import base64
import hashlib
import hmac

from gateway.config import TurnConfig
from lessonroom.protocol.server import IceServer


def ice_servers(user_id: int, expires_at_s: int, config: TurnConfig) -> list[IceServer]:
    """Return what goes into the browser's `RTCPeerConnection`, STUN first.

    Args:
        user_id: whom the credential is for.
        expires_at_s: when it ends, seconds since the Unix epoch: with the token, RT-5.
        config: the servers.

    """
    servers = []
    if config.stun_urls:
        servers.append(IceServer(urls=list(config.stun_urls)))
    if config.turn_urls:
        username = f"{expires_at_s}:{user_id}"
        servers.append(
            IceServer(
                urls=list(config.turn_urls),
                username=username,
                credential=turn_password(username, config.turn_secret),
            )
        )
    return servers


def turn_password(username: str, secret: bytes) -> str:
    """Return the password that coturn computes for `username`."""
    digest = hmac.new(secret, username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
