"""A booking system's messages heard in the order in which they were sent: what is right is plain.

There are no moments here and nothing waits: each message changes what it is about, then and there.
"""

from dataclasses import dataclass, field

from lessonroom.bookings.record import Change, Said


@dataclass
class Lesson:
    """One booking, as somebody would keep it in their head."""

    is_live: bool = False
    start_ms: int | None = None
    host: int | None = None
    people: set[int] = field(default_factory=set)


def told_in_order(messages: list[Said]) -> dict[str, tuple[int | None, int | None, frozenset[int]]]:
    """Return the bookings that take place in the end: when, by whom, for whom."""
    lessons: dict[str, Lesson] = {}
    for said in sorted(messages, key=lambda said: said.stamp):
        lesson = lessons.setdefault(said.booking_id, Lesson())
        if said.former_id is not None and said.former_id != said.booking_id:
            _leave(lessons.setdefault(said.former_id, Lesson()), said)
        if said.change is Change.CANCELLED:
            _leave(lesson, said)
        else:
            _take_place(lesson, said)
    return {
        booking_id: (lesson.start_ms, lesson.host, frozenset(lesson.people))
        for booking_id, lesson in lessons.items()
        if lesson.is_live
    }


def _take_place(lesson: Lesson, said: Said) -> None:
    if not lesson.is_live:
        lesson.people = set()
    lesson.is_live = True
    lesson.start_ms = said.plan.start_ms or lesson.start_ms
    lesson.host = said.plan.host or lesson.host
    if said.people is not None:
        lesson.people = (lesson.people if said.is_partial else set()) | said.people


def _leave(lesson: Lesson, said: Said) -> None:
    if said.is_partial and said.people:
        lesson.people -= said.people
        # Whoever is the last to go ends it; where there was nobody, nobody has gone.
        if not lesson.people:
            lesson.is_live = False
    else:
        lesson.is_live = False
        lesson.people = set()
