"""Taking up a lesson pack. Run as a module, it does so in a confined process.

A pack is read twice: once to know that all of it is whole and that its log may be one of this
server, and once to tell that log anew, in pieces. What counts is the log; of all else that a pack
holds only files and takes go on, which are looked at by themselves.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from gateway.board_files.layout import BOARD
from gateway.confinement.confined import Declined, answer_many
from gateway.packs.checking import LINE_BYTES, Pack
from gateway.packs.job import (
    Drawn,
    Ended,
    PackedTake,
    Survey,
    Surveyed,
    TakenUp,
    TakingUp,
    Telling,
    Told,
)
from gateway.packs.layout import LOG, MANIFEST, Entry
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import MoveSession
from lessonroom.limits import Limits
from lessonroom.log.chain import Chain
from lessonroom.log.events import BOARD_CHANGES, Event, EventType
from lessonroom.log.unproven import OpenedTake, UnprovenLog
from lessonroom.outcome import SnapshotType
from lessonroom.recording.kept import EVENTS_THAT_COUNT, kept_parts
from lessonroom.room import Room
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from lessonroom.state import RoomState

EVENTS_MOST: Final = 1_000_000
"""Of a log: an hour of a full room has fifty thousand."""
_PART_EVENTS: Final = 200
_PART_BYTES: Final = 512 * 1024
_DRAWN_EVENTS: Final = 500
"""Changes of the board after which it is kept beside the log, as rooms do."""
_JSON_BYTES: Final = 64 * 1024 * 1024
_GAPS_MOST: Final = 2_000
_UNPACKED_FACTOR: Final = 100
_UNPACKED_BYTES: Final = 64 * 1024 * 1024
"""So many bytes, and so many for each that was sent, a pack may unfold to."""
_RECORDINGS: Final = "recordings.json"
_SESSION: Final = "session.json"


class _Session(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of `session.json`; the log says the rest."""

    session_id: str
    session_type: SessionType
    title: str
    host_id: int
    max_participants: int
    is_recorded: bool
    settings: SessionSettings
    created_at: datetime
    scheduled_start: datetime | None = None
    scheduled_end: datetime | None = None


class _Take(msgspec.Struct, frozen=True, kw_only=True):
    take_id: str
    size_bytes: int
    state: str
    start_at: datetime | None = None
    duration_ms: int = 0
    gaps: list[tuple[int, int]] = []


class _Recordings(msgspec.Struct, frozen=True):
    takes: list[_Take]


class _BoardFile(msgspec.Struct, frozen=True):
    board: msgspec.Raw


def answers(request: TakingUp) -> Iterator[TakenUp]:
    """Yield the answers to either question.

    Raises:
        Declined: it is no pack, is not whole, or its log is none that may be taken up; `field` is
            the entry.

    """
    try:
        match request.commission:
            case Survey() as survey:
                yield TakenUp(_surveyed(survey))
            case Telling() as telling:
                yield from map(TakenUp, _told(telling))
    except Refused as refused:
        is_too_much = refused.code is ErrorCode.TOO_LARGE
        raise Declined(refused.message, is_too_much=is_too_much, field=refused.field) from None
    except (OSError, zipfile.BadZipFile) as error:
        raise Declined(f"this file cannot be read: {error}", field="file") from None


# -- the first reading


