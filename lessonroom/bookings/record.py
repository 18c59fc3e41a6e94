"""What is remembered of a booking: of each thing that was said of it, the newest word.

Messages overtake each other. Each one is folded into records in which what is newer stays: so the
same messages come to the same records in every order, and a repetition changes nothing. What was
said before the rest was known (a cancellation, a new time) waits here until that arrives.
"""

from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session, SessionSettings

_replace = msgspec.structs.replace

Stamp = tuple[int, int]
"""When something was said, ms since the Unix epoch; then what tells words of one moment apart."""

_NEVER: Final[Stamp] = (-1, 0)
_FIRST: Final[Stamp] = (0, 0)
_MOST_PEOPLE: Final = 2_000
_MOST_MOVES: Final = 16
"""Moves of one booking that are followed; a circle of them has an end, too."""


class Change(StrEnum):
    """What happened to a booking."""

    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


_RANK: Final = {change: rank for rank, change in enumerate(Change)}


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a lesson beside its people; None: nothing is.

    Times are milliseconds since the Unix epoch; `host` is a user.
    """

    title: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    host: int | None = None
    settings: SessionSettings | None = None
    series: str | None = None
    """What the booking system calls the series that the booking is of."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message about a booking, once its people are known as users.

    `former_id` is the id that the booking had before it was moved, in systems that give it a new
    one. `people` are all of the booking, or if `is_partial` some of it that the message is about:
    those who come, who move or who go; None: it is about everybody, and names nobody.
    """

    change: Change
    booking_id: str
    at_ms: int
    former_id: str | None = None
    plan: Plan = Plan()
    people: frozenset[int] | None = None
    is_partial: bool = False

    @property
    def stamp(self) -> Stamp:
        """When it was said; of messages of one moment a cancellation is the last."""
        return self.at_ms, _RANK[self.change]

    @property
    def is_about_some(self) -> bool:
        """Whether the rest of the booking's people is not touched."""
        return self.is_partial and bool(self.people)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Whether a person has a place in a booking, by the newest word about it."""

    at: Stamp
    is_taken: bool


class Pointer(msgspec.Struct, frozen=True, array_like=True):
    """Another booking."""

    at: Stamp
    booking_id: str


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of a booking.

    `said` are the moments of what stands in `plan`, by name. `listed` is the moment of the newest
    message that named everybody. `heir` is what some or all of it was moved to, `origin` what it
    was as a whole before. `seated` are those who have a seat because of it.
    """

    booking_id: str
    plan: Plan = Plan()
    said: dict[str, Stamp] = {}
    confirmed: Stamp = _NEVER
    called_off: Stamp = _NEVER
    listed: Stamp = _NEVER
    places: dict[int, Place] = {}
    heir: Pointer | None = None
    origin: Pointer | None = None
    seated: frozenset[int] = frozenset()

    @property
    def names_people(self) -> bool:
        """Whether anything was said about who has a place in it."""
        return self.listed != _NEVER or bool(self.places)

    @property
    def present(self) -> frozenset[int]:
        """Who has a place, were it not called off."""
        return frozenset(
            user_id
            for user_id, place in self.places.items()
            if place.is_taken and place.at >= self.listed
        )

    @property
    def gone(self) -> frozenset[int]:
        """Who gave their place up, by themself."""
        since = max(self.listed, self.called_off)
        return frozenset(
            user_id
            for user_id, place in self.places.items()
            if not place.is_taken and place.at > since
        )


Records = dict[str, Record]


def adopted(session: Session, people: frozenset[int]) -> Record:
    """Return a record of a booking whose session is older than records are.

    Nothing was heard of it before anything that is heard now; `people` are those who have a seat.
    """
    plan = Plan(
        title=session.title or None,
        start_ms=session.scheduled_start_ms,
        end_ms=session.scheduled_end_ms,
        host=session.host_id,
        settings=session.settings,
    )
    terminated_ms = session.actual_end_ms or session.created_at_ms
    is_called_off = session.status is SessionStatus.TERMINATED
    return Record(
        booking_id=session.booking_id or "",
        plan=plan,
        said={name: _FIRST for name in Plan.__struct_fields__ if getattr(plan, name) is not None},
        confirmed=_FIRST,
        called_off=(terminated_ms, _RANK[Change.CANCELLED]) if is_called_off else _NEVER,
        places={user_id: Place(_FIRST, is_taken=True) for user_id in people},
    )


