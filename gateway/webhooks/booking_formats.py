"""What booking systems send, in their words, and what it comes to."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal, Self

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.models import Subject
from gateway.rest.shapes.settings import SettingsIn
from lessonroom.bookings.record import Change
from lessonroom.codes import ErrorCode, Refused
from lessonroom.scalars import without_direction_controls
from lessonroom.session.session import SessionSettings

_MAX_INVITEES: Final = 2_000
_MAX_TITLE: Final = 200
_UID: Final = r"^[!-~]{1,100}$"
_FORMER_UID: Final = ("rescheduleUid", "rescheduledFromUid", "rescheduledFrom", "fromReschedule")
_SUBSTITUTE: Final = "\ufffd"
"""What stands where a text of another system was cut within a character."""


class BookedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person, as the booking system names them; without an issuer, of the configured one.

    `place` is where they stand in the message.
    """

    subject: str
    name: str | None
    issuer: str | None = None
    place: str = ""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was made, moved or called off. Times: milliseconds since the Unix epoch.

    `said_at_ms` is when, by the message; None: it does not say. `former_id` is the id that it had
    before it was moved, in systems that give it a new one. `invitees` are everybody, or where it
    `is_partial` those whom the message is about; None: it names nobody. `left_out` are those of
    them who cannot be known by what is said of them, and why.
    """

    change: Change
    booking_id: str
    said_at_ms: int | None = None
    former_id: str | None = None
    series: str | None = None
    title: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    host: BookedPerson | None = None
    invitees: tuple[BookedPerson, ...] | None = None
    is_partial: bool = False
    left_out: tuple[str, ...] = ()
    settings: SessionSettings | None = None
    reason: str | None = None


def fitted_title(text: str) -> str:
    """Return a title of another system as one that is allowed here."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return without_direction_controls(line).strip()[:_MAX_TITLE]


def _whole(text: str) -> str:
    if _SUBSTITUTE in text:
        raise ValueError("must be whole: a part of it was lost on its way")
    return text


def _uid_or_none(value: object) -> str | None:
    is_uid = isinstance(value, str) and re.fullmatch(_UID, value) is not None
    return str(value) if is_uid else None


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str) else None


_Title = Annotated[
    str,
    BeforeValidator(lambda value: value or ""),
    Field(max_length=20_000),
    AfterValidator(fitted_title),
]
_Reason = Annotated[str, Field(max_length=20_000), AfterValidator(fitted_title)]
_BookingId = Annotated[str, Field(pattern=r"^[!-~]{1,128}$", examples=["booking-2026-0815"])]
_Uid = Annotated[str, Field(pattern=_UID)]
_Subject = Annotated[Subject, AfterValidator(_whole)]
_Name = Annotated[
    str | None, BeforeValidator(_text_or_none), WithJsonSchema({"type": "string", "maxLength": 64})
]
"""Of any kind: what cannot be shown is shortened or replaced (`names.fitted`)."""

_SeriesOrNone = Annotated[
    str | None, BeforeValidator(_uid_or_none), WithJsonSchema({"type": "string", "maxLength": 100})
]
"""What is no id belongs to no series: the booking itself is worth more."""


class _Incoming(BaseModel):
    # What booking systems add in later versions is no mistake.
    model_config = ConfigDict(extra="ignore", frozen=True)


class PersonIn(_Incoming):
    """A person of a booking."""

    subject: _Subject
    name: _Name
    issuer: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="The id of an api key, or `lessonroom`; a setting where absent."
    )

    def to_core(self, place: str) -> BookedPerson:
        """Return the person."""
        return BookedPerson(subject=self.subject, name=self.name, issuer=self.issuer, place=place)


class _Invitee(PersonIn):
    name: _Name = None


