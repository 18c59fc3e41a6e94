import pytest

from lessonroom.codes import CLOSE_FOR_REFUSED_HANDSHAKE, HTTP_STATUS, CloseCode, ErrorCode, Refused

RECONNECT = {1001, 1011, 1012, 4400, 4408, 4409, 4410, 4413, 4429}


def test_every_error_has_an_http_status() -> None:
    """[EN-4] One table: no code is forgotten in it, none is no error."""
    assert set(HTTP_STATUS) == set(ErrorCode)
    assert all(400 <= status < 600 for status in HTTP_STATUS.values())


def test_the_codes_of_the_protocol_are_there() -> None:
    """[EN-4] Clients switch on these strings."""
    assert {
        "unknown_message",
        "invalid",
        "permission_denied",
        "not_found",
        "conflict",
        "session_not_active",
        "too_large",
        "rate_limited",
        "unavailable",
        "internal",
    } <= set(ErrorCode)


@pytest.mark.parametrize(
    ("error", "status", "close"),
    [
        (ErrorCode.UNAUTHORIZED, 401, 4501),
        (ErrorCode.KICKED, 403, 4503),
        (ErrorCode.SESSION_ENDED, 410, 4510),
        (ErrorCode.NOT_FOUND, 404, 4504),
        (ErrorCode.ROOM_FULL, 409, 4509),
        (ErrorCode.RATE_LIMITED, 429, 4429),
    ],
)
def test_a_refused_upgrade_has_a_status_and_a_close_code(
    error: ErrorCode, status: int, close: int
) -> None:
    """[HS-4] The same reason either way."""
    assert HTTP_STATUS[error] == status
    assert CLOSE_FOR_REFUSED_HANDSHAKE[error] == close


@pytest.mark.parametrize("code", CloseCode)
def test_the_range_of_a_close_code_says_whether_to_come_back(code: CloseCode) -> None:
    """[HS-4] Below 4500 the client reconnects by itself, from 4500 on it must not."""
    assert code.may_reconnect is (code in RECONNECT)


def test_a_refusal_says_what_and_where() -> None:
    """[EN-2] For the log; the wire carries the fields one by one."""
    refused = Refused(ErrorCode.INVALID, "no", field="ops[0]", retry_after_ms=5)
    assert repr(refused) == "Refused(invalid, 'no', field='ops[0]')"
    assert str(refused) == "no"
    assert refused.retry_after_ms == 5