def _surveyed(survey: Survey) -> Surveyed:
    path = Path(survey.path)
    pack = Pack(path)
    manifest = pack.manifest
    _require_fitting(pack, path.stat().st_size, survey.limits)
    for problem in pack.problems():
        raise Declined(problem.what, field=problem.entry)
    told = _decoded(pack, _SESSION, _Session)
    if told.session_id != manifest.session_id:
        raise Declined("session_id: is not the one of the manifest", field=_SESSION)
    before = _before(told)
    log = UnprovenLog(before, survey.limits, now_ms=survey.now_ms)
    who_counts: list[Event] = []
    for event in _events(pack):
        log.take(event)
        if event.type in EVENTS_THAT_COUNT:
            who_counts.append(event)
    names = {entry.name: entry for entry in manifest.entries}
    files = {
        entry.name.partition("/")[2].partition(".")[0]: entry
        for entry in manifest.entries
        if entry.name.startswith("files/")
    }
    for name, entry in files.items():
        if entry.sha256 != name:
            raise Declined("its name is not its SHA-256", field=entry.name)
    for asset, told_bytes in _sizes(log):
        if asset in files and files[asset].size_bytes != told_bytes:
            words = f"the log says that it has {told_bytes} bytes"
            raise Declined(words, field=files[asset].name)
    for asset in sorted(log.shown - files.keys()):
        raise Declined("is missing, and the board shows it", field=f"files/{asset}")
    board = hashlib.sha256(log.state.board.encode()).digest()
    return Surveyed(
        before=before,
        after=log.state.session,
        participants=list(log.state.participants.values()),
        people=sorted(log.people),
        head=log.state.head,
        sha256=manifest.log.sha256,
        log_bytes=log.state.usage.total_bytes,
        added=[each for each in log.added.values() if each.asset in files],
        shown=sorted(log.shown),
        said=[each for each in log.files.values() if each.asset in files],
        files=files,
        takes=list(_takes(pack, names, log.takes, who_counts)),
        is_board_alike=_board_beside(pack, names) in {None, board},
        left_out=manifest.left_out,
    )


def _sizes(log: UnprovenLog) -> Iterator[tuple[str, int]]:
    yield from ((each.asset, each.size_bytes) for each in log.added.values())
    yield from ((each.asset, each.size_bytes) for each in log.files.values())


def _require_fitting(pack: Pack, size_bytes: int, limits: Limits) -> None:
    """Refuse what is too large by what it says of itself, before any of it is unpacked."""
    if pack.manifest.log.seq > EVENTS_MOST:
        raise Declined(
            f"log.seq: a log has at most {EVENTS_MOST} events", is_too_much=True, field=MANIFEST
        )
    unfolded = _UNPACKED_BYTES + _UNPACKED_FACTOR * size_bytes
    if sum(max(0, entry.size_bytes) for entry in pack.manifest.entries) > unfolded:
        raise Declined(
            f"entries: all together, {size_bytes} bytes unfold to at most {unfolded}",
            is_too_much=True,
            field=MANIFEST,
        )
    for entry in pack.manifest.entries:
        most = {
            # Of an event little but its data is written; each counts as more in a log.
            LOG: 2 * limits.log_bytes_per_session,
            _SESSION: _JSON_BYTES,
            _RECORDINGS: _JSON_BYTES,
        }.get(entry.name, entry.size_bytes)
        if entry.size_bytes > most:
            raise Declined(f"has more than {most} bytes", is_too_much=True, field=entry.name)


def _before(told: _Session) -> Session:
    if told.session_type is SessionType.DEMO:
        raise Declined("session_type: nothing of a demo is kept", field=_SESSION)
    if not 1 <= told.max_participants <= 2**31 - 1 or not 1 <= told.host_id <= 2**53 - 1:
        raise Declined("max_participants, host_id: out of range", field=_SESSION)
    return Session(
        session_id=told.session_id,
        session_type=told.session_type,
        host_id=told.host_id,
        title=told.title,
        max_participants=told.max_participants,
        is_recorded=told.is_recorded,
        settings=told.settings,
        scheduled_start_ms=_ms(told.scheduled_start),
        scheduled_end_ms=_ms(told.scheduled_end),
        created_at_ms=_ms(told.created_at) or 0,
    )


def _takes(
    pack: Pack, names: dict[str, Entry], opened: list[OpenedTake], events: list[Event]
) -> Iterator[PackedTake]:
    told: dict[str, _Take] = {}
    if _RECORDINGS in names:
        known = _decoded(pack, _RECORDINGS, _Recordings).takes
        told = {take.take_id: take for take in known}
    for each in opened:
        take = told.get(each.take.take_id)
        parts = kept_parts(events, user_id=each.take.user_id, kind=each.take.kind)
        entry = names.get(f"takes/{each.take.take_id}.webm")
        if take is None or entry is None or take.start_at is None:
            is_empty = take is not None and take.size_bytes == 0 and take.state == "sealed"
            yield PackedTake(opened=each, kept=parts, is_empty=is_empty)
            continue
        if len(take.gaps) > _GAPS_MOST or not 0 <= take.duration_ms <= 2**40:
            raise Declined("gaps, duration_ms: out of range", field=_RECORDINGS)
        yield PackedTake(
            opened=each,
            kept=parts,
            entry=entry,
            start_at=_ms(take.start_at) or 0,
            duration_ms=take.duration_ms,
            gaps=[(_bounded(begin), _bounded(end)) for begin, end in take.gaps],
        )


