"""Bookings: a signed webhook makes, moves and ends the session of a booking."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from gateway.rest.bookings.following import BookingOut, BookingStatus, follow
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.idempotency import Attempt, attempt, keep
from gateway.rest.plumbing.replaying import replayed
from gateway.rest.plumbing.services import Services, ServicesDep, services_of
from gateway.rest.shapes.problems import documented
from gateway.strict_json import Bounds, mended
from gateway.webhooks.booking_formats import (
    CALCOM_TYPES,
    STANDARD_TYPES,
    Booking,
    BookingIn,
    CalcomIn,
    type_of,
)
from gateway.webhooks.webhook_signatures import (
    REPLAY_WINDOW_S,
    check_calcom_claim,
    check_claims,
    signed_at_s,
    verified_id,
    verify_calcom,
)
from lessonroom.codes import ErrorCode, Refused
from storage import replies
from storage.errors import CommitFailed

_CALCOM_SIGNATURE: Final = "x-cal-signature-256"
_CALCOM_AGE_MS: Final = replies.KEPT_MS
"""cal.com signs no time. A message is known again for as long as replies are kept; what is older
than that is refused."""
_BODY_BYTES: Final = 1_048_576
_BOUNDS: Final = Bounds(containers=40_000, strings=160_000)
"""Of two hundred attendees whom a booking system describes at length, or two thousand briefly."""

_M = TypeVar("_M", bound=BaseModel)


class _SignedRoute(StrictRoute):
    """A route whose body is signed: no token says who sent it, its signature does.

    Whoever signs nothing has nothing read; what is signed wrongly is read, and not decoded.
    """

    is_raw = True

    @staticmethod
    def max_body_bytes(services: Services) -> int:
        """Return how long a body of this route may be: a class of hundreds, with all they said."""
        return max(_BODY_BYTES, services.config.max_body_bytes)


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
    or as cal.com signs, by one of `webhooks.calcom_secrets`. Of each thing that is said of a
    booking the newest word counts, whenever it comes; the same message again changes nothing. A
    type that means nothing here is taken and ignored.
    """
    body = await request.body()
    webhooks = services.webhooks
    signed_at_ms = services.clock.now_ms()
    if signature is not None:
        verify_calcom(webhooks.calcom_secrets, signature, body)
        message_id = hashlib.sha256(body).hexdigest()
        read: Callable[[Services, object], Booking | None] = _calcom
    else:
        now_s = signed_at_ms / 1000
        message_id = verified_id(webhooks.inbound_keys, request.headers, body, now_s=now_s)
        signed_at_ms = signed_at_s(request.headers) * 1000
        read = _standard
    scope = "bookings" if signature is None else "bookings of cal.com"
    async with attempt(
        services.once, scope, message_id, body, rooms=services.rooms, clock=services.clock
    ) as this:
        kept = replayed(this)
        if kept is not None:
            return kept
        message = await services.intake.decoded(body, _BOUNDS, mended) if body else None
        return await _answer(services, message, read, signed_at_ms, this)


async def _answer(
    services: Services,
    message: object,
    read: Callable[[Services, object], Booking | None],
    signed_at_ms: int,
    this: Attempt,
) -> Response:
    booking = read(services, message)
    if booking is None:
        out = BookingOut(status=BookingStatus.IGNORED)
        is_kept = await keep(services.rooms, this.reply(out.encoded(), status=200))
        again = None if is_kept else replayed(await this.looked_up(services.rooms))
        return again or _response(out)
    at_ms = signed_at_ms if booking.said_at_ms is None else booking.said_at_ms
    if at_ms > services.clock.now_ms() + REPLAY_WINDOW_S * 1000:
        # What is newest counts: a clock that is far ahead would have the last word for long.
        raise Refused(ErrorCode.UNAUTHORIZED, "the webhook was refused: it is from the future")
    ids = (booking.booking_id, booking.former_id or booking.booking_id)
    # Both: "B is confirmed" and "A was moved to B" are about one booking.
    async with services.once.one_at_a_time("booking", *ids):
        try:
            return _response(await follow(services, booking, at_ms, this))
        except CommitFailed as failed:
            # Another server has answered the same message meanwhile.
            again = replayed(await this.looked_up(services.rooms)) if failed.is_conflict else None
            if again is None:
                raise
            return again


def _response(out: BookingOut) -> Response:
    return Response(out.encoded(), media_type="application/json")


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
