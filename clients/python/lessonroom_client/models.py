"""What the API takes and shows: JSON objects, with their types.

Written by scripts/python_client from the OpenAPI document; edit the code of the server. Times are
texts, as `2026-11-22T10:44:26.123Z`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

Permission = Literal[
    "can_draw",
    "can_erase",
    "can_add_layers",
    "can_delete_layers",
    "can_reorder_layers",
    "can_upload_images",
    "can_export",
    "can_clear_board",
    "can_toggle_video",
    "can_toggle_audio",
    "can_share_screen",
    "can_invite",
    "can_kick",
    "can_terminate",
    "can_pause",
    "can_edit_others",
]
"""Something a participant may do, checked when the room orders the event (PROTOCOL BD-3)."""

Role = Literal["host", "student", "viewer", "solo"]
"""The part a participant plays in a lesson."""


class RolePermissionsOut(TypedDict):
    """What a role may do on this server, unless a session overrides it."""

    role: Role
    permissions: Mapping[Permission, bool]


class AllRolePermissions(TypedDict):
    """What each role may do on this server, unless a session overrides it."""

    items: Sequence[RolePermissionsOut]


class AssetOut(TypedDict):
    """An image that the board may show."""

    asset: str
    """For the `asset` of an `image` element."""
    media_type: str
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    size_bytes: int


class BoardFilesImportedOut(TypedDict):
    """What a board file came to."""

    page_ids: Sequence[str]
    """The pages that were added, in their order."""
    version: int
    """The `seq` of the event that added them."""


class BoardStats(TypedDict):
    """The board as it is now."""

    version: int
    """The `seq` of the newest event."""
    elements: int
    pages: int
    layers: int
    size_bytes: int
    """Encoded size."""


class PersonIn(TypedDict):
    """A person of a booking."""

    subject: str
    """What the caller's platform calls the person."""
    name: str
    issuer: NotRequired[str | None]
    """The id of an api key, or `lessonroom`; a setting where absent. Default: `null`."""


ChatPolicy = Literal["all", "host_only", "off"]
"""Who may write into the chat (PROTOCOL CH-2)."""

HistoryPolicy = Literal["all", "host_only"]
"""Who may look at what happened, once the session is over (PROTOCOL SY-12)."""

IcePolicy = Literal["all", "relay"]
"""Which ICE candidates browsers may use; `relay` hides people's addresses from each other."""

RecordingAccess = Literal["host", "participants"]
"""Who may listen to what was recorded, or download it."""

TakeKind = Literal["audio", "video", "screen"]
"""What of a person is recorded."""


class RecordingSettingsIn(TypedDict):
    """What recordings of a session hold, and who may have them; what is absent has its default."""

    kinds: NotRequired[Sequence[TakeKind]]
    """Default: `["audio"]`."""
    roles: NotRequired[Sequence[Role]]
    """Of whom something is kept. Default: `["host", "student", "solo"]`."""
    listeners: NotRequired[RecordingAccess]
    """Who may listen afterwards. Default: `"participants"`."""
    downloads: NotRequired[RecordingAccess]
    """Who may have the files. Default: `"host"`."""
    retention_days: NotRequired[int | None]
    """Days that takes are kept after the end; as long as the session if null."""


SignalPolicy = Literal["all", "host_only"]
"""Who may call whom (PROTOCOL RT-1)."""


class SettingsIn(TypedDict):
    """How the session is run; what is absent has its default."""

    allow_guests: NotRequired[bool]
    """People without a token may join by code. Default: `true`."""
    guest_role: NotRequired[Literal["student", "viewer"]]
    """What guests join as. Default: `"student"`."""
    waiting_room: NotRequired[bool]
    """All but the host wait until they are admitted. Default: `false`."""
    grace_s: NotRequired[int | None]
    """Seconds a dropped participant keeps the seat."""
    signal_policy: NotRequired[SignalPolicy]
    """Who may call whom. Default: `"all"`."""
    ice_policy: NotRequired[IcePolicy]
    """`relay` hides the participants' addresses from each other. Default: `"all"`."""
    chat_policy: NotRequired[ChatPolicy]
    """Who may write into the chat. Default: `"all"`."""
    history_policy: NotRequired[HistoryPolicy]
    """Who may look at the history once the session is over: whoever has a seat, or who leads it.
    Default: `"all"`.
    """
    retention_days: NotRequired[int | None]
    """Days that the session is kept after its end; the server's setting if null."""
    recording: NotRequired[RecordingSettingsIn]
    """What recordings hold, and who may have them. Default: `{"kinds": ["audio"], "roles":
    ["host", "student", "solo"], "listeners": "participants", "downloads": "host"}`.
    """
    permissions: NotRequired[Mapping[Literal["student", "viewer"], Mapping[Permission, bool]]]
    """Overrides by role."""


class BookingData(TypedDict):
    """The booking."""

    booking_id: str
    title: NotRequired[str]
    """Default: `""`."""
    start: NotRequired[str | None]
    """Default: `null`."""
    end: NotRequired[str | None]
    """Default: `null`."""
    host: NotRequired[PersonIn | None]
    """Needed of a booking that is new here. Default: `null`."""
    invitees: NotRequired[Sequence[PersonIn] | None]
    """Everybody, if it is confirmed or rescheduled; who goes, if it is cancelled. Default:
    `null`.
    """
    seats: NotRequired[bool]
    """Places are booked one by one: `invitees` are those whom this is about. Default: `false`."""
    series: NotRequired[str | None]
    """Bookings of one series have one: their lessons belong together. Default: `null`."""
    rescheduled_from: NotRequired[str | None]
    """The id that the booking had before. Default: `null`."""
    settings: NotRequired[SettingsIn | None]
    """Of a new session. Default: `null`."""
    reason: NotRequired[str | None]
    """Why it was cancelled. Default: `null`."""


class BookingIn(TypedDict):
    """A booking system's message, in the form of Standard Webhooks."""

    type: str
    timestamp: NotRequired[str | None]
    """When it happened; `webhook-timestamp` where absent. Default: `null`."""
    data: BookingData


BookingStatus = Literal["created", "moved", "changed", "ended", "unchanged", "ignored"]
"""What a message about a booking came to."""


class BookingOut(TypedDict):
    """What a message about a booking came to, and the session of the booking."""

    status: BookingStatus
    session_id: NotRequired[str | None]
    left_out: NotRequired[Sequence[str]]
    """People who cannot be known by what is said of them. Absent: nobody. Default: `[]`."""


class BroughtOut(TypedDict):
    """The images that a lesson has now, which an item shows."""

    assets: Sequence[str]