def _each_by_itself(value: Any, _: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - sent
    """Take a list as it is: who cannot be known costs the others nothing (`_people`)."""
    if not isinstance(value, list):
        raise ValueError("must be a list")  # noqa: TRY004 - what pydantic catches
    if len(value) > _MAX_INVITEES:
        raise ValueError(f"at most {_MAX_INVITEES}")
    return value


_Invitees = Annotated[
    list[PersonIn], Field(max_length=_MAX_INVITEES), WrapValidator(_each_by_itself)
]


class BookingData(_Incoming):
    """The booking."""

    booking_id: _BookingId
    title: _Title = ""
    start: InstantIn | None = None
    end: InstantIn | None = None
    host: PersonIn | None = Field(None, description="Needed of a booking that is new here.")
    invitees: _Invitees | None = Field(
        None,
        description="Everybody, if it is confirmed or rescheduled; who goes, if it is cancelled.",
    )
    seats: StrictBool = Field(
        default=False,
        description="Places are booked one by one: `invitees` are those whom this is about.",
    )
    series: _BookingId | None = Field(
        None, description="Bookings of one series have one: their lessons belong together."
    )
    rescheduled_from: _BookingId | None = Field(
        None, description="The id that the booking had before."
    )
    settings: SettingsIn | None = Field(None, description="Of a new session.")
    reason: _Reason | None = Field(None, description="Why it was cancelled.")

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        _check_times(self.start, self.end, field="end")
        return self


class BookingIn(_Incoming):
    """A booking system's message, in the form of Standard Webhooks."""

    type: Annotated[str, Field(max_length=100, examples=["booking.confirmed"])]
    timestamp: InstantIn | None = Field(
        None, description="When it happened; `webhook-timestamp` where absent."
    )
    data: BookingData

    def to_core(self) -> Booking:
        """Return what it comes to; its type is one of `STANDARD_TYPES`."""
        data = self.data
        change = STANDARD_TYPES[self.type]
        invitees, left_out = _people(
            data.invitees,
            "data.invitees",
            lambda value, place: _Invitee.model_validate(value).to_core(place),
        )
        return Booking(
            change=change,
            booking_id=data.booking_id,
            said_at_ms=self.timestamp,
            former_id=data.rescheduled_from,
            series=data.series,
            title=data.title,
            start_ms=data.start,
            end_ms=data.end,
            host=data.host.to_core("data.host") if data.host else None,
            invitees=invitees,
            is_partial=data.seats or change is Change.CANCELLED,
            left_out=left_out,
            settings=data.settings.to_core() if data.settings else None,
            reason=data.reason,
        )


STANDARD_TYPES: Final = {f"booking.{change}": change for change in Change}


class _CalcomPerson(_Incoming):
    email: _Subject
    name: _Name = None

    def to_core(self, place: str) -> BookedPerson:
        return BookedPerson(subject=self.email.lower(), name=self.name, place=place)


class _CalcomPayload(_Incoming):
    uid: _Uid
    rescheduleUid: _Uid | None = None  # noqa: N815 - theirs
    recurringEventId: _SeriesOrNone = None  # noqa: N815 - theirs
    title: _Title = ""
    startTime: InstantIn | None = None  # noqa: N815 - theirs
    endTime: InstantIn | None = None  # noqa: N815 - theirs
    organizer: _CalcomPerson
    attendees: Annotated[list[_CalcomPerson], WrapValidator(_each_by_itself)] = []
    seatsPerTimeSlot: Any = None  # noqa: N815 - theirs
    cancellationReason: _Reason | None = None  # noqa: N815 - theirs
    rejectionReason: _Reason | None = None  # noqa: N815 - theirs

    @model_validator(mode="before")
    @classmethod
    def _know_former(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        """Take the former `uid` by whichever name this version of cal.com has for it."""
        if not isinstance(value, dict):
            return value
        named = (value[name] for name in _FORMER_UID if value.get(name))
        return {**value, "rescheduleUid": next(named, None)}

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        _check_times(self.startTime, self.endTime, field="endTime")
        return self


class CalcomIn(_Incoming):
    """A message of cal.com."""

    triggerEvent: Literal[  # noqa: N815 - theirs
        "BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REJECTED"
    ]
    createdAt: InstantIn  # noqa: N815 - theirs
    payload: _CalcomPayload

    def to_core(self) -> Booking:
        """Return what it comes to. A booking that is moved has a new `uid` at cal.com.

        Of an event with seats a message is about some: who books one, moves it or gives it back.
        """
        payload = self.payload
        former = payload.rescheduleUid
        invitees, left_out = _people(
            payload.attendees,
            "payload.attendees",
            lambda value, place: _CalcomPerson.model_validate(value).to_core(place),
        )
        change = CALCOM_TYPES[self.triggerEvent]
        has_seats = bool(payload.seatsPerTimeSlot)
        return Booking(
            change=change,
            booking_id=_calcom_id(payload.uid),
            said_at_ms=self.createdAt,
            former_id=_calcom_id(former) if former else None,
            series=_calcom_id(payload.recurringEventId) if payload.recurringEventId else None,
            title=payload.title,
            start_ms=payload.startTime,
            end_ms=payload.endTime,
            host=payload.organizer.to_core("payload.organizer"),
            # Without seats it is cancelled for all, whoever is named.
            invitees=invitees if has_seats or change is not Change.CANCELLED else None,
            is_partial=has_seats,
            left_out=left_out,
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


def _people(
    given: Sequence[object] | None, path: str, read: Callable[[object, str], BookedPerson]
) -> tuple[tuple[BookedPerson, ...] | None, tuple[str, ...]]:
    """Return those who can be known, and of the others where they stand and what is wrong."""
    if given is None:
        return None, ()
    people: list[BookedPerson] = []
    left_out: list[str] = []
    for number, value in enumerate(given):
        place = f"{path}[{number}]"
        try:
            people.append(read(value, place))
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join((place, *map(str, fault["loc"])))
            left_out.append(f"{where}: {fault['msg']}")
    return tuple(people), tuple(left_out)


def _check_times(start_ms: int | None, end_ms: int | None, *, field: str) -> None:
    if start_ms is not None and end_ms is not None and end_ms <= start_ms:
        # As the room says it, whose fields have names of their own.
        raise Refused(ErrorCode.INVALID, f"{field} must be after the start", field="scheduled_end")


def _calcom_id(uid: str) -> str:
    return f"calcom:{uid}"
