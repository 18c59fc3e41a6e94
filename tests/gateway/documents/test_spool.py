"""Documents on the disk while they are on their way."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.documents.document_import import DocumentImport
from gateway.documents.spool import Spool

PARTS = [b"a" * 700_000, b"b" * 700_000, b"", b"c"]


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def parts() -> AsyncIterator[bytes]:
    for part in PARTS:
        yield part


async def cut_off() -> AsyncIterator[bytes]:
    yield b"a" * 2_000_000
    raise ConnectionError


async def test_what_comes_in_parts_is_one_file(tmp_path: Path) -> None:
    """[PG-7] For its owner alone, and gone at the end."""
    spool = Spool(tmp_path / "documents")
    async with spool.receiving(parts()) as spooled:
        content = spooled.path.read_bytes()
        assert content == b"".join(PARTS)
        assert spooled.sha256 == hashlib.sha256(content).hexdigest()
        assert spooled.size_bytes == len(content)
        assert spooled.path.stat().st_mode & 0o077 == 0
    assert not spooled.path.exists()


async def test_what_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    """[PG-7] As of a client that hangs up."""
    spool = Spool(tmp_path)
    with pytest.raises(ConnectionError):
        async with spool.receiving(cut_off()):
            pass
    assert names_in(tmp_path) == []


async def test_what_is_kept_stays_until_it_is_forgotten(tmp_path: Path) -> None:
    """[PG-7] Its request may be over by then."""
    spool = Spool(tmp_path)
    async with spool.receiving(parts()) as spooled:
        kept = await spool.keep(spooled)
    assert kept.path.read_bytes() == b"".join(PARTS)
    await spool.forget(kept)
    assert names_in(tmp_path) == []


async def test_the_next_server_finds_what_was_under_way(tmp_path: Path) -> None:
    """[PG-7] Not what was over; and files of somebody else stay."""
    spool = Spool(tmp_path)
    (tmp_path / "homework.pdf").write_bytes(b"%PDF")
    under_way, over = (
        DocumentImport(document_id=name, session_id="s", user_id=1, title=name, pages_total=3)
        for name in ("one", "two")
    )
    await spool.note(under_way)
    under_way.pages_done = 2
    await spool.note(under_way)
    await spool.note(over)
    await spool.strike_out(over)
    async with spool.receiving(parts()) as spooled:
        await spool.keep(spooled)
    assert await Spool(tmp_path).swept() == [under_way]
    assert names_in(tmp_path) == ["homework.pdf"]
    assert await Spool(tmp_path / "never made").swept() == []