class CalendarOut(TypedDict):
    """Where the caller's calendar can be read."""

    url: str | None
    """A secret, as a token is; null where there is none."""
    made_at: str | None


class CancelSeriesIn(TypedDict):
    """Which lessons of a series do not take place."""

    from_session: NotRequired[str | None]
    """This lesson and those after it; absent: all to come."""
    reason: NotRequired[str | None]


class ChatCountOut(TypedDict):
    """What was written into the chat."""

    messages: int
    """All, also those that were removed."""
    private: int
    """Of them, to one person."""
    files: int
    """Of them, with a file."""
    removed: int
    """Of them, removed."""


class ChatFileOut(TypedDict):
    """A file that came with a message; `GET /sessions/{id}/chat/{seq}/file/` is the file."""

    asset: str
    """The SHA-256 of its bytes."""
    name: str
    media_type: str
    size_bytes: int
    width: int | None
    """Pixels of a picture; null of anything else."""
    height: int | None


class RemovalOut(TypedDict):
    """That a message was removed."""

    by: int | None
    """Who removed it; null for the operator."""
    at: str


class ChatMessageOut(TypedDict):
    """What somebody wrote."""

    seq: int
    """Its place in the session's log."""
    at: str
    user_id: int
    name: str
    """Their name in the session."""
    text: str
    """Empty where it was removed."""
    to: NotRequired[int | None]
    """To which one person, besides hosts; null: to everyone."""
    reply_to: NotRequired[int | None]
    """The `seq` of the message that it answers."""
    removed: NotRequired[RemovalOut | None]
    file: NotRequired[ChatFileOut | None]
    """What came with it."""


class ChatPage(TypedDict):
    """Some messages, oldest first."""

    items: Sequence[ChatMessageOut]
    next_before: int | None
    """`before` of the page that comes before this one; null at the beginning."""


class CloseIn(TypedDict):
    """That no chunk follows."""

    chunks: int
    """How many were sent in all."""


ConnectionQuality = Literal["good", "weak", "bad"]
"""What a person's own page makes of their line (RT-6)."""

Consent = Literal["given", "declined"]
"""What somebody answered when asked whether they may be recorded; no answer is a no."""


class ConsentIn(TypedDict):
    """Whether one may be recorded oneself."""

    answer: Consent


class ContinueIn(TypedDict):
    """The next lesson of a series; what is absent is as in the last one, a time excepted."""

    title: NotRequired[str | None]
    scheduled_start: NotRequired[str | None]
    scheduled_end: NotRequired[str | None]
    with_board: NotRequired[bool]
    """Begin with the board as it is now; else with an empty one. Default: `true`."""
    with_people: NotRequired[bool]
    """Everybody whom it was for has a place, with role and permissions; guests come by the link.
    Default: `true`.
    """
    in_series: NotRequired[bool]
    """Of the same series; else a copy that begins one of its own. Default: `true`."""
    into: NotRequired[str | None]
    """Not a new lesson, but this one of the caller's that has not begun and whose board is empty.
    It keeps its title, times, settings and series.
    """


class CreateSessionIn(TypedDict):
    """A new session; the caller is its host."""

    session_type: NotRequired[Literal["lesson", "group", "demo"]]
    """A solo session has its own call. Default: `"lesson"`."""
    title: NotRequired[str]
    """Default: `""`."""
    scheduled_start: NotRequired[str | None]
    scheduled_end: NotRequired[str | None]
    max_participants: NotRequired[int | None]
    """Without the host; the server's own limit where absent, and at most."""
    is_recorded: NotRequired[bool]
    """Whether it may be recorded; that alone records nothing. Default: `false`."""
    settings: NotRequired[SettingsIn]
    """Default: `{"allow_guests": true, "guest_role": "student", "waiting_room": false,
    "signal_policy": "all", "ice_policy": "all", "chat_policy": "all", "history_policy": "all",
    "recording": {"downloads": "host", "kinds": ["audio"], "listeners": "participants",
    "roles": ["host", "student", "solo"]}, "permissions": {}}`.
    """
    external_id: NotRequired[str | None]
    """The caller's own id: the same one again returns the same session."""
    people: NotRequired[Sequence[int]]
    """Whom it is for: people of earlier lessons (`GET /people/`). Default: `[]`."""
    board: NotRequired[Mapping[str, Any] | None]
    """To begin with: the `board` of an export. Its images must lie on this server."""
    template: NotRequired[str | None]
    """To begin with: an item of one's shelf, or one that is shared (`GET /shelf/`)."""


class CreateSoloIn(TypedDict):
    """A session for the caller alone."""

    title: NotRequired[str]
    """Default: `""`."""


class DamagedEventOut(TypedDict):
    """A row of the log that the disk has changed."""

    session_id: str
    session_title: str
    seq: int


class DeletedOut(TypedDict):
    """Which session is gone."""

    session_id: str


class DeploymentsIn(TypedDict):
    """More places at a platform from which people may come."""

    deployments: Sequence[str]


DocumentStatus = Literal["importing", "done", "failed", "cancelled", "stopped"]
"""How far the import of a document is."""


class DocumentOut(TypedDict):
    """How far the import of a document is."""

    document_id: str
    user_id: int
    """Whose it is."""
    status: DocumentStatus
    title: str
    pages_total: int
    """Pages that are to be imported; 0 while an office document is made a PDF first."""
    pages_done: int
    page_ids: Sequence[str]
    """Pages of the board that were added so far."""
    failed_pages: Sequence[int]
    """Pages of the document that cannot be drawn: an empty sheet stands for each."""
    error: str | None
    """Why it ended early. What was added stays."""


class ThumbnailOut(TypedDict):
    """One page, small."""

    number: int
    picture: str | None
    """A `data:` URL of a JPEG; null of a page that cannot be drawn."""


class DocumentPreviewOut(TypedDict):
    """What a document looks like."""

    title: str
    """What it says of itself; it may be empty."""
    pages_total: int
    thumbnails: Sequence[ThumbnailOut]
    """24 at most, in their order."""


Durability = Literal["power", "process"]
"""What a commit survives (PROMISES P1)."""


class EndpointIn(TypedDict):
    """Which endpoint; all of them where absent."""

    url: NotRequired[str | None]


EventType = Literal[
    "room_open",
    "session_created",
    "session_wait",
    "session_start",
    "session_pause",
    "session_resume",
    "session_idle",
    "session_wake",
    "session_complete",
    "session_terminate",
    "session_expire",
    "session_reopen",
    "session_update",
    "participant_invite",
    "participant_seat",
    "participant_wait",
    "participant_admit",
    "participant_join",
    "participant_drop",
    "participant_reconnect",
    "participant_leave",
    "participant_kick",
    "participant_hand",
    "permission_update",
    "media_state",
    "connection_quality",
    "board_op",
    "board_clear",
    "board_save",
    "board_restore",
    "asset_add",
    "chat_message",
    "chat_remove",
    "timer",
    "recording_start",
    "recording_stop",
    "recording_consent",
    "recording_take",
]
"""The `event_type` column of the log."""

