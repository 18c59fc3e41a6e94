"""What is to be done with sessions so that they are as their bookings say."""

from collections.abc import Mapping

import msgspec

from lessonroom.bookings.record import (
    Change,
    Plan,
    Record,
    Records,
    Said,
    heir_of,
    is_live,
    people_of,
    plan_of,
)
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session

_replace = msgspec.structs.replace


class Create(msgspec.Struct, frozen=True, kw_only=True):
    """Make the session of a booking; `plan` has a host."""

    booking_id: str
    plan: Plan
    people: frozenset[int]


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    """Change a session to what its booking says, which may be another one than it was for.

    Of `plan` only what is to change is there. `invited` get a seat; `removed` lose theirs.
    """

    booking_id: str
    session: Session
    plan: Plan = Plan()
    invited: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()

    @property
    def is_moved(self) -> bool:
        """Whether it is planned differently."""
        plan = _replace(self.plan, host=None)
        return plan != Plan() or self.booking_id != self.session.booking_id

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be done."""
        return self.is_moved or self.plan.host is not None or bool(self.invited | self.removed)


class End(msgspec.Struct, frozen=True, kw_only=True):
    """End a session whose booking does not take place."""

    booking_id: str
    session: Session
    why: str


Step = Create | Follow | End


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The steps, in their order, and what is to be remembered once they were taken."""

    steps: list[Step]
    records: Records


class _Case:
    """What is known while one message is decided about."""

    def __init__(
        self, before: Records, after: Records, sessions: Mapping[str, Session], *, is_full: bool
    ) -> None:
        self.before = before
        self.after = after
        self.over = {b: s for b, s in sessions.items() if s.status.has_ended}
        self.live = {b: s for b, s in sessions.items() if not s.status.has_ended}
        self.is_full = is_full
        self.steps: list[Step] = []
        self.seated: dict[str, frozenset[int]] = {}


def decide(
    before: Records,
    after: Records,
    said: Said,
    sessions: Mapping[str, Session],
    *,
    now_ms: int,
    is_full: bool = False,
) -> Decision:
    """Return what a message comes to.

    Args:
        before: the records as they were.
        after: the records with the message in them, of all bookings that it may concern.
        said: the message.
        sessions: the session of each of these bookings: the one that is not over, or else the last.
        now_ms: the time, milliseconds since the Unix epoch.
        is_full: whether a session is brought to all that its booking says, and not only to what is
            new of it; what its host has changed is lost then.

    """
    case = _Case(before, after, sessions, is_full=is_full)
    for booking_id in after:
        if not is_live(after, booking_id) and booking_id in case.live:
            _leave(case, booking_id, said)
    for booking_id in after:
        if is_live(after, booking_id):
            _keep(case, booking_id, now_ms=now_ms)
    records = {
        booking_id: _replace(record, seated=case.seated.get(booking_id, record.seated))
        for booking_id, record in after.items()
    }
    return Decision(steps=case.steps, records=records)


def _leave(case: _Case, booking_id: str, said: Said) -> None:
    """Move the session of a booking that does not take place to the one that does, or end it."""
    session = case.live[booking_id]
    heir = heir_of(case.after, booking_id)
    if heir is None:
        case.steps.append(End(booking_id=booking_id, session=session, why=_why(said, booking_id)))
    elif heir not in case.live:
        # One session, whose address people have, goes along.
        del case.live[booking_id]
        case.live[heir] = session
        case.seated[heir] = case.after[booking_id].seated
    elif session.status is SessionStatus.SCHEDULED:
        # Two of them: the heir's address is out already. Where somebody came, both stay.
        why = "the booking has a session under its new number"
        case.steps.append(End(booking_id=booking_id, session=session, why=why))
    else:
        return
    case.seated[booking_id] = frozenset()


def _keep(case: _Case, booking_id: str, *, now_ms: int) -> None:
    """See that a booking that takes place has the session that it says."""
    plan = plan_of(case.after, booking_id)
    people = people_of(case.after, booking_id) - {plan.host}
    session = case.live.get(booking_id)
    if session is not None:
        _follow(case, booking_id, session, plan, people)
        return
    if plan.host is None or not _is_wanted(case, booking_id, plan, now_ms=now_ms):
        return
    case.steps.append(Create(booking_id=booking_id, plan=plan, people=people))
    case.seated[booking_id] = people


def _follow(
    case: _Case, booking_id: str, session: Session, plan: Plan, people: frozenset[int]
) -> None:
    is_another = session.booking_id != booking_id
    known = Plan() if is_another or case.is_full else plan_of(case.before, booking_id)
    seated = case.seated.get(booking_id, case.after[booking_id].seated)
    wanted = _changed(session, known, plan)
    removed = (seated | _newly_gone(case, booking_id)) - people
    if wanted.host is not None:
        removed |= {session.host_id} - people
    step = Follow(
        booking_id=booking_id,
        session=session,
        plan=wanted,
        invited=people - seated - {wanted.host or session.host_id},
        removed=removed - {wanted.host or session.host_id},
    )
    case.seated[booking_id] = people
    if step.is_needed:
        case.steps.append(step)


def _is_wanted(case: _Case, booking_id: str, plan: Plan, *, now_ms: int) -> bool:
    """Whether a booking without a session that goes on is to get one.

    Where it had one that was over by itself, only for something new, and not for the past.
    """
    if booking_id not in case.over or not is_live(case.before, booking_id):
        return True
    is_news = plan != plan_of(case.before, booking_id) or people_of(
        case.after, booking_id
    ) != people_of(case.before, booking_id)
    return is_news and (plan.end_ms is None or plan.end_ms > now_ms)


def _changed(session: Session, known: Plan, plan: Plan) -> Plan:
    """Return what of a plan is new, and not so already."""
    actual = {
        "title": session.title,
        "start_ms": session.scheduled_start_ms,
        "end_ms": session.scheduled_end_ms,
        "host": session.host_id,
    }
    changes = {
        name: getattr(plan, name)
        for name, value in actual.items()
        if getattr(plan, name) not in {None, value, getattr(known, name)}
    }
    return Plan(**changes)


def _newly_gone(case: _Case, booking_id: str) -> frozenset[int]:
    """Return who gave their place up just now; later the host may have invited them anew."""
    known = case.before.get(booking_id) or Record(booking_id=booking_id)
    return case.after[booking_id].gone - known.gone


def _why(said: Said, booking_id: str) -> str:
    if said.change is Change.CANCELLED and said.booking_id == booking_id:
        return "the booking was cancelled"
    return "the booking does not take place"
