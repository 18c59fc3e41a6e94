"""Messages of bookings as booking systems send them: cal.com's with and without seats, and ours."""

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from lessonroom.bookings.record import Change, Plan, Said

ANN, BEN, CLEO = 11, 12, 13
PEOPLE = (ANN, BEN, CLEO)
HOSTS = (1, 2)
BOOKINGS = ("a", "b", "c")


def said(
    change: Change,
    booking_id: str = "a",
    *people: int,
    at: int = 1,
    former: str | None = None,
    is_partial: bool = False,
    **plan: Any,  # noqa: ANN401 - the fields of a plan
) -> Said:
    """Return a message; its plan has a host and a time unless it says otherwise."""
    whole = {"start_ms": 1_000 + at, "host": HOSTS[0], **plan}
    return Said(
        change=change,
        booking_id=booking_id,
        at_ms=at,
        former_id=former,
        plan=Plan() if change is Change.CANCELLED else Plan(**whole),
        people=frozenset(people),
        is_partial=is_partial,
    )


def shapes(*, has_seats: bool) -> list[dict[str, Any]]:
    """Return every kind of message that there is about two bookings of one event."""
    people = [(ANN,), (BEN,), (ANN, BEN)]
    found: list[dict[str, Any]] = []
    for who in people:
        found += [
            {"change": Change.CONFIRMED, "booking_id": "a", "people": who, "host": 1},
            {"change": Change.RESCHEDULED, "booking_id": "a", "people": who, "host": 2},
            {"change": Change.RESCHEDULED, "booking_id": "b", "people": who, "former": "a"},
        ]
        if has_seats:
            found.append({"change": Change.CANCELLED, "booking_id": "a", "people": who})
    found += [
        {"change": Change.CANCELLED, "booking_id": booking_id, "people": ()}
        for booking_id in ("a", "b")
    ]
    return [{**shape, "is_partial": has_seats} for shape in found]


def sent(*of: dict[str, Any]) -> list[Said]:
    """Return messages of these shapes, each a moment after the one before."""
    return [
        said(
            shape["change"],
            shape["booking_id"],
            *shape["people"],
            at=at,
            former=shape.get("former"),
            is_partial=shape["is_partial"],
            host=shape.get("host", 1),
        )
        for at, shape in enumerate(of, 1)
    ]


def every(count: int, *, has_seats: bool) -> Iterator[list[Said]]:
    """Iterate over all rows of so many messages."""
    for row in itertools.product(shapes(has_seats=has_seats), repeat=count):
        yield sent(*row)


@st.composite
def stories(draw: st.DrawFn) -> list[Said]:
    """Return what a booking system may send of a few bookings, in its order."""
    has_seats = draw(st.booleans())
    messages = []
    for at in range(1, draw(st.integers(2, 7))):
        change = draw(st.sampled_from(list(Change)))
        booking_id = draw(st.sampled_from(BOOKINGS))
        people = draw(st.sets(st.sampled_from(PEOPLE), min_size=int(has_seats)))
        former = None
        if change is Change.RESCHEDULED:
            former = draw(st.sampled_from((None, *(set(BOOKINGS) - {booking_id}))))
        is_whole_end = change is Change.CANCELLED and draw(st.booleans())
        messages.append(
            said(
                change,
                booking_id,
                *(() if is_whole_end or (change is Change.CANCELLED and not has_seats) else people),
                at=at * 10,
                former=former,
                is_partial=has_seats,
                host=draw(st.sampled_from(HOSTS)),
            )
        )
    return messages