Summary = Literal["session.report"]
"""What platforms may be told that is no event: it is worked out when it is told."""


class EndpointOut(TypedDict):
    """An endpoint, and what it has yet to be told."""

    url: str
    is_configured: bool
    """False for one whose deliveries are left over."""
    events: Sequence[EventType | Summary]
    waiting: int
    given_up: int
    oldest_at: str | None
    next_attempt_at: str | None
    last_error: str


class Endpoints(TypedDict):
    """All endpoints."""

    items: Sequence[EndpointOut]


class ErasedOut(TypedDict):
    """What is left of a person who was erased: a number."""

    user_id: int
    sessions: int
    """In which they had a seat, or which they hosted."""
    events: int
    """That told their name, and now tell `—`."""


ErrorCode = Literal[
    "unknown_message",
    "invalid",
    "unauthorized",
    "permission_denied",
    "wrong_access_code",
    "kicked",
    "not_found",
    "conflict",
    "precondition_failed",
    "room_full",
    "session_not_active",
    "session_ended",
    "too_large",
    "rate_limited",
    "unavailable",
    "internal",
    "client_too_old",
    "server_too_old",
]
"""Why something was refused. Stable: clients switch on these strings (PROTOCOL EN-4)."""

SessionStatus = Literal[
    "scheduled", "waiting", "active", "paused", "completed", "terminated", "expired"
]
"""Where a session stands."""


class EventData(TypedDict):
    """Where an event stands, and whom it concerns."""

    session_id: str
    seq: int
    at: int
    """Milliseconds since the Unix epoch."""
    user_id: int | None
    """Who caused it; null for the server or its operator."""
    participant_ids: Sequence[int]
    """Whom it happened to."""
    status: SessionStatus | None
    reason: str | None
    booking_id: str | None
    external_id: str | None


class EventOut(TypedDict):
    """An event, as a webhook tells it."""

    id: str
    """The `webhook-id` under which it is sent."""
    type: EventType
    timestamp: str
    data: EventData


class EventPage(TypedDict):
    """Events of several sessions in the order in which they were written."""

    items: Sequence[EventOut]
    next_after: int
    """The `after` of the next call, also of an empty page."""


ExportFormat = Literal["json", "svg", "png", "pdf", "svg.zip", "png.zip", "lessonroom"]
"""What a board can be had as."""


class ForgottenOut(TypedDict):
    """A platform that opens nothing any more."""

    platform_id: int


class FormulaIn(TypedDict):
    """A formula to be drawn."""

    tex: str
    """TeX as in mathematics, without dollar signs."""
    preview: NotRequired[bool]
    """Only to look at: nothing is kept, and `outline` is null. Default: `false`."""


class OutlineOut(TypedDict):
    """Closed lines that are filled where they wind round, in thousandths of the font size."""

    w: int
    h: int
    contours: Sequence[Sequence[int]]
    """Each flat: x, y where it begins, then for each piece the x, y of its control point and of
    its end. A piece whose control point is its end is straight.
    """


class FormulaOut(TypedDict):
    """What a formula looks like."""

    outline: str | None
    """For the `outline` of a `formula` element; null of a preview."""
    w: float
    """Board units, at a font size of 24."""
    h: float
    """Board units, at a font size of 24."""
    drawing: OutlineOut
    """What `outline` holds."""


class FoundLesson(TypedDict):
    """The lesson that something was written in."""

    session_id: str
    title: str
    status: SessionStatus
    at: str
    """When it began or is planned for, or else was created."""


class Health(TypedDict):
    """What a probe is told."""

    status: str
    durability: Durability
    """What an acknowledged event survives: a power cut, or the end of the process."""


Kind = Literal[
    "text",
    "note",
    "table",
    "formula",
    "graph",
    "image",
    "page",
    "document",
    "chat",
    "title",
    "person",
]
"""What a text is, by what it stands in."""


class HitOut(TypedDict):
    """A text that has the words, from the event on that wrote it."""

    session: FoundLesson
    kind: Kind
    """What it stands in."""
    page: str | None
    """The page of the board; null: it stands on none."""
    element: str | None
    """The element of the board; null: it is none."""
    cell: str | None
    """Of a table: `row:column`."""
    seq: int | None
    """The event that wrote it, a version of the board; null of title and people."""
    at: str
    """When it was written."""
    user_id: int | None
    """Who wrote it; of a person, who it is."""
    name: str | None
    """Their name in the lesson."""
    excerpt: str
    """Part of the text, about the first word that was found."""
    marks: Sequence[Sequence[Any]]
    """Where in `excerpt` the words stand: from, to, in characters."""


class HitPage(TypedDict):
    """Some of what was found, in the newest lessons first."""

    items: Sequence[HitOut]
    next_cursor: str | None
    """`cursor` of the next page; null at the end."""


class HostIn(TypedDict):
    """Who hosts a session: a `user_id`, or the `subject` of a platform."""

    user_id: NotRequired[int | None]
    issuer: NotRequired[str | None]
    """Of the `subject`: the caller's own platform, or `lessonroom`."""
    subject: NotRequired[str | None]
    name: NotRequired[str | None]
    """Of a `subject` that the server does not know."""


class InvitationIn(TypedDict):
    """What an invitation holds: nothing of the host and those invited, otherwise the code."""

    access_code: NotRequired[str | None]
    seat_key: NotRequired[str | None]


class InvitationOut(TypedDict):
    """What somebody is invited to, as much as they need to know that they are right there."""

    title: str
    host_name: str
    """Empty where the host has been erased."""
    status: SessionStatus
    scheduled_start: str | None
    scheduled_end: str | None
    is_being_recorded: bool
    """A recording is on; of whoever comes it holds nothing until they agree."""


class InviteIn(TypedDict):
    """Whom to invite: by `user_id`, or by the `subject` of the caller's own platform."""

    user_id: NotRequired[int | None]
    subject: NotRequired[str | None]
    name: NotRequired[str | None]
    """Of a `subject` that the server does not know."""
    role: NotRequired[Literal["student", "viewer"]]
    """Default: `"student"`."""


ItemKind = Literal["pages", "selection"]
"""What is kept."""


