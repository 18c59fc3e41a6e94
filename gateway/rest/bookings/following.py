"""Having sessions follow their bookings: reads, asks what is to be done, does it, remembers."""

import asyncio
import hashlib
from enum import StrEnum
from typing import Final

from msgspec import UNSET
from pydantic import BaseModel, Field

from actors.runtime import chance
from gateway.rest.bookings.booked_people import BookedPeople, people_of_booking
from gateway.rest.plumbing.idempotency import Attempt
from gateway.rest.plumbing.services import Services
from gateway.webhooks.booking_formats import Booking
from lessonroom.bookings.deciding import Create, Decision, End, Follow, Step, decide
from lessonroom.bookings.record import Change, Plan, Said, fold, is_live, plan_of
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import FollowBooking, InviteParticipant, MoveSession, UpdateSession
from lessonroom.people import names
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from storage.errors import CommitFailed
from storage.records import User
from storage.sessions import bookings
from storage.sessions.bookings import Known
from storage.store import Store

_PAUSES_S: Final = (0.02, 0.1, 0.5)
"""A room whose change was refused takes others once it has read itself again: some milliseconds."""
_MAX_REASON: Final = 500


class BookingStatus(StrEnum):
    """What a message about a booking came to."""

    CREATED = "created"
    MOVED = "moved"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"


class BookingOut(BaseModel):
    """What a message about a booking came to, and the session of the booking."""

    status: BookingStatus
    session_id: str | None = None
    left_out: list[str] = Field(
        [], description="People who cannot be known by what is said of them. Absent: nobody."
    )

    def encoded(self) -> bytes:
        """Return it as JSON."""
        without = None if self.left_out else {"left_out"}
        return self.model_dump_json(exclude=without).encode()


async def follow(services: Services, booking: Booking, at_ms: int, this: Attempt) -> BookingOut:
    """Have sessions follow a message about a booking; the answer to it is kept.

    What is remembered of the booking is written last, and only where no other server has heard of
    it meanwhile: otherwise all is looked at again. Each step may be taken twice.

    Raises:
        Refused: `invalid`, naming the field; `unavailable`.

    """
    people = await people_of_booking(services, booking)
    said = _said(booking, people, at_ms)
    if said is None:
        return BookingOut(status=BookingStatus.UNCHANGED, left_out=people.left_out)
    is_first = True
    for pause_s in (*_PAUSES_S, None):
        try:
            return await _carry_out(services, booking, said, people, this, is_first=is_first)
        except (CommitFailed, Refused) as error:
            if pause_s is None or not _was_overtaken(error):
                raise
            if (await this.looked_up(services.rooms)).kept is not None:
                raise
        is_first = False
        await asyncio.sleep(pause_s)
    raise AssertionError  # the last pause is None


def _was_overtaken(error: CommitFailed | Refused) -> bool:
    """Whether something was changed between reading and writing: another server, or the host."""
    if isinstance(error, CommitFailed):
        return error.is_conflict
    # A room cannot tell why its change was not written.
    return error.code in {ErrorCode.UNAVAILABLE, ErrorCode.SESSION_ENDED}


def _said(booking: Booking, people: BookedPeople, at_ms: int) -> Said | None:
    """Return the message in the core's words; None where it is about nobody who can be known."""
    if booking.is_partial and not people.invitees and people.left_out:
        return None
    return Said(
        change=_change_of(booking),
        booking_id=booking.booking_id,
        at_ms=at_ms,
        former_id=booking.former_id,
        plan=Plan(
            title=booking.title or None,
            start_ms=booking.start_ms,
            end_ms=booking.end_ms,
            host=people.host.user_id if people.host else None,
            settings=booking.settings,
            series=booking.series,
        ),
        people=people.invitees,
        is_partial=booking.is_partial,
    )


def _change_of(booking: Booking) -> Change:
    is_moved = booking.former_id not in {None, booking.booking_id}
    return Change.RESCHEDULED if is_moved and booking.change is Change.CONFIRMED else booking.change


