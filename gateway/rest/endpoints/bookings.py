"""Bookings: a signed webhook makes, moves and ends the session of a booking."""

import asyncio
import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from msgspec import UNSET
from pydantic import BaseModel, ValidationError

from actors.runtime import chance
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.idempotency import attempt, keep
from gateway.rest.plumbing.people import user_of_subject
from gateway.rest.plumbing.replaying import replayed
from gateway.rest.plumbing.services import Services, ServicesDep, services_of
from gateway.rest.plumbing.strict_route import StrictRoute
from gateway.rest.shapes.problems import documented
from gateway.webhooks.booking_formats import (
    CALCOM_TYPES,
    STANDARD_TYPES,
    BookedPerson,
    Booking,
    BookingIn,
    CalcomIn,
    Change,
    type_of,
)
from gateway.webhooks.webhook_signatures import (
    check_calcom_claim,
    check_claims,
    verified_id,
    verify_calcom,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import InviteParticipant, MoveSession, UpdateSession
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus
from lessonroom.session.session import Session, SessionSettings
from storage import replies
from storage.errors import CommitFailed
from storage.records import User
from storage.replies import KeptReply
from storage.sessions import bookings

_CALCOM_SIGNATURE: Final = "x-cal-signature-256"
_CALCOM_AGE_MS: Final = replies.KEPT_MS
"""cal.com signs no time. A message is known again for as long as replies are kept; what is older
than that is refused."""
_CANCELLED: Final = "cancelled booking"
_PAUSES_S: Final = (0.02, 0.1, 0.5)
"""A room whose change was refused takes others once it has read itself again: some milliseconds."""

_M = TypeVar("_M", bound=BaseModel)


class _SignedRoute(StrictRoute):
    """A route whose body is signed: no token says who sent it, its signature does.

    Whoever signs nothing has nothing read; what is signed wrongly is read, and not decoded.
    """

    is_raw = True


async def _signature(request: Request) -> str | None:
    """Return the signature of cal.com, None where it is one of Standard Webhooks."""
    webhooks = services_of(request).webhooks
    signature = request.headers.get(_CALCOM_SIGNATURE)
    if signature is None:
        check_claims(webhooks.inbound_keys, request.headers)
    else:
        check_calcom_claim(webhooks.calcom_secrets, signature)
    return signature


_signature_gate: Final = Gate(_signature)

router = APIRouter(route_class=_SignedRoute, tags=["bookings"])


class BookingStatus(StrEnum):
    """What a message about a booking came to."""

    CREATED = "created"
    MOVED = "moved"
    ENDED = "ended"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"


class BookingOut(BaseModel):
    """What a message about a booking came to, and the session of the booking."""

    status: BookingStatus
    session_id: str | None = None


def _message_with(key: str, description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "required": [key],
        "properties": {key: {"type": "string"}},
    }


_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    {"$ref": "#/components/schemas/BookingIn"},
                    _message_with("triggerEvent", "A message of cal.com."),
                    _message_with("type", "A message of any other type: taken, and ignored."),
                ]
            }
        }
    },
}