class JoinIn(TypedDict):
    """How to get in: nothing for the host and those invited, otherwise the session's code.

    A guest who was there before has their seat again by its key. Where that is void, and a
    code and a name come with it, they come in as somebody new.
    """

    access_code: NotRequired[str | None]
    name: NotRequired[str | None]
    """Needed of guests, ignored of others."""
    seat_key: NotRequired[str | None]


ParticipantStatus = Literal[
    "invited", "joining", "connected", "reconnecting", "disconnected", "left", "kicked"
]
"""Where a participant stands, as far as the others can tell."""


class ParticipantOut(TypedDict):
    """A seat in a session."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    is_admitted: bool
    """False for one who waits for the host to be let in."""
    peer_id: str | None
    connection_quality: ConnectionQuality | None
    """What their page last made of their line; null until it told something."""
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    joined_at: str | None
    left_at: str | None
    total_time_seconds: float
    reconnect_count: int
    recording_consent: Consent | None
    """What they answered when asked whether they may be recorded."""
    is_left_out: bool
    """A host keeps them out of recordings."""


class RecordingOn(TypedDict):
    """A recording that is on."""

    recording_id: str
    kinds: Sequence[TakeKind]
    started_at: str
    started_by: int | None
    """Null: the operator."""


SessionType = Literal["lesson", "solo", "group", "demo"]
"""What kind of lesson a session is."""


class RecordingSettingsOut(TypedDict):
    """What recordings of a session hold, and who may have them."""

    kinds: Sequence[TakeKind]
    roles: Sequence[Role]
    listeners: RecordingAccess
    downloads: RecordingAccess
    retention_days: int | None


class SettingsOut(TypedDict):
    """How the session is run."""

    allow_guests: bool
    guest_role: Role
    waiting_room: bool
    grace_s: int | None
    signal_policy: SignalPolicy
    ice_policy: IcePolicy
    chat_policy: ChatPolicy
    history_policy: HistoryPolicy
    retention_days: int | None
    recording: RecordingSettingsOut
    permissions: Mapping[Role, Mapping[Permission, bool]]


class SessionOut(TypedDict):
    """A session as its reader may see it."""

    session_id: str
    session_type: SessionType
    status: SessionStatus
    title: str
    host_id: int
    scheduled_start: str | None
    scheduled_end: str | None
    actual_start: str | None
    actual_end: str | None
    total_duration_seconds: float
    """Time in `active` so far."""
    max_participants: int
    is_recorded: bool
    """Whether it may be recorded."""
    recording: RecordingOn | None
    """The recording that is on."""
    settings: SettingsOut
    created_at: str
    access_code: str | None
    """Only for the host."""
    external_id: str | None
    """Only for the host."""
    booking_id: str | None
    """Only for the host."""
    series_id: str
    """Sessions that belong together have one; the first is named like it, unless a booking system
    names the series.
    """
    reopens_until: str | None
    """Only for the host: until when `reopen/` has it go on; null where nothing does."""


class Joined(TypedDict):
    """A seat, and what opens the session's WebSocket."""

    token: str
    """Room token: `Sec-WebSocket-Protocol: bearer.<token>`."""
    expires_at: str
    ws_url: str
    participant: ParticipantOut
    session: SessionOut
    seat_key: NotRequired[str | None]
    """Told to a guest once: with it they have this seat again, for `rooms.seat_key_days` from its
    last use. A secret, as the token is.
    """


class KeySetOut(TypedDict):
    """The public halves of this server's keys (RFC 7517)."""

    keys: Sequence[Mapping[str, str]]
    """The one that signs first."""


class KickIn(TypedDict):
    """Why the participant is removed; they and everyone are told."""

    reason: NotRequired[str | None]
    lock_link: NotRequired[bool]
    """Change the access code, too: links from before open nothing. Default: `false`."""


Language = Literal["de", "en", "es", "fr", "pl", "uk"]
"""What the page can be written in."""


class LaunchPersonIn(TypedDict):
    """Somebody who is to have a seat, by what the platform calls them."""

    subject: str
    """What the caller's platform calls the person."""
    name: NotRequired[str | None]
    """Of a `subject` that the server does not know."""
    role: NotRequired[Literal["host", "student", "viewer"] | None]
    """Null: the one that they have; of a new seat `student`. The first `host` of a new session
    owns it.
    """


class LaunchIn(TypedDict):
    """Which session it is, and who is to be in it.

    What is said of title, times and settings is for a session that is made by this call; one
    that is found stays as it is.
    """

    external_id: NotRequired[str | None]
    """The platform's id of the lesson: found, whoever of its people hosts it, or made."""
    booking_id: NotRequired[str | None]
    """The session of a booking, which `POST /bookings/` has made."""
    series_id: NotRequired[str | None]
    """Of a series the session that goes on, or else the next one."""
    people: Sequence[LaunchPersonIn]
    when_over: NotRequired[Literal["refuse", "next"]]
    """Where the session is over: `session_ended`, or the next of its series, which is made where
    there is none, with board, people and settings. Default: `"refuse"`.
    """
    ttl_s: NotRequired[int | None]
    """How long the links open the session; two hours where absent."""
    issuer: NotRequired[str | None]
    """For operators: whose people they are; `lessonroom` where absent. Of a platform always its
    own.
    """
    session_type: NotRequired[Literal["lesson", "group"]]
    """Default: `"lesson"`."""
    title: NotRequired[str]
    """Default: `""`."""
    scheduled_start: NotRequired[str | None]
    scheduled_end: NotRequired[str | None]
    max_participants: NotRequired[int | None]
    """Without hosts; the server's own limit where absent, and at most."""
    is_recorded: NotRequired[bool]
    """Whether it may be recorded; that alone records nothing. Default: `false`."""
    settings: NotRequired[SettingsIn]
    """Default: `{"allow_guests": true, "guest_role": "student", "waiting_room": false,
    "signal_policy": "all", "ice_policy": "all", "chat_policy": "all", "history_policy": "all",
    "recording": {"downloads": "host", "kinds": ["audio"], "listeners": "participants",
    "roles": ["host", "student", "solo"]}, "permissions": {}}`.
    """
    template: NotRequired[str | None]
    """To begin with: an item of one's shelf, or one that is shared (`GET /shelf/`)."""


class LaunchedPersonOut(TypedDict):
    """A seat, and the link to it."""

    subject: str
    user_id: int
    name: str
    """As it is in the session."""
    role: Role | None
    """Null: they have no seat."""
    status: ParticipantStatus | None
    url: str | None
    """Straight into the lesson; whoever has it is this person."""
    token: str | None
    """The room token that is in `url`."""
    expires_at: str | None
    left_out: Literal["kicked", "barred"] | None
    """Why there is no link: a host has removed them from this session, or an operator lets them
    in no more.
    """


