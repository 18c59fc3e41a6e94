"""What is NATS's own: addresses, who may connect, what a message costs.

The rest is in `test_contract.py`.
"""

import pytest
from structlog.typing import EventDict

from bus.nats import NatsBus, _parted
from tests.bus.conftest import until
from tests.bus.nats_server import PASSWORD, NatsServer


def test_user_and_password_are_taken_out_of_addresses() -> None:
    """The library logs addresses; and it takes a password as it is written."""
    assert _parted(["nats://me:p%40ss@one.example:4222", "tls://two.example"]) == (
        ["nats://one.example:4222", "tls://two.example"],
        "me",
        "p@ss",
    )
    assert _parted(["nats://[::1]:4222/"]) == (["nats://[::1]:4222"], None, None)


@pytest.mark.parametrize(
    "server", ["", "127.0.0.1:4222", "http://one.example", "nats://", "nats://a/b"]
)
def test_what_is_no_address_is_refused(server: str) -> None:
    """In words that show no password."""
    with pytest.raises(ValueError, match=r"is not nats://host:port or tls://host:port"):
        _parted([server])


def test_some_address_is_needed() -> None:
    """And is said what one looks like."""
    with pytest.raises(ValueError, match="no address of NATS; allowed"):
        _parted([])


async def test_who_has_another_password_is_not_connected(
    nats_server: NatsServer, log_events: list[EventDict]
) -> None:
    """It is looked for on and on, the log says why, and shows no password."""
    wrong = nats_server.url.replace("lessonroom:", "lessonroom:wrong-")
    bus = NatsBus.start([wrong], name="stranger")
    await until(lambda: any("uthorization" in str(event) for event in log_events))
    assert not bus.is_connected
    await bus.close()
    assert not any(secret in str(log_events) for secret in ("wrong-", PASSWORD))