@router.post(
    "/bookings/",
    operation_id="receive_booking",
    response_model=BookingOut,
    responses=documented(401, 404),
    openapi_extra={"requestBody": _BODY},
)
async def receive(
    request: Request,
    services: ServicesDep,
    signature: Annotated[str | None, Depends(_signature_gate)],
) -> Any:  # noqa: ANN401 - see response_model
    """Take a booking system's signed message: confirmed, rescheduled or cancelled.

    Signed as Standard Webhooks say, within five minutes, by a secret of `webhooks.inbound_secrets`;
    or as cal.com signs, by one of `webhooks.calcom_secrets`. The same message again, by its id, and
    the same booking again change nothing. A type that means nothing here is taken and ignored.
    """
    body = await request.body()
    webhooks = services.webhooks
    if signature is not None:
        verify_calcom(webhooks.calcom_secrets, signature, body)
        message_id = hashlib.sha256(body).hexdigest()
        read: Callable[[Services, object], Booking | None] = _calcom
    else:
        now_s = services.clock.now_ms() / 1000
        message_id = verified_id(webhooks.inbound_keys, request.headers, body, now_s=now_s)
        read = _standard
    scope = "bookings" if signature is None else "bookings of cal.com"
    async with attempt(
        services.once, scope, message_id, body, rooms=services.rooms, clock=services.clock
    ) as this:
        if this.kept is not None:
            return replayed(this)
        message = await services.intake.decoded(body, StrictRoute.bounds) if body else None
        out = await _answer(services, message, read)
        encoded = out.model_dump_json().encode()
        if not await keep(services.rooms, this.reply(encoded, status=200)):
            return replayed(await this.looked_up(services.rooms))
        return Response(encoded, media_type="application/json")


async def _answer(
    services: Services, message: object, read: Callable[[Services, object], Booking | None]
) -> BookingOut:
    booking = read(services, message)
    if booking is None:
        return BookingOut(status=BookingStatus.IGNORED)
    ids = (booking.booking_id, booking.former_id or booking.booking_id)
    # Both: "B is confirmed" and "A was moved to B" are about one booking.
    async with services.once.one_at_a_time("booking", *ids):
        for pause_s in _PAUSES_S:
            try:
                return await _carry_out(services, booking)
            except (CommitFailed, Refused) as error:
                if not await _was_second(services, booking, error):
                    raise
            await asyncio.sleep(pause_s)
        return await _carry_out(services, booking)


async def _was_second(services: Services, booking: Booking, error: CommitFailed | Refused) -> bool:
    """Whether another server has made the session of this booking meanwhile: it is found now."""
    if isinstance(error, CommitFailed):
        return error.is_conflict
    # A room cannot tell why its change was not written.
    if error.code is not ErrorCode.UNAVAILABLE:
        return False
    return await bookings.session_of(services.rooms.store, booking.booking_id) is not None


def _standard(_services: Services, message: object) -> Booking | None:
    if type_of(message, "type") not in STANDARD_TYPES:
        return None
    return _validated(BookingIn, message).to_core()


def _calcom(services: Services, message: object) -> Booking | None:
    if type_of(message, "triggerEvent") not in CALCOM_TYPES:
        return None
    valid = _validated(CalcomIn, message)
    if services.clock.now_ms() - valid.createdAt > _CALCOM_AGE_MS:
        raise Refused(ErrorCode.UNAUTHORIZED, "the webhook was refused: it is more than a day old")
    return valid.to_core()


def _validated(model: type[_M], message: object) -> _M:
    try:
        return model.model_validate(message)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None


async def _carry_out(services: Services, booking: Booking) -> BookingOut:
    store = services.rooms.store
    found = await bookings.session_of(store, booking.booking_id)
    former = None
    if booking.former_id not in {None, booking.booking_id}:
        former = await bookings.session_of(store, booking.former_id)
        # A confirmation of the old one that comes from now on is late.
        await _remember_cancelled(services, booking.former_id)
    match booking.change:
        case Change.CANCELLED:
            return await _cancel(services, booking, found or former)
        case Change.RESCHEDULED if found is not None or former is not None:
            return await _reschedule(services, booking, found, former)
        case _ if found is not None:
            return BookingOut(status=BookingStatus.UNCHANGED, session_id=found.session_id)
        case _:
            return await _create(services, booking)


async def _reschedule(
    services: Services, booking: Booking, found: Session | None, former: Session | None
) -> BookingOut:
    """Move the one session of a booking, whichever message about it came first.

    Where the new booking was confirmed before it was said that it is the old one, there are two
    sessions: the new one's link is out already, so the old one ends, unless somebody was there.
    """
    if found is None:
        assert former is not None, "there is one of the two"  # noqa: S101
        return await _move(services, booking, former)
    out = await _move(services, booking, found)
    if former is not None and former.status is SessionStatus.SCHEDULED:
        await _end(services, former, "the booking has a session under its new number")
    return out


