"""Logs on stderr: every line of the process in one shape, without secrets, one event a line."""

import logging
import re
import sys
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "console", "json"]

MASK: Final = "***"

_SECRET_KEYS: Final = re.compile(
    r"(?i)(^|_)(access_code|authorization|candidate|cookie|jwt|password|sdp|secret|token)s?$"
)
# Each pattern is linear in the length of the line: log lines carry what strangers sent.
_SECRET_TEXTS: Final = (
    (re.compile(r"eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,4}"), MASK),
    (re.compile(r"(?i)(token(?:=|%3d))[^&\s\"'#;,]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(bearer(?:\.|\s|%20|%2e))[^\s\"',;&]+"), rf"\1{MASK}"),
    (re.compile(r"(?s)(?:v=0(?:\s|\\{1,8}[rn]){1,4}o=|candidate:\S{1,64} \d+ ).*"), "[sdp]"),
    # SQLAlchemy puts the values of a failed statement into the error's text.
    (re.compile(r"\[parameters: .*"), "[parameters]"),
)
# C0, DEL, C1, line and paragraph separators, bidirectional overrides: what could forge a line, move
# a terminal's cursor, or make a line read as another.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MAX_DEPTH: Final = 6

# Below these levels the libraries write what they carry: frames, SQL with its values, headers.
LEAST_LEVELS: Final = {
    "aiosqlite": logging.INFO,
    "asyncio": logging.INFO,
    "httpcore": logging.INFO,
    "httpx": logging.WARNING,
    "pykka": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "websockets": logging.WARNING,
    "alembic": logging.WARNING,
}


def configure_logging(
    level: Level = "info", log_format: LogFormat = "auto", *, stream: TextIO | None = None
) -> None:
    """Send the lines of structlog and of all standard loggers through one set of processors.

    Args:
        level: Least level that is written.
        log_format: `console` for people, `json` for programs; `auto` is `console` on a terminal.
        stream: Where lines go; stderr if None, because stdout belongs to the commands' output.

    Run uvicorn with `log_config=None`, or it configures its loggers by itself and past this.
    Calling again replaces the former configuration.
    """
    stream = sys.stderr if stream is None else stream
    is_console = log_format == "console" or (log_format == "auto" and stream.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
        escape_controls,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty())
        if is_console
        else structlog.processors.JSONRenderer(default=str)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name, least in LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(number, least))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask secrets: by the name of the key, and by their look anywhere in a text."""
    return {
        key: value if key.startswith("_") else _redacted(key, value) for key, value in event.items()
    }


def escape_controls(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape what could forge a line or drive a terminal; tracebacks keep their lines, indented."""
    return {key: _escaped_entry(key, value) for key, value in event.items()}


def _escaped_entry(key: str, value: object) -> object:
    if key.startswith("_"):
        return value
    if key in {"exception", "stack"} and isinstance(value, str):
        return _escaped_traceback(value)
    return _escaped(value)


def _redacted(key: str, value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_KEYS.search(key):
        return MASK
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        return {name: _redacted(str(name), item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _MAX_DEPTH:
        return [_redacted(key, item, depth + 1) for item in value]
    # Anything else is shown by its repr, which may hold a secret as well.
    text = value if isinstance(value, str) else repr(value)
    for pattern, mask in _SECRET_TEXTS:
        text = pattern.sub(mask, text)
    return text


def _escaped(value: object) -> object:
    if isinstance(value, str):
        return _CONTROL.sub(_escape, value)
    if isinstance(value, dict):
        return {_escaped(name): _escaped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value


def _escaped_traceback(text: str) -> str:
    # Indented: a line of a log begins at the first column, and no part of an error's message can.
    return "\n".join("    " + _CONTROL.sub(_escape, line) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
