"""The player of a lesson pack: one document that has the lesson inside, and asks for nothing.

The build leaves its script and styles in `gateway/static/player`. A document from the disk may
fetch nothing that lies beside it, so all is written into it: what happened as lines of JSON, files
as base64. Its policy lets run what was built here, and nothing that somebody wrote.
"""

import base64
import hashlib
import html
import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from pathlib import Path
from typing import Final

from lessonroom.log.events import Event

PLAYER: Final = "player.html"
STATIC: Final = Path(__file__).parent.parent / "static" / "player"
_SCRIPT: Final = "player.js"
_STYLES: Final = "player.css"
_LICENCES: Final = "licences.txt"
_THREE_BYTES: Final = 3
_SCRIPT_END: Final = re.compile(r"</(?=script)", re.IGNORECASE)
_STYLE_END: Final = re.compile(r"</(?=style)", re.IGNORECASE)


class Player:
    """What the build left of the player.

    Args:
        directory: where.

    """

    def __init__(self, directory: Path = STATIC) -> None:
        self._directory = directory

    def is_built(self) -> bool:
        """Whether there is one."""
        return (self._directory / _SCRIPT).is_file()

    def begin(self, title: str) -> bytes:
        """Return what stands before the lesson. Reads files: belongs into a thread."""
        styles = _STYLE_END.sub(r"<\\/", self._text(_STYLES))
        policy = (
            f"default-src 'none'; script-src {_allowed(self._script())}; "
            f"style-src {_allowed(styles)}; img-src blob: data:; media-src blob:; font-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{html.escape(title)}</title>\n<style>{styles}</style>\n"
            '</head>\n<body>\n<div id="page"></div>\n'
        ).encode()

    def end(self) -> bytes:
        """Return what stands behind it. Reads files: belongs into a thread."""
        script = self._script()
        return f'<script type="module">{script}</script>\n</body>\n</html>\n'.encode()

    def licences(self) -> bytes:
        """Return the notices of what it was built of; a file that goes along with it."""
        path = self._directory.parent / _LICENCES
        return path.read_bytes() if path.is_file() else b""

    def _script(self) -> str:
        return _SCRIPT_END.sub(r"<\\/", self._text(_SCRIPT))

    def _text(self, name: str) -> str:
        return (self._directory / name).read_text(encoding="utf-8")


def data_block(name: str, encoded: bytes) -> bytes:
    """Return JSON as a part of the document that does not run, whatever is written in it."""
    return block_begin(name, "application/json") + inert(encoded) + BLOCK_END


def block_begin(name: str, media_type: str) -> bytes:
    """Return the begin of a part that does not run; the name is an id of ours, or a hash."""
    quoted = html.escape(media_type)
    return f'<script type="text/plain" id="{name}" data-type="{quoted}">'.encode()


BLOCK_END: Final = b"</script>\n"


def inert(encoded: bytes) -> bytes:
    """Return JSON in which no text ends the part that it stands in."""
    return encoded.replace(b"<", b"\\u003c")


def log_lines(events: Iterable[Event]) -> bytes:
    """Return events as the player reads them, a line each."""
    return b"".join(
        b'{"seq":%d,"type":"%b","at":%d,"user_id":%b,"data":%b}\n'
        % (
            event.seq,
            event.type.value.encode(),
            event.at_ms,
            b"null" if event.user_id is None else b"%d" % event.user_id,
            inert(event.data),
        )
        for event in events
    )


async def in_base64(parts: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """Yield what comes as base64."""
    rest = b""
    async for part in parts:
        whole = rest + part
        cut = len(whole) - len(whole) % _THREE_BYTES
        rest = whole[cut:]
        yield base64.b64encode(whole[:cut])
    yield base64.b64encode(rest)


def _allowed(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