class LaunchOut(TypedDict):
    """A session with a link for each of those who were named."""

    session: SessionOut
    is_new: bool
    """Made by this call."""
    ws_url: str
    people: Sequence[LaunchedPersonOut]
    """As they were named, in that order."""


class LeaveOutIn(TypedDict):
    """Whether somebody is in recordings, if they agree."""

    is_recorded: bool


class LeftOut(TypedDict):
    """Who gave up their seat."""

    user_id: int


class LiveRoomOut(TypedDict):
    """A room that is open now."""

    session_id: str
    title: str
    status: SessionStatus
    participants: int
    """Who is present."""
    connections: int
    head: int
    """The `seq` of the newest event."""
    events: int
    """Events since the room was opened."""
    events_per_s: float
    """Over the last ten seconds."""
    elements: int
    """On the board."""
    board_bytes: int
    """Encoded size of the board."""
    opened_at: str


class LiveRooms(TypedDict):
    """The rooms that are open now."""

    items: Sequence[LiveRoomOut]


class LoggedEventOut(TypedDict):
    """A row of the log."""

    seq: int
    type: EventType
    at: str
    user_id: int | None
    """Who caused it; null for the server and the operator."""
    name: str | None
    """Their name in the session."""
    data: Mapping[str, Any]
    """What the event says, as on the wire. Of an event that changes the board only how many
    operations of each kind: the board itself is under `snapshots`.
    """
    session_id: str
    session_title: str
    size_bytes: int
    """Of what the event says, as stored."""


class LoggedEventPage(TypedDict):
    """Some events, newest first."""

    items: Sequence[LoggedEventOut]
    damaged: Sequence[DamagedEventOut]
    """Rows among them that do not match their checksums, so that nothing in them can be believed.
    `lessonroom doctor` looks for more of them.
    """
    next_cursor: str | None
    """For the page after this one; null at the end."""


class MeIn(TypedDict):
    """What the caller wants to be called."""

    name: str


class MeOut(TypedDict):
    """Who the caller is."""

    user_id: int
    name: str
    is_named: bool
    """Whether somebody has chosen the name."""
    is_operator: bool
    may_rename: bool
    """Whether they may give themself another name."""


class MediaIn(TypedDict):
    """One's own tracks; what is absent stays as it is."""

    video_enabled: NotRequired[bool | None]
    audio_enabled: NotRequired[bool | None]
    screen_sharing: NotRequired[bool | None]


class MediaOut(TypedDict):
    """One's own tracks as they are now."""

    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool


class NewPlatformIn(TypedDict):
    """A platform that is to open lessons here."""

    name: str
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: NotRequired[str]
    """Default: `""`."""
    origins: NotRequired[Sequence[str]]
    """Whose pages may show lessons, besides those of the issuer. Default: `[]`."""
    deployments: NotRequired[Sequence[str]]
    """Default: `[]`."""
    takes_any_deployment: NotRequired[bool]
    """Default: `false`."""


class NewUserIn(TypedDict):
    """Somebody who is to teach here."""

    name: str
    role: NotRequired[Literal["teacher", "operator"]]
    """Default: `"teacher"`."""


class NewcomerOut(TypedDict):
    """A person of the pack."""

    packed_id: int
    """Their number in the pack."""
    user_id: int
    """Their number here."""
    name: str
    is_known: bool
    """Somebody whom this server knew; others are names, and sign in nowhere."""


class NextChunk(TypedDict):
    """How many chunks are on the disk: the number of the one that comes next."""

    next: int


class OperatorItemOut(TypedDict):
    """Something on anybody's shelf, as operators see it."""

    item_id: str
    name: str
    kind: ItemKind
    pages: int
    elements: int
    size_bytes: int
    picture: str | None
    is_shared: bool
    created_at: str
    user_id: int
    """Whose it is."""
    owner: str
    """What they are called."""


class OperatorShelfPage(TypedDict):
    """Some items of all shelves, the newest first."""

    items: Sequence[OperatorItemOut]
    next_cursor: str | None


class PackImportImportedOut(TypedDict):
    """What came in."""

    session: SessionOut
    events: int
    """Of its log; as many as in the pack, if that had ended."""
    people: Sequence[NewcomerOut]
    files: int
    """Images, documents and files of the chat."""
    takes: int
    """Of recordings, that came along."""
    size_bytes: int
    """Of the pack."""
    sha256: str
    """The end of the chain of the pack's log: see `pack check`."""
    copies: Sequence[str]
    """Lessons of the same host that are this one already: taken up before, or where it was
    packed. This one is another.
    """
    left_out: Sequence[str]
    """What is not in it, and why."""


class WrittenOut(TypedDict):
    """What one person wrote on a page."""

    user_id: int | None
    """Null: the operator."""
    elements: int
    strokes: int


class PageReportOut(TypedDict):
    """One page of the board."""

    id: str
    title: str | None
    """Null in webhooks."""
    number: int | None
    """Its place from 1; null where it is not there any more."""
    elements: int
    """That lie on it as of `version`."""
    written: Sequence[WrittenOut]


