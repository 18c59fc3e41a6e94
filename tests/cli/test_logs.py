import io
import json
import logging
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from cli.logs import MASK, configure_logging, escape_controls, redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
SDP = "v=0\r\no=- 4611 2 IN IP4 10.1.2.3\r\ns=-\r\n"
CANDIDATE = "candidate:842163049 1 udp 1677729535 203.0.113.7 54400 typ srflx"

pytestmark = pytest.mark.logs_errors


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_lines_of_structlog_and_of_standard_loggers_have_one_shape(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)
    structlog.get_logger("actors.room.room").warning("room_opened", session_id="s1", head=7)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 42)
    ours, theirs = lines(stream)
    assert (ours["event"], ours["session_id"], ours["head"]) == ("room_opened", "s1", 7)
    assert theirs["event"] == "Started server process [42]"
    assert theirs["logger"] == "uvicorn.error"
    for line in (ours, theirs):
        assert {"event", "level", "logger", "timestamp"} <= line.keys()


def test_a_token_in_a_line_of_uvicorn_is_masked(stream: io.StringIO) -> None:
    """[HS-2] uvicorn logs the path with its query, also where the access log is off."""
    configure_logging("info", "json", stream=stream)
    logging.getLogger("uvicorn.error").info(
        '%s - "WebSocket %s" [accepted]', ("127.0.0.1", 5), f"/ws/classroom/1/?token={JWT}&x=1"
    )
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", "/ws/?token=opaque&x=1", "1.1", 403
    )
    text = stream.getvalue()
    assert "eyJ" not in text
    assert "opaque" not in text
    assert text.count(f"token={MASK}&x=1") == 2


@pytest.mark.parametrize(
    "text",
    [
        JWT,
        f"x{JWT}",
        f"bearer.{JWT}",
        "lessonroom.v1.json, bearer.0123456789",
        "Authorization: Bearer 0123456789",
        "/ws/?a=b&token=0123456789",
        "/ws/?TOKEN=0123456789#x",
        "/ws/?token%3D0123456789",
        f"offer {SDP}0123456789",
        f"Offer(sdp={SDP + '0123456789'!r})",
        f"{CANDIDATE} 0123456789",
        "(sqlite3.Error) no\n[parameters: ('0123456789',)]",
    ],
)
@pytest.mark.parametrize("where", ["event", "value", "nested", "object", "exception"])
def test_whatever_looks_like_a_secret_is_masked_anywhere(
    text: str, where: str, stream: io.StringIO
) -> None:
    """[RT-1] The same for addresses: SDP and candidates are never logged."""
    configure_logging("info", "json", stream=stream)
    log = structlog.get_logger()
    match where:
        case "event":
            log.info(text)
        case "value":
            log.info("x", at=text)
        case "nested":
            log.info("x", at={"a": [{"b": text}]})
        case "object":
            log.info("x", at=ValueError(text))
        case _:
            try:
                raise ValueError(text)
            except ValueError:
                log.exception("x")
    (line,) = lines(stream)
    for secret in ("eyJ", "0123456789", "10.1.2.3", "203.0.113.7"):
        assert secret not in json.dumps(line)


@pytest.mark.parametrize(
    "key",
    [
        "sdp",
        "candidate",
        "secret",
        "token",
        "Authorization",
        "user_token",
        "turn_secret",
        "secrets",
    ],
)
def test_values_of_keys_that_name_secrets_are_masked(key: str, stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)
    structlog.get_logger().info("x", **{key: "plain"}, headers={key: ["plain"]}, tokenizer="plain")
    (line,) = lines(stream)
    assert line[key] == MASK
    assert line["headers"] == {key: MASK}
    assert line["tokenizer"] == "plain"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_value_can_forge_a_line_or_drive_the_terminal(
    log_format: str, stream: io.StringIO
) -> None:
    configure_logging("info", "json" if log_format == "json" else "console", stream=stream)
    evil = 'a\n{"level":"error"}\r\x1b[2J\x9b1A\u2028b\u202e\x00'
    structlog.get_logger().info(evil, name=evil, roster={evil: [evil]})
    logging.getLogger("uvicorn.error").info("%s", evil)
    text = stream.getvalue()
    assert text.count("\n") == 2
    assert len(text.splitlines()) == 2
    assert not any(character in text for character in "\r\x1b\x9b\u2028\u202e\x00")
    assert "\\x1b[2J" in text


def test_a_traceback_for_people_keeps_its_lines_but_none_begins_at_the_margin(
    stream: io.StringIO,
) -> None:
    configure_logging("info", "console", stream=stream)
    try:
        raise ValueError("first\nINJECTED line\x1b[2J")
    except ValueError:
        structlog.get_logger().exception("failed")
    head, *rest = stream.getvalue().splitlines()
    assert "failed" in head
    assert len(rest) > 3
    assert all(line.startswith("    ") for line in rest)
    assert "\x1b" not in stream.getvalue()


def test_the_level_holds_for_both_kinds_of_loggers(stream: io.StringIO) -> None:
    configure_logging("warning", "json", stream=stream)
    structlog.get_logger().info("quiet")
    logging.getLogger("uvicorn.error").info("quiet")
    structlog.get_logger().warning("loud")
    logging.getLogger("uvicorn.error").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud", "loud"]


@pytest.mark.parametrize("name", ["websockets.server", "aiosqlite", "sqlalchemy.engine", "pykka"])
def test_libraries_do_not_write_what_they_carry_even_at_debug(
    name: str, stream: io.StringIO
) -> None:
    configure_logging("debug", "json", stream=stream)
    logging.getLogger(name).debug("< TEXT 'board content'")
    structlog.get_logger().debug("ours")
    assert [line["event"] for line in lines(stream)] == ["ours"]


def test_configuring_again_replaces_and_does_not_double(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=io.StringIO())
    configure_logging("info", "json", stream=stream)
    structlog.get_logger().info("once")
    logging.getLogger("a").info("once")
    assert len(lines(stream)) == 2


def test_auto_is_json_for_programs_and_console_on_a_terminal(stream: io.StringIO) -> None:
    configure_logging("info", "auto", stream=stream)
    structlog.get_logger().info("x")
    assert lines(stream)[0]["event"] == "x"
    terminal = Terminal()
    configure_logging("info", "auto", stream=terminal)
    structlog.get_logger().info("x")
    assert not terminal.getvalue().startswith("{")


def test_lines_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the commands: `listening on …`, tokens, JSON."""
    configure_logging("info", "json")
    assert logging.getLogger().handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
    structlog.get_logger().info("x")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert '"event": "x"' in captured.err


@given(st.text(), st.dictionaries(st.text(), st.text() | st.binary() | st.integers()))
def test_no_text_breaks_the_processors(text: str, values: dict[str, object]) -> None:
    event = escape_controls(None, "info", redact(None, "info", {"event": text, "values": values}))
    assert json.dumps(event).isprintable()
    assert "\n" not in str(event["event"])