def _bounded(at_ms: int) -> int:
    if not 0 <= at_ms <= 2**53:
        raise Declined("gaps: out of range", field=_RECORDINGS)
    return at_ms


def _board_beside(pack: Pack, names: dict[str, Entry]) -> bytes | None:
    """Return the SHA-256 of the board that lies beside the log; None where none can be told."""
    entry = names.get(BOARD)
    if entry is None or entry.size_bytes > _JSON_BYTES:
        return None
    return hashlib.sha256(_decoded(pack, BOARD, _BoardFile).board).digest()


# -- the second reading


def _told(telling: Telling) -> Iterator[Told | Drawn | Ended]:
    pack = Pack(Path(telling.path))
    state = RoomState(telling.session)
    part: list[Event] = []
    part_bytes = changes = change_bytes = 0
    for told in _events(pack):
        event = telling.renumbering.of(told)
        state.apply(event)
        if state.session.private_from is not None:
            raise Declined("it has private pages; such a lesson is not taken up yet", field="log")
        part.append(event)
        part_bytes += len(event.data)
        if event.type in BOARD_CHANGES:
            changes += 1
            change_bytes += len(event.data)
        if part_bytes > _PART_BYTES or len(part) == _PART_EVENTS:
            yield Told(events=part)
            part, part_bytes = [], 0
        is_saved = event.type is EventType.BOARD_SAVE
        # Not more often than it grows: boards beside the log take no more room than the log.
        is_due = changes >= _DRAWN_EVENTS and change_bytes >= state.board.size_bytes
        if is_saved or is_due:
            kind = SnapshotType.MANUAL if is_saved else SnapshotType.AUTO
            if part:
                yield Told(events=part)
                part, part_bytes = [], 0
            yield _drawn(state, kind, by=event.user_id if is_saved else None)
            changes = change_bytes = 0
    part += _closing(state, telling.limits)
    if part:
        yield Told(events=part)
    yield _drawn(state, SnapshotType.TERMINATE)
    yield Ended(
        session=state.session,
        participants=list(state.participants.values()),
        usage=state.usage.by_person,
        head=state.head,
    )


def _drawn(state: RoomState, kind: SnapshotType, *, by: int | None = None) -> Drawn:
    return Drawn(
        kind=kind,
        version=state.head,
        board=state.board.encode(),
        at_ms=state.head_at_ms,
        by=by,
    )


def _closing(state: RoomState, limits: Limits) -> list[Event]:
    """Return the events that end a lesson which went on when it was packed, and apply them."""
    status = state.session.status
    if status.has_ended:
        return []
    has_begun = status in {SessionStatus.ACTIVE, SessionStatus.PAUSED}
    move = Move.COMPLETE if has_begun else Move.TERMINATE
    return (
        Room(state, limits=limits).handle(MoveSession(by=None, move=move), state.head_at_ms).events
    )


# -- reading


def _events(pack: Pack) -> Iterator[Event]:
    chain = Chain(pack.manifest.session_id)
    rest = b""
    for piece in pack.pieces_of(LOG):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield chain.event_of(line)
        if len(rest) > LINE_BYTES:
            raise Declined(f"the line behind event {chain.seq} is too long", field=LOG)


def _decoded(pack: Pack, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of that type
    try:
        return msgspec.json.decode(b"".join(pack.pieces_of(name)), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Declined(f"cannot be read: {error}", field=name) from None
    except KeyError:
        raise Declined("is missing", field=name) from None


def _ms(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Declined("a moment has no offset from UTC", field=_SESSION)
    return max(0, round(moment.timestamp() * 1000))


if __name__ == "__main__":
    answer_many(TakingUp, answers)