async def _carry_out(
    services: Services,
    booking: Booking,
    said: Said,
    people: BookedPeople,
    this: Attempt,
    *,
    is_first: bool,
) -> BookingOut:
    ids = [said.booking_id] if said.former_id is None else [said.booking_id, said.former_id]
    known = await bookings.known(services.rooms.store, ids)
    after = fold(known.records, said)
    now_ms = services.clock.now_ms()
    decision = decide(
        known.records, after, said, known.sessions, now_ms=now_ms, is_full=not is_first
    )
    _check_host(booking, said, known, decision)
    out = BookingOut(status=BookingStatus.UNCHANGED, left_out=people.left_out)
    if said.booking_id in known.sessions:
        out.session_id = known.sessions[said.booking_id].session_id
    for step in decision.steps:
        status, session_id = await _take(services, booking, step, people)
        if step.booking_id == said.booking_id:
            out.status, out.session_id = status, session_id
        elif out.status is BookingStatus.UNCHANGED:
            out.status, out.session_id = status, out.session_id or session_id
    reply = this.reply(out.encoded(), status=200)

    async def remember(store: Store) -> None:
        await bookings.remember(store, known, decision.records, at_ms=now_ms, reply=reply)

    await services.rooms.write(remember)
    return out


def _check_host(booking: Booking, said: Said, known: Known, decision: Decision) -> None:
    """Refuse the confirmation of a booking that cannot have a session, for nobody would lead it."""
    records = decision.records
    session = known.sessions.get(said.booking_id)
    has_session = session is not None and not session.status.has_ended
    if (
        said.change is Change.CONFIRMED
        and not has_session
        and booking.host is None
        and is_live(records, said.booking_id)
        and plan_of(records, said.booking_id).host is None
    ):
        raise Refused(
            ErrorCode.INVALID, "a booking that is new here needs a host", field="data.host"
        )


async def _take(
    services: Services, booking: Booking, step: Step, people: BookedPeople
) -> tuple[BookingStatus, str]:
    match step:
        case Create():
            session = await _create(services, step, people)
            return BookingStatus.CREATED, session.session_id
        case Follow():
            await services.rooms.ask(
                step.session.session_id,
                FollowBooking(
                    plan=_plan_of_session(step),
                    invited=await _invitations(services, step.invited, people),
                    removed=tuple(sorted(step.removed)),
                    reason=_reason(booking, "your place in this lesson was given up"),
                ),
            )
            status = BookingStatus.MOVED if step.is_moved else BookingStatus.CHANGED
            return status, step.session.session_id
        case End():
            reason = _reason(booking, step.why)
            command = MoveSession(by=None, move=Move.TERMINATE, reason=reason)
            await services.rooms.ask(step.session.session_id, command)
            return BookingStatus.ENDED, step.session.session_id


def _plan_of_session(step: Follow) -> UpdateSession:
    plan = step.plan
    return UpdateSession(
        by=None,
        booking_id=step.booking_id,
        title=UNSET if plan.title is None else plan.title,
        scheduled_start_ms=UNSET if plan.start_ms is None else plan.start_ms,
        scheduled_end_ms=UNSET if plan.end_ms is None else plan.end_ms,
        host_id=UNSET if plan.host is None else plan.host,
    )


async def _create(services: Services, step: Create, people: BookedPeople) -> Session:
    now_ms = services.clock.now_ms()
    plan = step.plan
    assert plan.host is not None, "without a host none is created"  # noqa: S101
    # Two messages may say the two ends of it, of which one is out of date.
    is_sound = plan.start_ms is None or plan.end_ms is None or plan.end_ms > plan.start_ms
    session, _ = await services.rooms.create(
        Session(
            session_id=chance.new_session_id(now_ms),
            host_id=plan.host,
            title=plan.title or "",
            access_code=chance.new_access_code(),
            max_participants=services.config.max_participants,
            settings=plan.settings or SessionSettings(),
            booking_id=step.booking_id,
            series_id=_series_id(plan.series),
            scheduled_start_ms=plan.start_ms,
            scheduled_end_ms=plan.end_ms if is_sound else None,
            created_at_ms=now_ms,
        ),
        await _invitations(services, step.people, people),
    )
    return session


def _series_id(series: str | None) -> str | None:
    """Return the name of a booking system's series here, beside those of sessions."""
    if series is None:
        return None
    return f"booking-{hashlib.blake2b(series.encode(), digest_size=16).hexdigest()}"


async def _invitations(
    services: Services, user_ids: frozenset[int], people: BookedPeople
) -> tuple[InviteParticipant, ...]:
    found: list[InviteParticipant] = []
    for user_id in sorted(user_ids):
        user: User | None = people.users.get(user_id) or await services.rooms.store.user(user_id)
        if user is not None:
            name = names.fitted(user.name) or names.NAMELESS
            found.append(InviteParticipant(by=None, user_id=user_id, name=name, role=Role.STUDENT))
    return tuple(found)


def _reason(booking: Booking, why: str) -> str:
    given = booking.reason if booking.change is Change.CANCELLED else None
    return (f"{why}: {given}" if given else why)[:_MAX_REASON]