class ParticipantStats(TypedDict):
    """One person's part in a session."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    time_in_room_seconds: float
    """While connected, over all visits."""
    reconnect_count: int
    joined_at: str | None
    left_at: str | None
    events: int
    """Events that they caused."""
    events_by_type: Mapping[EventType, int]


class SettingsPatch(TypedDict):
    """Settings to change; what is absent stays. Permissions are changed by `permissions/`."""

    allow_guests: NotRequired[bool]
    """Default: `true`."""
    guest_role: NotRequired[Literal["student", "viewer"]]
    """Default: `"student"`."""
    waiting_room: NotRequired[bool]
    """Default: `false`."""
    grace_s: NotRequired[int | None]
    retention_days: NotRequired[int | None]
    signal_policy: NotRequired[SignalPolicy]
    """Default: `"all"`."""
    ice_policy: NotRequired[IcePolicy]
    """Default: `"all"`."""
    chat_policy: NotRequired[ChatPolicy]
    """Default: `"all"`."""
    history_policy: NotRequired[HistoryPolicy]
    """Default: `"all"`."""
    recording: NotRequired[RecordingSettingsIn]
    """All of it anew; not while a recording is on. Default: `{"kinds": ["audio"], "roles":
    ["host", "student", "solo"], "listeners": "participants", "downloads": "host"}`.
    """


class PatchSessionIn(TypedDict):
    """What to change of a session; what is absent stays, null takes a time away."""

    title: NotRequired[str]
    """Default: `""`."""
    scheduled_start: NotRequired[str | None]
    scheduled_end: NotRequired[str | None]
    max_participants: NotRequired[int]
    """Default: `1`."""
    is_recorded: NotRequired[bool]
    """Whether it may be recorded; not once a recording was begun. Default: `false`."""
    settings: NotRequired[SettingsPatch]
    """Default: `{"allow_guests": true, "guest_role": "student", "waiting_room": false,
    "signal_policy": "all", "ice_policy": "all", "chat_policy": "all", "history_policy": "all",
    "recording": {"downloads": "host", "kinds": ["audio"], "listeners": "participants",
    "roles": ["host", "student", "solo"]}}`.
    """
    host: NotRequired[HostIn | None]
    """For operators and platforms."""


class PersonOut(TypedDict):
    """Somebody whom a lesson of the caller was for."""

    user_id: int
    name: str


class PeoplePage(TypedDict):
    """Some people, whom one met last first."""

    items: Sequence[PersonOut]


class PermissionsIn(TypedDict):
    """What to grant (true) and withdraw (false), of one participant or of a whole role."""

    user_id: NotRequired[int | None]
    role: NotRequired[Literal["student", "viewer"] | None]
    permissions: Mapping[Permission, bool]


class PermissionsOut(TypedDict):
    """What is granted now: of a participant the full effective set, of a role what was set."""

    user_id: int | None
    role: Role | None
    permissions: Mapping[Permission, bool]


SpokeFrom = Literal["takes", "microphone"]
"""What is known of how long somebody spoke."""

VisitOut = TypedDict(
    "VisitOut",
    {
        "from": "str",
        "to": "str | None",
    },
)
"""From when to when somebody was there."""


class PersonReportOut(TypedDict):
    """One person's part in a lesson. Times of visits together are `time_in_room_seconds`."""

    user_id: int
    name: str | None
    """Null in webhooks, which have no names."""
    role: Role
    status: ParticipantStatus
    time_in_room_seconds: float
    """As in `stats/`."""
    visits: Sequence[VisitOut]
    """The first 500."""
    visits_untold: int
    """How many more there were."""
    reconnect_count: int
    spoke_seconds: float
    spoke_from: SpokeFrom
    """`takes`: how long their recorded voice is, which ends where they are muted; `microphone`:
    nothing of theirs was recorded, and it is how long their microphone was on.
    """
    microphone_seconds: float
    recorded_seconds: float
    """Of their voice."""
    camera_seconds: float
    screen_seconds: float
    hands_raised: int
    hand_seconds: float
    """How long a hand was up."""
    chat: ChatCountOut
    elements_written: int
    """That they were the first to put on the board: strokes, shapes, texts. What was copied,
    brought along or restored as pages was not written here.
    """
    strokes_written: int
    """Of them, strokes."""
    elements_changed: int
    """Changes of what was there."""
    elements_removed: int


class PlatformOut(TypedDict):
    """A platform that opens lessons here."""

    platform_id: int
    name: str
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str
    origins: Sequence[str]
    deployments: Sequence[str]
    takes_any_deployment: bool
    made_at: str


class ToolOut(TypedDict):
    """What a platform is told of this server."""

    login_url: str
    launch_url: str
    keys_url: str
    deep_linking_url: str


class PlatformList(TypedDict):
    """The platforms, oldest first, and what they are told of this server."""

    items: Sequence[PlatformOut]
    tool: ToolOut


class Problem(TypedDict):
    """Why a request was refused; nothing of it was applied."""

    type: NotRequired[str]
    """`code` says which problem it is. Default: `"about:blank"`."""
    title: str
    """The phrase of the status."""
    status: int
    """The HTTP status."""
    detail: str
    """What was wrong and what is allowed, for a person."""
    code: ErrorCode
    """Stable: switch on it."""
    field: NotRequired[str | None]
    """The path of the field at fault. Default: `null`."""
    retry_after_ms: NotRequired[int | None]
    """When to try again. Default: `null`."""


class ProviderOut(TypedDict):
    """The provider by which a school's people sign in."""

    url: str
    """Where a browser goes to sign in."""
    button: str
    """What stands on the button; empty: the page's own words."""


StopReason = Literal["host", "session", "full", "server"]
"""Why a recording ended."""


class RecordingOut(TypedDict):
    """A recording, from its start to its end."""

    recording_id: str
    kinds: Sequence[TakeKind]
    started_at: str
    started_by: int | None
    """Null: the operator."""
    started_seq: int
    """Of its `recording_start` in the log."""
    stopped_seq: int | None
    """Of its `recording_stop`; null while it is on."""
    stopped_at: str | None
    reason: StopReason | None
    """Why it ended."""


TakeState = Literal["open", "closed", "sealed", "erased"]
"""How far a take is."""


class TakeOut(TypedDict):
    """A take: what one browser recorded of one track."""

    take_id: str
    recording_id: str
    user_id: int
    kind: TakeKind
    state: TakeState
    opened_at: str
    media_type: str
    start_at: str | None
    """File time and this are room time; null before it was sealed, or where nothing may be kept."""
    duration_ms: int
    size_bytes: int
    """Of the sealed file."""
    gaps: Sequence[Sequence[Any]]
    """Parts of room time, in ms, of which it holds nothing: lost, or not to be kept."""


class Recordings(TypedDict):
    """The recordings of a session, oldest first."""

    items: Sequence[RecordingOut]
    takes: Sequence[TakeOut]
    """In the order in which they were opened."""


class RegistrationLinkOut(TypedDict):
    """An address by which a platform registers itself, once."""

    url: str
    expires_at: str


class RenewedOut(TypedDict):
    """Another token of the same seat."""

    token: str
    expires_at: str


ReportFormat = Literal["json", "csv", "html"]
"""What the report can be had as."""


class ReportOut(TypedDict):
    """A lesson, told in numbers, as of event `version`. Reactions are kept nowhere (PE-1)."""

    session_id: str
    title: str | None
    """Null in webhooks."""
    status: SessionStatus
    version: int
    """The `seq` of the newest event in it."""
    started_at: str | None
    ended_at: str | None
    active_seconds: float
    """As in `stats/`."""
    participants: Sequence[PersonReportOut]
    pages: Sequence[PageReportOut]
    """In their order; then those that are gone."""
    chat: ChatCountOut
    hands_raised: int
    takes_pending: int
    """Recorded voices that are not ready, and not, or in part, in it."""


class RestoredOut(TypedDict):
    """A version that was brought back."""

    version: int
    """What the board is like again."""
    seq: int
    """The event that did it; the newest one where nothing had changed."""


