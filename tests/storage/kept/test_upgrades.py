"""Databases that the program of each migration wrote open with today's, and mean the same.

`upgrades/NNNN.sqlite3.gz` was written by the last program that knew migration NNNN and no
later one; `NNNN.json` is what that program said of it (`scripts/release/keep_databases.py`).
"""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import pytest

from lessonroom.state import RoomState
from storage.engine import url_of
from storage.migrate import current_revision, known_revisions
from storage.records import Durability
from storage.store import Store
from storage.upkeep.checking import check
from tests.storage.kept.boards import as_then

KEPT: Final = Path(__file__).parent / "upgrades"
REVISIONS: Final = sorted(path.name[:4] for path in KEPT.glob("*.json"))


def test_each_migration_has_its_database() -> None:
    """[API db upgrade] A new migration is kept here, too, before the next one is made."""
    assert set(known_revisions()) - set(REVISIONS) <= {known_revisions()[-1]}


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_before_means_what_its_program_said(
    tmp_path: Path, revision: str
) -> None:
    """[API db upgrade][BD-16] Lesson, people, every event, and the board after each of them."""
    file = tmp_path / "lessonroom.db"
    file.write_bytes(gzip.decompress((KEPT / f"{revision}.sqlite3.gz").read_bytes()))
    told: dict[str, Any] = json.loads((KEPT / f"{revision}.json").read_bytes())
    assert await current_revision(url_of(file)) == told["revision"] == revision
    store = await Store.open(url_of(file), durability=Durability.POWER)
    try:
        session = await store.session(told["session"]["session_id"])
        assert session is not None
        assert {name: getattr(session, name) for name in told["session"]} == told["session"]
        people = await store.participants(session.session_id)
        assert [
            [each.user_id, each.name, each.role.value, each.total_ms] for each in people
        ] == told["people"]
        events = await store.events(session.session_id)
        assert [[each.seq, each.type, each.user_id, each.at_ms] for each in events] == told[
            "events"
        ]
        state = RoomState(session)
        digests = []
        for event in events:
            state.apply(event)
            board = as_then(state.board.encode(), event.board_schema)
            digests.append(hashlib.sha256(board).hexdigest())
        assert len(state.board.elements) == told["elements"]
        assert digests == told["digests"]
        assert (await check(store, on_progress=lambda _: None)).faults == []
    finally:
        await store.close()
