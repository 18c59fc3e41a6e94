"""Webhooks over real sockets of this machine, and addresses that must not be reached.

Tests also: gateway/reachable.py, gateway/webhooks/webhooks.py,
gateway/outgoing.py.
"""

import ipaddress
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from gateway.reachable import is_public
from gateway.webhooks.outbound import Outbound
from gateway.webhooks.webhook_signatures import decoded_secret
from tests.gateway.receiver import Receiver
from tests.manual_clock import ManualClock

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"session_start"}'


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.start()
    yield receiver
    await receiver.stop()
    receiver.give_up_port()


async def sent(
    url: str, *, addresses: Sequence[str] = ("127.0.0.1",), allowed: Sequence[str] = ()
) -> str | None:
    """Send to `url`, whose host resolves to `addresses`; return the error, None where taken."""

    async def resolver(_host: str, _port: int) -> list[str]:
        return list(addresses)

    outbound = Outbound(
        {url: decoded_secret(SECRET)},
        allowed_networks=allowed,
        clock=ManualClock(),
        resolver=resolver,
    )
    try:
        failure = await outbound.send(url, webhook_id="evt_1", body=BODY)
    finally:
        await outbound.close()
    return None if failure is None else failure.error


async def test_a_webhook_is_signed_and_keeps_its_name(receiver: Receiver) -> None:
    """[API Webhooks] The connection goes to the address, the request to the host."""
    url = f"http://platform.example:{receiver.port}/hook?a=1"
    assert await sent(url, allowed=["127.0.0.0/8"]) is None
    ((headers, body),) = receiver.requests
    assert headers["host"] == f"platform.example:{receiver.port}"
    assert body == BODY
    signature = Webhook(SECRET)
    at_s = int(headers["webhook-timestamp"])
    assert at_s == 1_800_000_000
    expected = signature.sign("evt_1", datetime.fromtimestamp(at_s, UTC), body.decode())
    assert headers["webhook-signature"] == expected


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", None),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "answered 500"),
        (
            b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
            "answered 302",
        ),
        (b"nonsense", "no connection: RemoteProtocolError"),
    ],
)
async def test_only_2xx_is_taken_and_no_redirect_is_followed(
    receiver: Receiver, answer: bytes, error: str | None
) -> None:
    """[SECURITY SSRF] A redirect would lead past the check of the address."""
    receiver.answer = answer
    url = f"http://platform.example:{receiver.port}/"
    assert await sent(url, allowed=["127.0.0.1"]) == error
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - refused
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "::127.0.0.1",
        "::10.0.0.1",
        "::ffff:0:127.0.0.1",
        "::ffff:0:a00:1",
        "fec0::1",
        "feff::1",
        "192.88.99.1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "ff0e::1",
        "240.0.0.1",
        "198.18.0.1",
    ],
)
async def test_an_address_that_is_not_public_is_refused(receiver: Receiver, address: str) -> None:
    """[SECURITY SSRF] Before a connection is tried."""
    url = f"https://platform.example:{receiver.port}/"
    error = await sent(url, addresses=[address])
    assert error is not None
    assert "not a public address" in error
    assert receiver.requests == []


async def test_one_private_address_among_public_ones_is_enough(receiver: Receiver) -> None:
    """[SECURITY SSRF] Which of them is taken must not decide."""
    url = f"https://platform.example:{receiver.port}/"
    error = await sent(url, addresses=["93.184.216.34", "127.0.0.1"])
    assert error == "platform.example is 127.0.0.1, which is not a public address"


async def test_a_public_address_is_spoken_to_in_tls_only() -> None:
    """[SECURITY SSRF] A signature without encryption could be read and used."""
    error = await sent("http://platform.example/", addresses=["93.184.216.34"])
    assert error == "platform.example is public, and its URL is not https"


async def test_a_name_without_an_address_is_a_failure() -> None:
    """[API Webhooks] And is tried again like any other."""
    assert (
        await sent("https://platform.example/", addresses=[]) == "platform.example has no address"
    )


async def test_nobody_listening_is_a_failure(receiver: Receiver) -> None:
    """[API Webhooks] Without the words of the operating system."""
    await receiver.stop()
    url = f"http://platform.example:{receiver.port}/"
    assert await sent(url, allowed=["127.0.0.1"]) == "no connection: ConnectError"


def test_public_addresses_are_public() -> None:
    """[SECURITY SSRF] The check does not refuse everything."""
    for text in ("93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946"):
        assert is_public(ipaddress.ip_address(text))
