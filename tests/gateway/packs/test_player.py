"""The document that plays a lesson from the disk."""

import asyncio
import base64
import hashlib
import html
import json
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from gateway.packs.player import BLOCK_END, Player, block_begin, data_block, in_base64, log_lines
from lessonroom.log.events import Event, EventType

EVIL = "</script><script>alert(1)</script><!-- \u2028"


@pytest.fixture
def player(tmp_path: Path) -> Player:
    (tmp_path / "player.js").write_text('const end = "</script>";', encoding="utf-8")
    (tmp_path / "player.css").write_text('p::after { content: "</style>" }', encoding="utf-8")
    return Player(tmp_path)


def test_its_policy_runs_what_was_built_and_nothing_else(player: Player) -> None:
    """[LP-5] The hashes are those of what stands in the document; nothing may be fetched."""
    document = (player.begin(EVIL) + player.end()).decode()
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', document)[0])
    script = re.findall(r'<script type="module">(.*?)</script>', document, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", document, re.DOTALL)
    assert len(script) == len(styles) == 1
    assert f"script-src {allowed(script[0])};" in policy
    assert f"style-src {allowed(styles[0])};" in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "unsafe" not in policy
    assert document.count("<script") == 1


def test_the_notices_of_what_it_was_built_of_go_along(tmp_path: Path) -> None:
    """[LP-5] As their licences ask; they lie above it."""
    player = Player(tmp_path / "player")
    assert player.licences() == b""
    (tmp_path / "licences.txt").write_text("MIT")
    assert player.licences() == b"MIT"


def allowed(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def test_no_text_ends_the_part_that_it_stands_in() -> None:
    """[LP-5] Whatever somebody called the lesson, or wrote in it."""
    block = data_block("lesson", json.dumps({"title": EVIL}).encode()).decode()
    assert block.count("<") == 2
    inside = block[block.index(">") + 1 : -len(BLOCK_END)]
    assert json.loads(inside) == {"title": EVIL}
    data = json.dumps({"text": EVIL}).encode()
    event = Event(seq=1, type=EventType.CHAT_MESSAGE, at_ms=5, data=data, user_id=None)
    line = log_lines([event])
    assert b"<" not in line
    assert json.loads(line) == {
        "seq": 1,
        "type": "chat_message",
        "at": 5,
        "user_id": None,
        "data": {"text": EVIL},
    }
    assert block_begin("take-1", 'x"><b>').count(b"<") == 1


@pytest.mark.parametrize("sizes", [(), (1,), (3, 3), (1, 1, 5, 2), (256, 1)])
def test_files_are_base64_whatever_they_come_in(sizes: Iterable[int]) -> None:
    """[LP-5] As if it were done at once."""
    parts = [bytes(range(size % 257)) for size in sizes]

    async def come() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def all_of() -> bytes:
        return b"".join([part async for part in in_base64(come())])

    assert base64.b64decode(asyncio.run(all_of()), validate=True) == b"".join(parts)


def test_without_a_build_there_is_none(tmp_path: Path) -> None:
    """[LP-3] Which the pack says, and is whole besides."""
    assert not Player(tmp_path).is_built()