class Retried(TypedDict):
    """How many deliveries are tried again."""

    retried: int


class RevokeIn(TypedDict):
    """A user token that is to be void."""

    token: str


class RevokedOut(TypedDict):
    """A token that is void from now on, or the sign-in that it belongs to."""

    subject: str
    is_sign_in: bool


class RoleIn(TypedDict):
    """What somebody is in the session from now on."""

    role: Literal["host", "student", "viewer"]


class RolePermissionsIn(TypedDict):
    """All sixteen permissions of a role; those that are absent are withdrawn."""

    permissions: Mapping[Permission, bool]


class RoomOut(TypedDict):
    """A session for the operator; `live` is null while its room is at rest."""

    session: SessionOut
    participants: Sequence[ParticipantOut]
    live: LiveRoomOut | None


class RoomTokenIn(TypedDict):
    """Whose seat a room token is for; the seat is made where it is missing."""

    session_id: str
    user_id: NotRequired[int | None]
    subject: NotRequired[str | None]
    name: NotRequired[str | None]
    """Of a `subject` that the server does not know."""
    role: NotRequired[Literal["host", "student", "viewer", "solo"]]
    """Default: `"student"`."""
    ttl_s: NotRequired[int | None]


class RoomTokenOut(TypedDict):
    """A room token that was minted."""

    token: str
    user_id: int
    ws_url: str
    expires_at: str


class RosterSeat(TypedDict):
    """A seat as the roster has it."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    is_admitted: bool
    """False for one who waits for the host to be let in."""
    peer_id: str | None
    connection_quality: ConnectionQuality | None
    """What their page last made of their line; null until it told something."""
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    joined_at: str | None
    left_at: str | None
    total_time_seconds: float
    reconnect_count: int
    recording_consent: Consent | None
    """What they answered when asked whether they may be recorded."""
    is_left_out: bool
    """A host keeps them out of recordings."""
    is_guest: bool
    """Came by the code and a name, without a token."""


class Roster(TypedDict):
    """Those with a seat, in the order in which they first took it."""

    items: Sequence[RosterSeat]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class RotatedOut(TypedDict):
    """The key that signs from now on."""

    key_id: str


SnapshotType = Literal["auto", "join", "leave", "terminate", "manual"]
"""What a snapshot was taken for."""


class SavedBoardOut(TypedDict):
    """A snapshot of some session; its board is under `snapshots` of that session."""

    type: SnapshotType
    """What it was saved for."""
    version: int
    """The `seq` of the last event in it."""
    size_bytes: int
    """Encoded size of the board."""
    created_by: int | None
    """Who saved it by hand."""
    participant_count: int
    """Who was present then."""
    created_at: str
    session_id: str
    session_title: str


class SavedBoardPage(TypedDict):
    """Some snapshots, newest first."""

    items: Sequence[SavedBoardOut]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class SavedOut(TypedDict):
    """A snapshot that was taken."""

    version: int
    """The `seq` that the board was saved at."""
    size_bytes: int
    """Encoded size of the board."""


class SeatIn(TypedDict):
    """Whose seat it is: nothing for those with a token, of a guest the key."""

    seat_key: NotRequired[str | None]


class SeatOut(TypedDict):
    """A seat in some session."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    is_admitted: bool
    """False for one who waits for the host to be let in."""
    peer_id: str | None
    connection_quality: ConnectionQuality | None
    """What their page last made of their line; null until it told something."""
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    joined_at: str | None
    left_at: str | None
    total_time_seconds: float
    reconnect_count: int
    recording_consent: Consent | None
    """What they answered when asked whether they may be recorded."""
    is_left_out: bool
    """A host keeps them out of recordings."""
    session_id: str
    session_title: str
    custom_permissions: Mapping[str, bool]
    """What was set for this person alone."""


class SeatPage(TypedDict):
    """Some seats, the ones that were taken last first."""

    items: Sequence[SeatOut]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class SentOut(TypedDict):
    """The message that a file came with."""

    seq: int
    """Its place in the session's log."""


class SeriesIn(TypedDict):
    """Lessons that repeat; the caller is their host."""

    title: NotRequired[str]
    """Default: `""`."""
    rule: str
    """A `RRULE` of RFC 5545 that ends by COUNT or UNTIL; at most 200 lessons."""
    start: str
    """When the first one may be, by the clock on the wall of the zone."""
    zone: str
    """Of the IANA database: by its clock lessons keep their time."""
    minutes: NotRequired[int]
    """How long each is. Default: `60`."""
    session_type: NotRequired[Literal["lesson", "group"]]
    """Default: `"lesson"`."""
    max_participants: NotRequired[int | None]
    is_recorded: NotRequired[bool]
    """Default: `false`."""
    settings: NotRequired[SettingsIn]
    """Default: `{"allow_guests": true, "guest_role": "student", "waiting_room": false,
    "signal_policy": "all", "ice_policy": "all", "chat_policy": "all", "history_policy": "all",
    "recording": {"downloads": "host", "kinds": ["audio"], "listeners": "participants",
    "roles": ["host", "student", "solo"]}, "permissions": {}}`.
    """
    people: NotRequired[Sequence[int]]
    """Whom all of them are for; see `GET /people/`. Default: `[]`."""
    template: NotRequired[str | None]
    """To begin with: an item of one's shelf, or one that is shared (`GET /shelf/`)."""


class SeriesOut(TypedDict):
    """The lessons of a series that a call was about, the earliest first."""

    series_id: str
    items: Sequence[SessionOut]
    skipped: NotRequired[Sequence[str]]
    """Lessons that had begun by then, or could not be changed: as they were. Default: `[]`."""


class SeriesPatch(TypedDict):
    """What to change of the lessons of a series that have not begun; what is absent stays."""

    from_session: NotRequired[str | None]
    """This lesson and those after it; absent: all to come."""
    title: NotRequired[str | None]
    time: NotRequired[str | None]
    """Another time of the day."""
    days: NotRequired[int]
    """So many days later, or earlier. Default: `0`."""
    zone: NotRequired[str | None]
    """Whose clock `time` and `days` go by."""
    minutes: NotRequired[int | None]
    max_participants: NotRequired[int | None]
    settings: NotRequired[SettingsPatch]
    """Default: `{"allow_guests": true, "guest_role": "student", "waiting_room": false,
    "signal_policy": "all", "ice_policy": "all", "chat_policy": "all", "history_policy": "all",
    "recording": {"downloads": "host", "kinds": ["audio"], "listeners": "participants",
    "roles": ["host", "student", "solo"]}}`.
    """


