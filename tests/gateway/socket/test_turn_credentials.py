import base64
import hashlib
import hmac

import pytest

from gateway.config import TurnConfig
from gateway.socket.turn_credentials import ice_servers, turn_password
from lessonroom.protocol.server import IceServer

CONFIG = TurnConfig(
    stun_urls=("stun:turn.example.org",),
    turn_urls=("turn:turn.example.org?transport=udp",),
    turn_secret=b"north",
)


def test_a_credential_is_what_coturn_computes() -> None:
    """[RT-5] `openssl dgst -sha1 -hmac north -binary | base64` of `1800003600:7`."""
    assert turn_password("1800003600:7", b"north") == "MJ0lmPD4VkCBjxrNz1tuoEYtVN8="


def test_the_password_is_the_hmac_of_the_username() -> None:
    """[RT-5]"""
    stun, turn = ice_servers(7, 1_800_003_600, CONFIG)
    assert stun == IceServer(urls=["stun:turn.example.org"])
    assert turn.urls == ["turn:turn.example.org?transport=udp"]
    assert turn.username == "1800003600:7"
    expected = hmac.new(b"north", b"1800003600:7", hashlib.sha1).digest()
    assert base64.b64decode(turn.credential or "") == expected


def test_without_servers_nobody_is_told_of_any() -> None:
    assert ice_servers(7, 1_800_003_600, TurnConfig()) == []


def test_two_participants_have_two_credentials() -> None:
    """[RT-5]"""
    credentials = {ice_servers(user, 1_800_003_600, CONFIG)[1].credential for user in (7, 8)}
    assert len(credentials) == 2


def test_turn_servers_need_a_secret() -> None:
    with pytest.raises(ValueError, match="turn_secret"):
        TurnConfig(turn_urls=("turn:turn.example.org",))


def test_the_secret_is_not_shown() -> None:
    assert "north" not in repr(CONFIG)
