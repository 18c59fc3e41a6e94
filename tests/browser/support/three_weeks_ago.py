"""A lesson of three weeks ago, written into the database of a server that stands still.

`python three_weeks_ago.py HOME HOST PUPIL...`: in the data directory HOME, of the person HOST, with
the PUPILs. On its second page stood a word that was erased before the end. Prints its id.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from cli.server.server_files import DATABASE_FILE
from lessonroom.log.events import Event, EventType
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session
from storage.records import Durability
from storage.sessions import creating
from storage.sessions.creating import NewSession
from storage.store import Store
from storage.tables import USERS

SESSION_ID: Final = "three-weeks-ago"
_WEEKS_MS: Final = 21 * 86_400_000
_MINUTE_MS: Final = 60_000


def _ops() -> list[list[dict[str, Any]]]:
    text = {"type": "text", "layer": "base", "x": 120, "style": {"font_size": 36}}
    word = text | {"id": "w", "layer": "p2", "y": 160, "text": "Гіпотенуза — навпроти прямого кута"}
    return [
        [{"op": "put", "element": text | {"id": "t", "y": 100, "text": "Trigonometry"}}],
        [{"op": "add_page", "page": {"id": "p2", "title": "Трикутники"}}],
        [{"op": "put", "element": word}],
        [{"op": "remove", "ids": ["w"]}],
    ]


async def _write(file: Path, host: str, pupils: list[str]) -> None:
    url = f"sqlite+aiosqlite:///{file}"
    store = await Store.open(url, durability=Durability.PROCESS)
    try:
        rows = await store.reading(lambda connection: connection.execute(USERS.select()))
        people = {row.name: row.id for row in rows}
        began_ms = round(time.time() * 1000) - _WEEKS_MS
        events = [
            Event(
                seq=seq,
                type=EventType.BOARD_OP,
                at_ms=began_ms + seq * _MINUTE_MS,
                user_id=people[host],
                data=json.dumps({"ops": ops}, ensure_ascii=False).encode(),
            )
            for seq, ops in enumerate(_ops(), 1)
        ]
        roles = {host: Role.HOST} | dict.fromkeys(pupils, Role.STUDENT)
        seats = tuple(
            Participant(
                user_id=people[name],
                name=name,
                role=role,
                status=ParticipantStatus.LEFT,
                joined_at_ms=began_ms,
                left_at_ms=began_ms + 45 * _MINUTE_MS,
            )
            for name, role in roles.items()
        )
        session = Session(
            session_id=SESSION_ID,
            host_id=people[host],
            title="Trigonometry",
            access_code="ABC234",
            status=SessionStatus.COMPLETED,
            scheduled_start_ms=began_ms,
            actual_start_ms=began_ms,
            actual_end_ms=began_ms + 45 * _MINUTE_MS,
            created_at_ms=began_ms,
        )
        new = NewSession(session=session, events=events, participants=seats)
        await store.writing(lambda connection: creating.create(connection, new, ()))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(_write(Path(sys.argv[1]) / DATABASE_FILE, sys.argv[2], sys.argv[3:]))
    sys.stdout.write(SESSION_ID)
