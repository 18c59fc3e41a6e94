"""The tables. Times are milliseconds since the Unix epoch, UTC; durations are seconds.

Durations have three decimals: a double holds every count of milliseconds up to 2**50 exactly
enough to get the same integer back. Enumerations are stored as their text, so that a row can be
read with nothing but `sqlite3` at hand. Large columns come last: SQLite reads a row from the front.
"""

from typing import Final

from sqlalchemy import ColumnElement, Table

from storage.tables import (
    finding,
    images,
    log,
    lti,
    nodes,
    people,
    recordings,
    server,
    sessions,
    shelf,
    telling,
)
from storage.tables.rows import Row

METADATA: Final = Row.metadata


def _table(row: type[Row]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


SESSIONS: Final = _table(sessions.ClassroomSession)
ARRIVING: Final = sessions.ARRIVING
IS_THERE: Final[ColumnElement[bool]] = SESSIONS.c.status != ARRIVING
"""Whether a session is one: of what is found otherwise than by name, host or seat."""
PARTICIPANTS: Final = _table(sessions.SessionParticipant)
SNAPSHOTS: Final = _table(log.BoardSnapshot)
EVENTS: Final = _table(log.SessionEvent)
BODIES: Final = _table(log.LargeBody)
PIECES: Final = _table(log.BodyPiece)
PERMISSIONS: Final = _table(sessions.RoomPermission)
ASSETS: Final = _table(images.Asset)
SESSION_ASSETS: Final = _table(images.SessionAsset)
CHAT_FILES: Final = _table(images.SharedFile)
USAGE: Final = _table(log.SessionUsage)
USERS: Final = _table(people.User)
CALENDARS: Final = _table(people.CalendarAddress)
SEAT_KEYS: Final = _table(people.SeatKey)
SIGN_IN_CODES: Final = _table(people.SignInCode)
SERVER_STATE: Final = _table(server.ServerState)
FEED: Final = _table(telling.FeedEntry)
DELIVERIES: Final = _table(telling.WebhookDelivery)
REPLIES: Final = _table(telling.KeptReply)
BOOKINGS: Final = _table(sessions.Booking)
RECORDINGS: Final = _table(recordings.SessionRecording)
TEXTS: Final = _table(finding.WrittenText)
WORDS: Final = _table(finding.WrittenWord)
TEXTS_UNTIL: Final = _table(finding.WrittenUntil)
TAKES: Final = _table(recordings.RecordingTake)
SHELF: Final = _table(shelf.ShelfItem)
SHELF_ASSETS: Final = _table(shelf.ShelfAsset)
NODES: Final = _table(nodes.ClusterNode)
LEASES: Final = _table(nodes.RoomLease)
LTI_PLATFORMS: Final = _table(lti.LtiPlatform)
LTI_DEPLOYMENTS: Final = _table(lti.LtiDeployment)
LTI_LINKS: Final = _table(lti.LtiLink)
LTI_LESSONS: Final = _table(lti.LtiLesson)
LTI_MEMBERS: Final = _table(lti.LtiMember)