async def _create(services: Services, booking: Booking) -> BookingOut:
    """Make the session of a booking, unless that was called off before it arrived."""
    now_ms = services.clock.now_ms()
    if await replies.find(services.rooms.store, _CANCELLED, booking.booking_id, now_ms=now_ms):
        return BookingOut(status=BookingStatus.UNCHANGED)
    if booking.host is None:
        raise Refused(
            ErrorCode.INVALID, "a booking that is new here needs a host", field="data.host"
        )
    host = await _user(services, booking.host)
    invitees = [await _user(services, person) for person in booking.invitees]
    session, _ = await services.rooms.create(
        Session(
            session_id=chance.new_session_id(now_ms),
            host_id=host.user_id,
            title=booking.title,
            access_code=chance.new_access_code(),
            max_participants=services.config.max_participants,
            settings=booking.settings or SessionSettings(),
            booking_id=booking.booking_id,
            scheduled_start_ms=booking.start_ms,
            scheduled_end_ms=booking.end_ms,
            created_at_ms=now_ms,
        ),
        [
            InviteParticipant(by=None, user_id=user.user_id, name=user.name, role=Role.STUDENT)
            for user in {user.user_id: user for user in invitees}.values()
            if user.user_id != host.user_id
        ],
    )
    return BookingOut(status=BookingStatus.CREATED, session_id=session.session_id)


async def _move(services: Services, booking: Booking, session: Session) -> BookingOut:
    unchanged = BookingOut(status=BookingStatus.UNCHANGED, session_id=session.session_id)
    if session.status.has_ended:
        return unchanged
    moved = await services.rooms.ask(
        session.session_id,
        UpdateSession(
            by=None,
            booking_id=booking.booking_id,
            title=booking.title or session.title,
            scheduled_start_ms=UNSET if booking.start_ms is None else booking.start_ms,
            scheduled_end_ms=UNSET if booking.end_ms is None else booking.end_ms,
        ),
    )
    if moved == session:
        return unchanged
    return BookingOut(status=BookingStatus.MOVED, session_id=session.session_id)


async def _cancel(services: Services, booking: Booking, session: Session | None) -> BookingOut:
    if session is None:
        await _remember_cancelled(services, booking.booking_id)
        return BookingOut(status=BookingStatus.UNCHANGED)
    if session.status.has_ended:
        return BookingOut(status=BookingStatus.UNCHANGED, session_id=session.session_id)
    reason = f"the booking was cancelled: {booking.reason}" if booking.reason else None
    await _end(services, session, reason or "the booking was cancelled")
    return BookingOut(status=BookingStatus.ENDED, session_id=session.session_id)


async def _end(services: Services, session: Session, reason: str) -> None:
    command = MoveSession(by=None, move=Move.TERMINATE, reason=reason[:500])
    await services.rooms.ask(session.session_id, command)


async def _remember_cancelled(services: Services, booking_id: str) -> None:
    """Webhooks overtake each other: a confirmation that comes later must not make a session."""
    now_ms = services.clock.now_ms()
    if await replies.find(services.rooms.store, _CANCELLED, booking_id, now_ms=now_ms) is None:
        reply = KeptReply(
            scope=_CANCELLED, key=booking_id, digest=b"", status=200, body=b"", at_ms=now_ms
        )
        await keep(services.rooms, reply)


async def _user(services: Services, person: BookedPerson) -> User:
    issuer = person.issuer or services.webhooks.booking_issuer
    if issuer not in services.webhooks.issuers:
        known = ", ".join(sorted(services.webhooks.issuers))
        raise Refused(
            ErrorCode.INVALID, f"no such issuer; known: {known}", field="data.host.issuer"
        )
    return await user_of_subject(services, issuer, person.subject, person.name)
