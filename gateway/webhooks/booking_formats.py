"""What booking systems send, in their words, and what it comes to."""

import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.models import Name, SettingsIn, Subject
from lessonroom.codes import ErrorCode, Refused
from lessonroom.session.session import SessionSettings

_MAX_INVITEES: Final = 200
_MAX_TITLE: Final = 200


class Change(StrEnum):
    """What happened to a booking."""

    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


class BookedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person, as the booking system names them; without an issuer, of the configured one."""

    subject: str
    name: str
    issuer: str | None = None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was made, moved or called off. Times: milliseconds since the Unix epoch.

    `former_id` is the id that it had before it was moved, in systems that give it a new one.
    """

    change: Change
    booking_id: str
    former_id: str | None = None
    title: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    host: BookedPerson | None = None
    invitees: tuple[BookedPerson, ...] = ()
    settings: SessionSettings | None = None
    reason: str | None = None


def _shortened(text: str) -> str:
    """Return a title of another system as one that is allowed here."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return line.strip()[:_MAX_TITLE]


_Title = Annotated[str, Field(max_length=2_000), AfterValidator(_shortened)]
_Reason = Annotated[str, Field(max_length=2_000), AfterValidator(_shortened)]
_BookingId = Annotated[str, Field(pattern=r"^[!-~]{1,128}$", examples=["booking-2026-0815"])]


class _Incoming(BaseModel):
    # What booking systems add in later versions is no mistake.
    model_config = ConfigDict(extra="ignore", frozen=True)


class PersonIn(_Incoming):
    """A person of a booking."""

    subject: Subject
    name: Name
    issuer: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="The id of an api key, or `lessonroom`; a setting where absent."
    )

    def to_core(self) -> BookedPerson:
        """Return the person."""
        return BookedPerson(subject=self.subject, name=self.name, issuer=self.issuer)


class BookingData(_Incoming):
    """The booking."""

    booking_id: _BookingId
    title: _Title = ""
    start: InstantIn | None = None
    end: InstantIn | None = None
    host: PersonIn | None = Field(None, description="Needed of a booking that is new here.")
    invitees: Annotated[list[PersonIn], Field(max_length=_MAX_INVITEES)] = []
    settings: SettingsIn | None = Field(None, description="Of a new session.")
    reason: _Reason | None = Field(None, description="Why it was cancelled.")


class BookingIn(_Incoming):
    """A booking system's message, in the form of Standard Webhooks."""

    type: Annotated[str, Field(max_length=100, examples=["booking.confirmed"])]
    data: BookingData

    def to_core(self) -> Booking:
        """Return what it comes to; its type is one of `STANDARD_TYPES`."""
        data = self.data
        return Booking(
            change=STANDARD_TYPES[self.type],
            booking_id=data.booking_id,
            title=data.title,
            start_ms=data.start,
            end_ms=data.end,
            host=data.host.to_core() if data.host else None,
            invitees=tuple(person.to_core() for person in data.invitees),
            settings=data.settings.to_core() if data.settings else None,
            reason=data.reason,
        )


STANDARD_TYPES: Final = {f"booking.{change}": change for change in Change}


class _CalcomPerson(_Incoming):
    email: Subject
    name: Name

    def to_core(self) -> BookedPerson:
        return BookedPerson(subject=self.email.lower(), name=self.name)


class _CalcomPayload(_Incoming):
    uid: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    rescheduleUid: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")] | None = None  # noqa: N815 - theirs
    title: _Title = ""
    startTime: InstantIn  # noqa: N815 - theirs
    endTime: InstantIn  # noqa: N815 - theirs
    organizer: _CalcomPerson
    attendees: Annotated[list[_CalcomPerson], Field(max_length=_MAX_INVITEES)] = []
    cancellationReason: _Reason | None = None  # noqa: N815 - theirs
    rejectionReason: _Reason | None = None  # noqa: N815 - theirs


class CalcomIn(_Incoming):
    """A message of cal.com."""

    triggerEvent: Literal[  # noqa: N815 - theirs
        "BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REJECTED"
    ]
    createdAt: InstantIn  # noqa: N815 - theirs
    payload: _CalcomPayload

    def to_core(self) -> Booking:
        """Return what it comes to. A booking that is moved has a new `uid` at cal.com."""
        payload = self.payload
        former = payload.rescheduleUid
        return Booking(
            change=CALCOM_TYPES[self.triggerEvent],
            booking_id=_calcom_id(payload.uid),
            former_id=_calcom_id(former) if former else None,
            title=payload.title,
            start_ms=payload.startTime,
            end_ms=payload.endTime,
            host=payload.organizer.to_core(),
            invitees=tuple(person.to_core() for person in payload.attendees),
            reason=payload.cancellationReason or payload.rejectionReason,
        )


CALCOM_TYPES: Final = {
    "BOOKING_CREATED": Change.CONFIRMED,
    "BOOKING_RESCHEDULED": Change.RESCHEDULED,
    "BOOKING_CANCELLED": Change.CANCELLED,
    "BOOKING_REJECTED": Change.CANCELLED,
}


def type_of(message: Any, key: str) -> str:  # noqa: ANN401 - any JSON value
    """Return the type of a message.

    Raises:
        Refused: `invalid`, it has none: no booking system sent it.

    """
    found = message.get(key) if isinstance(message, dict) else None
    if not isinstance(found, str):
        raise Refused(ErrorCode.INVALID, "a message says in text what it is", field=key)
    return found


def _calcom_id(uid: str) -> str:
    return f"calcom:{uid}"
