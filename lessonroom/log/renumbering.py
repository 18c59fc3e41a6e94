"""The log of a lesson as another server tells it: the same events, of people with other numbers.

Nothing else changes: what is drawn, said and decided stands at the same `seq`, at the same time
(PROTOCOL LP-7).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final, assert_never

import msgspec

from lessonroom.board.model.operations import LoggedOperation, Put
from lessonroom.log.events import (
    AssetAdded,
    BoardChanged,
    BoardSaved,
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventBody,
    MediaStateChanged,
    ParticipantChanged,
    PermissionsChanged,
    QualityChanged,
    RecordingStarted,
    RecordingStopped,
    RoomOpened,
    SessionStatusChanged,
    SessionUpdated,
    TakeOpened,
    TimerChanged,
)

_replace = msgspec.structs.replace
_encode: Final = msgspec.json.Encoder().encode
_decode_ops: Final = msgspec.json.Decoder(list[LoggedOperation]).decode
_Person = Callable[[int], int]


class Renumbering(msgspec.Struct, frozen=True, kw_only=True):
    """What things are called here.

    `people` and `takes` have all that the log names. `files` are those that came along with
    messages: of another one nothing is left but its name.
    """

    people: Mapping[int, int]
    takes: Mapping[str, str]
    files: Collection[str]

    def of(self, event: Event) -> Event:
        """Return an event as it is told here.

        Raises:
            KeyError: it names somebody, or a take, who is not known.

        """
        person = self.people.__getitem__
        body = _told(event.body(), person)
        match body:
            case TakeOpened(take_id=take_id):
                body = _replace(body, take_id=self.takes[take_id])
            case ChatMessageSent(file=file) if file is not None and file.asset not in self.files:
                body = _replace(body, text=body.text or file.name, file=None)
            case SessionUpdated():
                # A booking is one of the platform that made it.
                body = _replace(body, booking_id=None)
            case _:
                pass
        by = None if event.user_id is None else person(event.user_id)
        return _replace(event, user_id=by, data=_encode(body))


def people_of(event: Event, body: EventBody) -> set[int]:
    """Return everybody whom an event names, by number."""
    found: set[int] = set()

    def note(user_id: int) -> int:
        found.add(user_id)
        return user_id

    _told(body, note)
    if event.user_id is not None:
        found.add(event.user_id)
    return found


def _told(body: EventBody, person: _Person) -> EventBody:
    """Return what an event says, of people as they are called here."""
    match body:
        case RoomOpened(last_there=last_there):
            there = {person(user_id): at_ms for user_id, at_ms in last_there.items()}
            return _replace(body, last_there=there)
        case ParticipantChanged(participant=seat):
            moved = _replace(seat, user_id=person(seat.user_id))
            return _replace(body, participant=moved, by=_maybe(body.by, person))
        case PermissionsChanged(effective=effective):
            if effective is not None:
                effective = {person(user_id): set_ for user_id, set_ in effective.items()}
            user_id, by = _maybe(body.user_id, person), _maybe(body.by, person)
            return _replace(body, user_id=user_id, by=by, effective=effective)
        case SessionUpdated():
            host_id, by = _maybe(body.host_id, person), _maybe(body.by, person)
            return _replace(body, host_id=host_id, by=by)
        case MediaStateChanged(user_id=user_id) | QualityChanged(user_id=user_id):
            return _replace(body, user_id=person(user_id))
        case TakeOpened(user_id=user_id):
            return _replace(body, user_id=person(user_id))
        case BoardChanged(ops=ops):
            return _replace(body, ops=_drawn(ops, person))
        case ChatMessageSent(removed=removed):
            if removed is not None:
                removed = _replace(removed, by=_maybe(removed.by, person))
            return _replace(body, to=_maybe(body.to, person), removed=removed)
        case ChatMessageRemoved(author=author):
            return _replace(body, author=person(author), to=_maybe(body.to, person))
        case RecordingStarted(by=by):
            return _replace(body, by=_maybe(by, person))
        case SessionStatusChanged() | BoardSaved() | AssetAdded() | TimerChanged():
            return body
        case RecordingStopped():
            return body
        case _:
            assert_never(body)


def _drawn(encoded: msgspec.Raw, person: _Person) -> msgspec.Raw:
    """Return operations with other creators; those that name none as they were written."""
    ops = _decode_ops(encoded)
    has_changed = False
    for n, op in enumerate(ops):
        if isinstance(op, Put) and op.element.by:
            by = person(op.element.by)
            has_changed |= by != op.element.by
            ops[n] = _replace(op, element=_replace(op.element, by=by))
    return msgspec.Raw(_encode(ops)) if has_changed else encoded


def _maybe(user_id: int | None, person: _Person) -> int | None:
    return None if user_id is None else person(user_id)
