"""Who was there when, and what of theirs was on: a reading of the log.

It is the room's own: seats are folded by `RoomState`, and what is told here are the steps in which
it adds up their time. So visits together last exactly as long as the seat says.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.log.events import BOARD_CHANGES, Event, EventType
from lessonroom.people.participant import MediaState, Participant
from lessonroom.session.session import Session
from lessonroom.state import RoomState

VISITS_MOST: Final = 500
"""Of one person that are told one by one; later ones count, and are not told."""


class Visit(msgspec.Struct, frozen=True):
    """From when to when somebody was there, in ms since the Unix epoch; `to_ms` None: they are."""

    from_ms: int
    to_ms: int | None


class Stay(msgspec.Struct):
    """What the log says of one person's being there. Lengths in ms, up to the last event taken."""

    visits: list[Visit] = []
    visits_untold: int = 0
    microphone_ms: int = 0
    camera_ms: int = 0
    screen_ms: int = 0
    hands: int = 0
    """How often they raised their hand."""
    hand_ms: int = 0
    """How long it was up."""


class _Running(msgspec.Struct):
    """Since when what is on is on: by the name of its length in `Stay`."""

    since: dict[str, int] = {}


class Attendance:
    """Takes up the events of a session one after another; those of the board are passed over.

    Args:
        session: the one whose log it is.
        seats: who has a seat in it by now.

    """

    def __init__(self, session: Session, seats: Iterable[Participant]) -> None:
        blank = (Participant(user_id=s.user_id, name=s.name, role=s.role) for s in seats)
        # Of the session only its settings are folded on, and nothing is read from them.
        self._state = RoomState(session, blank, board=Board())
        self._seen = dict(self._state.participants)
        self._running: dict[int, _Running] = {}
        self._stays: dict[int, Stay] = {}

    @property
    def stays(self) -> dict[int, Stay]:
        """What was found so far, by person; who was never there may be absent."""
        return self._stays

    def take(self, event: Event) -> None:
        """Take up the next event."""
        if event.type in BOARD_CHANGES or event.type is EventType.CHAT_MESSAGE:
            # Who is connected when a server dies was there at the last event, whatever that was.
            self._state.head_at_ms = event.at_ms
            return
        for user_id in sorted(self._state.apply(event).participants):
            before = self._seen.get(user_id)
            after = self._seen[user_id] = self._state.participants[user_id]
            self._compare(before, after, event.at_ms)

    def until(self, seat: Participant, now_ms: int, *, is_live: bool = True) -> Stay:
        """Return what is known of a person, with what goes on reckoned up to now.

        Args:
            seat: as it is kept: it may know better than the log when they were last there.
            now_ms: now; of a session that nobody runs, when its last event was.
            is_live: whether somebody runs it: else nobody is there, whatever the log says.

        """
        stay = self._stays.get(seat.user_id, Stay())
        folded = self._seen.get(seat.user_id)
        found = msgspec.structs.replace(stay, visits=list(stay.visits))
        if folded is None or folded.present_since_ms is None:
            return found
        end_ms = folded.present_since_ms + seat.total_time_ms(now_ms) - folded.total_ms
        for name, since_ms in self._running[seat.user_id].since.items():
            _add(found, name, end_ms - since_ms)
        if not is_live:
            _end_visit(found, end_ms)
        return found

    def _compare(self, before: Participant | None, after: Participant, at_ms: int) -> None:
        stay = self._stays.setdefault(after.user_id, Stay())
        running = self._running.setdefault(after.user_id, _Running())
        was_there = None if before is None else before.present_since_ms
        end_ms = at_ms
        if before is not None and was_there is not None:
            # What was added to their time says when they were last there: not always now.
            end_ms = was_there + after.total_ms - before.total_ms
            if after.present_since_ms != was_there:
                _end_visit(stay, end_ms)
        if after.present_since_ms is not None and after.present_since_ms != was_there:
            _begin_visit(stay, after.present_since_ms)
        until_ms = at_ms if after.present_since_ms is not None else end_ms
        is_up = after.hand_raised_at_ms is not None
        if is_up and "hand_ms" not in running.since:
            stay.hands += 1
        _switch(stay, running, "hand_ms", is_on=is_up, at_ms=until_ms)
        media = after.media if after.present_since_ms is not None else MediaState()
        _switch(stay, running, "microphone_ms", is_on=media.audio, at_ms=until_ms)
        _switch(stay, running, "camera_ms", is_on=media.video, at_ms=until_ms)
        _switch(stay, running, "screen_ms", is_on=media.screen, at_ms=until_ms)


def _begin_visit(stay: Stay, from_ms: int) -> None:
    if len(stay.visits) < VISITS_MOST:
        stay.visits.append(Visit(from_ms, None))
    else:
        stay.visits_untold += 1


def _end_visit(stay: Stay, to_ms: int) -> None:
    if stay.visits and stay.visits[-1].to_ms is None:
        stay.visits[-1] = Visit(stay.visits[-1].from_ms, to_ms)


def _switch(stay: Stay, running: _Running, name: str, *, is_on: bool, at_ms: int) -> None:
    since_ms = running.since.get(name)
    if is_on and since_ms is None:
        running.since[name] = at_ms
    elif not is_on and since_ms is not None:
        del running.since[name]
        _add(stay, name, at_ms - since_ms)


def _add(stay: Stay, name: str, length_ms: int) -> None:
    setattr(stay, name, getattr(stay, name) + max(0, length_ms))
