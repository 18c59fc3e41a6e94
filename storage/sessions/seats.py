"""Seats: rows from the core's participants and back.

Every function works inside the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.participant import (
    ConnectionQuality,
    MediaState,
    Participant,
    ParticipantStatus,
)
from lessonroom.people.permissions import Role
from lessonroom.recording.recording import Consent
from storage.engine import insert
from storage.errors import RowDamaged
from storage.sessions.row_checks import RowChecks, milliseconds, seconds
from storage.tables import PARTICIPANTS, SESSIONS

_CHECKS: Final = RowChecks(
    always=(
        *("session_id", "user_id", "name", "role", "status", "joined_at", "left_at"),
        *("dropped_at", "present_since", "peer_id", "connection_quality", "video_enabled"),
        *("audio_enabled", "screen_sharing", "custom_permissions", "total_time_seconds"),
        *("reconnect_count", "not_before", "is_admitted"),
    ),
    if_set=("hand_raised_at", "recording_consent", "is_left_out"),
    documents=frozenset({"custom_permissions"}),
)
_FLAGS: Final = ("video_enabled", "audio_enabled", "screen_sharing", "is_admitted")


def _upsert() -> Any:  # noqa: ANN401 - the dialect's own kind of Insert
    statement = insert(PARTICIPANTS).inline()
    return statement.on_conflict_do_update(
        index_elements=["session_id", "user_id"],
        set_={
            column.name: statement.excluded[column.name]
            for column in PARTICIPANTS.c
            if column.name not in {"id", "session_id", "user_id"}
        },
    )


_UPSERT: Final = _upsert()


async def write(
    connection: AsyncConnection, participants: Sequence[tuple[int, Participant]]
) -> None:
    """Write seats, new or changed; of two for one person the later one stays."""
    if participants:
        rows = [_row(key, participant) for key, participant in participants]
        await connection.execute(_UPSERT, rows)


async def of_session(connection: AsyncConnection, key: int) -> list[Participant]:
    """Return all seats of a session, in the order in which they were first taken."""
    rows = await connection.execute(
        select(PARTICIPANTS).where(PARTICIPANTS.c.session_id == key).order_by(PARTICIPANTS.c.id)
    )
    return [participant_of(row) for row in rows]


async def of_person(
    connection: AsyncConnection, session_id: str, user_id: int
) -> Participant | None:
    """Return one person's seat."""
    row = (
        await connection.execute(
            select(PARTICIPANTS)
            .join(SESSIONS, SESSIONS.c.id == PARTICIPANTS.c.session_id)
            .where(SESSIONS.c.uuid == session_id, PARTICIPANTS.c.user_id == user_id)
        )
    ).first()
    return participant_of(row) if row else None


async def examine(connection: AsyncConnection, key: int) -> list[str]:
    """Say which seats of a session are not as they were written."""
    rows = await connection.execute(
        select(PARTICIPANTS).where(PARTICIPANTS.c.session_id == key).order_by(PARTICIPANTS.c.id)
    )
    return [
        f"the seat of user {row.user_id} does not match its checksum"
        for row in rows
        if not _CHECKS.is_intact(row)
    ]


def stored_checksum(row: Mapping[str, Any]) -> int:
    """Return the checksum of a seat, of its columns as SQLite has them: no JSON, no booleans."""
    converted = {
        **{name: bool(row[name]) for name in _FLAGS},
        "is_left_out": bool(row["is_left_out"]) or None,
    }
    document = {"custom_permissions": msgspec.json.decode(row["custom_permissions"])}
    return _CHECKS.checksum({**row, **converted, **document})


def participant_of(row: Row[Any]) -> Participant:
    """Return the seat that a row of the table holds.

    Raises:
        RowDamaged: it does not match its checksum.

    """
    if not _CHECKS.is_intact(row):
        raise RowDamaged(f"the seat of user {row.user_id} in the session with key {row.session_id}")
    return Participant(
        user_id=row.user_id,
        name=row.name,
        role=Role(row.role),
        status=ParticipantStatus(row.status),
        peer_id=row.peer_id,
        connection_quality=_quality(row.connection_quality),
        media=MediaState(
            video=row.video_enabled, audio=row.audio_enabled, screen=row.screen_sharing
        ),
        custom_permissions=row.custom_permissions,
        joined_at_ms=row.joined_at,
        left_at_ms=row.left_at,
        dropped_at_ms=row.dropped_at,
        present_since_ms=row.present_since,
        total_ms=milliseconds(row.total_time_seconds),
        reconnect_count=row.reconnect_count,
        not_before_ms=row.not_before,
        is_admitted=row.is_admitted,
        hand_raised_at_ms=row.hand_raised_at,
        recording_consent=None if row.recording_consent is None else Consent(row.recording_consent),
        is_left_out=row.is_left_out is True,
    )


def _quality(word: str | None) -> ConnectionQuality | None:
    return None if word is None else ConnectionQuality(word)


def _row(key: int, participant: Participant) -> dict[str, Any]:
    quality = participant.connection_quality
    row = {
        "session_id": key,
        "user_id": participant.user_id,
        "name": participant.name,
        "role": participant.role.value,
        "status": participant.status.value,
        "joined_at": participant.joined_at_ms,
        "left_at": participant.left_at_ms,
        "dropped_at": participant.dropped_at_ms,
        "present_since": participant.present_since_ms,
        "peer_id": participant.peer_id,
        "connection_quality": quality and quality.value,
        "video_enabled": participant.media.video,
        "audio_enabled": participant.media.audio,
        "screen_sharing": participant.media.screen,
        "custom_permissions": dict(participant.custom_permissions),
        "total_time_seconds": seconds(participant.total_ms),
        "reconnect_count": participant.reconnect_count,
        "not_before": participant.not_before_ms,
        "is_admitted": participant.is_admitted,
        "hand_raised_at": participant.hand_raised_at_ms,
        "recording_consent": participant.recording_consent and participant.recording_consent.value,
        # Rows from before the column have none, and the checksum that they had.
        "is_left_out": participant.is_left_out or None,
    }
    return row | {"crc32": _CHECKS.checksum(row)}