def fold(records: Records, said: Said) -> Records:
    """Return the records once a message was taken in; those that it is about are among them."""
    folded = dict(records)
    own = folded.get(said.booking_id) or Record(booking_id=said.booking_id)
    own = _called_off(own, said) if said.change is Change.CANCELLED else _planned(own, said)
    former_id = said.former_id
    if former_id is not None and former_id != said.booking_id:
        former = folded.get(former_id) or Record(booking_id=former_id)
        to = Pointer(said.stamp, said.booking_id)
        folded[former_id] = _replace(_called_off(former, said), heir=_newer(former.heir, to))
        if not said.is_about_some:
            own = _replace(own, origin=_newer(own.origin, Pointer(said.stamp, former_id)))
    folded[said.booking_id] = own
    return folded


def plan_of(records: Records, booking_id: str) -> Plan:
    """Return what is known of a booking: what was not said of it, it has from its origin."""
    known: dict[str, object] = {}
    for record in _origins(records, booking_id):
        for name in record.said:
            known.setdefault(name, getattr(record.plan, name))
    return Plan(**known)  # type: ignore[arg-type]  # by the names of its own fields


def people_of(records: Records, booking_id: str) -> frozenset[int]:
    """Return who has a place in a booking that takes place."""
    for record in _origins(records, booking_id):
        if record.names_people:
            own = record.booking_id == booking_id
            return _present_since_called_off(record) if own else record.present
    return frozenset()


def is_live(records: Records, booking_id: str) -> bool:
    """Whether a booking takes place: it was confirmed, not called off since, not left by all."""
    record = records.get(booking_id)
    if record is None or record.confirmed <= record.called_off:
        return False
    return bool(people_of(records, booking_id)) or not record.gone


def heir_of(records: Records, booking_id: str) -> str | None:
    """Return the booking that takes place instead of one that does not, if there is any."""
    for _ in range(_MOST_MOVES):
        record = records.get(booking_id)
        if record is None or record.heir is None:
            return None
        booking_id = record.heir.booking_id
        if is_live(records, booking_id):
            return booking_id
    return None


def related(record: Record) -> set[str]:
    """Return the bookings that a record points to."""
    return {pointer.booking_id for pointer in (record.heir, record.origin) if pointer is not None}


def _origins(records: Records, booking_id: str) -> list[Record]:
    """Return the record of a booking, then those of what it was before, newest first."""
    found: list[Record] = []
    record = records.get(booking_id)
    while record is not None and record not in found and len(found) < _MOST_MOVES:
        found.append(record)
        record = records.get(record.origin.booking_id) if record.origin is not None else None
    return found


def _present_since_called_off(record: Record) -> frozenset[int]:
    return frozenset(
        user_id for user_id in record.present if record.places[user_id].at > record.called_off
    )


def _planned(record: Record, said: Said) -> Record:
    stamp = said.stamp
    plan, moments = record.plan, dict(record.said)
    for name in Plan.__struct_fields__:
        value = getattr(said.plan, name)
        if value is not None and stamp >= moments.get(name, _NEVER):
            plan = _replace(plan, **{name: value})
            moments[name] = stamp
    record = _replace(record, plan=plan, said=moments, confirmed=max(record.confirmed, stamp))
    if said.people is None:
        return record
    if not said.is_partial:
        if stamp == record.listed:
            # Signed within one second: of two whole lists the one that came later counts.
            others = {
                user_id: place
                for user_id, place in record.places.items()
                if place.at != stamp or not place.is_taken or user_id in said.people
            }
            record = _replace(record, places=others)
        record = _replace(record, listed=max(record.listed, stamp))
    return _placed(record, said.people, Place(stamp, is_taken=True))


def _called_off(record: Record, said: Said) -> Record:
    if said.is_about_some:
        return _placed(record, said.people or frozenset(), Place(said.stamp, is_taken=False))
    return _replace(record, called_off=max(record.called_off, said.stamp))


def _placed(record: Record, people: frozenset[int], new: Place) -> Record:
    places = dict(record.places)
    for user_id in people:
        known = places.get(user_id)
        # Of two words of one moment, that somebody has gone is the last.
        if known is None or (known.at, not known.is_taken) <= (new.at, not new.is_taken):
            places[user_id] = new
    return _replace(record, places=_bounded(places))


def _bounded(places: dict[int, Place]) -> dict[int, Place]:
    if len(places) <= _MOST_PEOPLE:
        return places
    newest = sorted(places.items(), key=lambda item: (item[1].at, item[0]), reverse=True)
    return dict(newest[:_MOST_PEOPLE])


def _newer(known: Pointer | None, new: Pointer) -> Pointer:
    if known is None:
        return new
    return max(known, new, key=lambda pointer: (pointer.at, pointer.booking_id))
