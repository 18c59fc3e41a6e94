"""The rows of recordings, which follow the log.

Tests also: storage/tables/recordings.py.
"""

import msgspec

from lessonroom.log.events import Event, EventType
from lessonroom.recording.recording import StopReason, TakeKind
from lessonroom.session.lifecycle import SessionStatus
from storage.recordings import recordings
from storage.recordings.recordings import StoredRecording
from storage.records import Batch
from storage.sessions import sessions
from storage.store import Store
from storage.upkeep import upkeep
from tests.storage.lessons import Lesson


async def of_session(store: Store, session_id: str) -> list[StoredRecording]:
    return await store.reading(lambda connection: recordings.of_session(connection, session_id))


async def commit(store: Store, lesson: Lesson, *events: tuple[EventType, bytes]) -> int:
    """Commit events one by one and return the `seq` of the last."""
    head = await store.head("algebra")
    for event_type, data in events:
        head += 1
        event = Event(seq=head, type=event_type, at_ms=1_000 * head, data=data, user_id=1)
        await store.commit([Batch(session=lesson.session, events=(event,))])
    return head


START = b'{"recording_id":"%b","kinds":["audio","screen"],"roles":["host"],"by":1}'
STOP = b'{"recording_id":"%b","reason":"session"}'


async def test_recordings_are_as_the_log_says(store: Store, lesson: Lesson) -> None:
    """[RC-2] From `recording_start` to `recording_stop`, in their order."""
    head = await commit(
        store,
        lesson,
        (EventType.RECORDING_START, START % b"one"),
        (EventType.RECORDING_STOP, STOP % b"one"),
        (EventType.RECORDING_START, START % b"two"),
    )
    one, two = await of_session(store, "algebra")
    assert one == StoredRecording(
        recording_id="one",
        kinds=(TakeKind.AUDIO, TakeKind.SCREEN),
        started_by=1,
        started_seq=head - 2,
        started_at_ms=1_000 * (head - 2),
        stopped_seq=head - 1,
        stopped_at_ms=1_000 * (head - 1),
        reason=StopReason.SESSION,
    )
    assert (two.recording_id, two.stopped_seq, two.reason) == ("two", None, None)
    assert await of_session(store, "another") == []


async def test_they_go_with_their_session(store: Store, lesson: Lesson) -> None:
    """[RC-2] A session that is deleted leaves no row."""
    await commit(store, lesson, (EventType.RECORDING_START, START % b"one"))
    over = msgspec.structs.replace(lesson.session, status=SessionStatus.COMPLETED)
    await store.commit([Batch(session=over, events=(), session_changed=True)])
    key = await store.reading(lambda connection: sessions.key_of(connection, "algebra"))
    assert key is not None
    while not await upkeep.purge(store, key):
        pass
    assert await of_session(store, "algebra") == []