class SessionPage(TypedDict):
    """Some sessions, newest first."""

    items: Sequence[SessionOut]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class SessionsEndedOut(TypedDict):
    """What the provider's word has ended here."""

    is_everywhere: bool
    """Whether all of the person's, or one session's."""


class ShareIn(TypedDict):
    """Whether everyone on this server may use an item."""

    is_shared: bool


class ShelfIn(TypedDict):
    """What to put on one's shelf: the whole board, or what is named of it."""

    name: str
    pages: NotRequired[Sequence[str]]
    """Of the board, in the order in which they are to be kept. Default: `[]`."""
    elements: NotRequired[Sequence[str]]
    """Of one page: they are kept without it. Default: `[]`."""


class ShelfItemOut(TypedDict):
    """Something on a shelf."""

    item_id: str
    name: str
    kind: ItemKind
    """`pages` come as pages, a `selection` is put on a page that is there."""
    pages: int
    elements: int
    size_bytes: int
    """Of its board, without images."""
    picture: str | None
    """An image of its first page, for `GET /assets/{asset}`; null: there is none."""
    is_own: bool
    """Whether it is the caller's: to rename and to delete."""
    is_shared: bool
    """Whether everyone on this server may use it."""
    created_at: str


class ShelfPage(TypedDict):
    """Some items, the newest first."""

    items: Sequence[ShelfItemOut]
    next_cursor: str | None
    """For the page behind this one; null: the last."""


class ShelfPatch(TypedDict):
    """What to change of an item."""

    name: str


class SignInIn(TypedDict):
    """The code of a link that the server printed."""

    code: str


class SignInLinkIn(TypedDict):
    """Whom a link is for; the operator where nobody is named."""

    name: NotRequired[str | None]
    """Whoever has this name here, or somebody new."""
    subject: NotRequired[str | None]
    """Tells two of one name apart."""
    scope: NotRequired[Literal["user", "operator"] | None]
    """The operator's own link is one's for operators, others are for users."""
    lasts_h: NotRequired[int | None]
    """How long it works; 1."""


class SignInLinkOut(TypedDict):
    """A link that signs somebody in, once."""

    url: str
    name: str
    subject: str
    scope: str
    is_new: bool
    """Whether nobody of that name, or subject, was known."""
    expires_at: str


class SignOutIn(TypedDict):
    """What is to end: this sign-in, or all of the caller's."""

    everywhere: NotRequired[bool]
    """Default: `false`."""


class SignedInOut(TypedDict):
    """Somebody who signed in by a link."""

    token: str
    user_id: int
    subject: str
    expires_at: str
    name: str
    is_named: bool
    """Whether somebody has chosen the name."""


class SignedOut(TypedDict):
    """Whose tokens are void, and whether all of them."""

    user_id: int
    everywhere: bool
    provider_url: NotRequired[str | None]
    """Where a browser ends its session at the school's provider, too."""


class SnapshotOut(TypedDict):
    """A version of the board that was saved."""

    type: SnapshotType
    """What it was saved for."""
    version: int
    """The `seq` of the last event in it."""
    size_bytes: int
    """Encoded size of the board."""
    created_by: int | None
    """Who saved it by hand."""
    participant_count: int
    """Who was present then."""
    created_at: str


class SnapshotPage(TypedDict):
    """Some snapshots, newest first."""

    items: Sequence[SnapshotOut]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class StatsOut(TypedDict):
    """A session in numbers, as of event `board.version`."""

    session_id: str
    status: SessionStatus
    active_seconds: float
    """Time in `active` so far."""
    events: int
    events_by_type: Mapping[EventType, int]
    server_events: int
    """Of them, those that no participant caused."""
    participants: Sequence[ParticipantStats]
    board: BoardStats


class TakeIn(TypedDict):
    """What a browser is about to record of one of its own tracks."""

    kind: TakeKind
    media_type: str
    """What its recorder says: WebM with Opus, VP8 or VP9."""


class TakeOpenedOut(TypedDict):
    """A take that chunks may be sent for."""

    take_id: str
    key: str
    """For `Take-Key`: opens this take for chunks, and nothing else. A secret."""
    next: NotRequired[int]
    """The number of the chunk that comes next. Default: `0`."""
    bits_per_s: int
    """What to encode with; three times that is taken."""
    chunk_bytes: int
    """How long a chunk may be."""


class TerminateIn(TypedDict):
    """Why the session is ended."""

    reason: NotRequired[str | None]


class TestResult(TypedDict):
    """Whether an endpoint has taken a test message."""

    url: str
    is_taken: bool
    error: str | None


class TestResults(TypedDict):
    """What came of test messages."""

    items: Sequence[TestResult]


class TimelineEntry(TypedDict):
    """One event."""

    seq: int
    type: EventType
    at: str
    user_id: int | None
    """Who caused it; null for the server and the operator."""
    name: str | None
    """Their name in the session."""
    data: Mapping[str, Any]
    """What the event says, as on the wire. Of an event that changes the board only how many
    operations of each kind: the board itself is under `snapshots`.
    """


TimelineFormat = Literal["json", "csv"]
"""What the timeline can be had as."""


class TimelinePage(TypedDict):
    """Some events, oldest first."""

    items: Sequence[TimelineEntry]
    next_after: int | None
    """For the page after this one; null at the end."""


UserKind = Literal["registered", "guest"]
"""How the server came to know a person."""


class UserOut(TypedDict):
    """Somebody whom this server knows."""

    user_id: int
    name: str
    kind: UserKind
    issuer: str
    """Who vouches for them: `lessonroom` by its links, the id of a platform's key, or the address
    of the school's provider.
    """
    subject: str
    """What they are called there."""
    role: Literal["teacher", "operator"] | None
    """Null: what their token says."""
    is_barred: bool
    created_at: str


class UserPage(TypedDict):
    """A page of users."""

    items: Sequence[UserOut]
    next_cursor: str | None
    """For the page after this one; null at the end."""


class UserPatch(TypedDict):
    """What is to change of somebody; what is absent stays."""

    name: NotRequired[str | None]
    role: NotRequired[Literal["teacher", "operator"] | None]
    is_barred: NotRequired[bool | None]


class UserTokenIn(TypedDict):
    """Whom a user token is for."""

    name: str
    subject: NotRequired[str | None]
    """The same subject is the same user; a new one is made where absent."""
    scope: NotRequired[Literal["user", "operator"]]
    """Default: `"user"`."""
    ttl_s: NotRequired[int | None]


class UserTokenOut(TypedDict):
    """A user token that was minted."""

    token: str
    user_id: int
    subject: str
    expires_at: str


class WaysOut(TypedDict):
    """How one can sign in here, besides by a link."""

    oidc: ProviderOut | None
