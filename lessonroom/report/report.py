"""The report of a lesson, put together from its log, its seats, its board and its takes."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.board.model.pieces import decode
from lessonroom.log.events import ChatMessageRemoved, ChatMessageSent, Event, EventType
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.report.attendance import Attendance, Visit
from lessonroom.report.writing import Writing, Written
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session

Parts = list[tuple[int, int]]
"""Parts of room time, begin and end of each in ms."""


class SpokeFrom(StrEnum):
    """What is known of how long somebody spoke."""

    TAKES = "takes"
    """Their recorded voice: it holds what was sent while their microphone was on."""
    MICROPHONE = "microphone"
    """How long their microphone was on; whether they said something is not known."""


class ChatCount(msgspec.Struct):
    """What somebody wrote into the chat. `messages` are all, also those that were removed."""

    messages: int = 0
    private: int = 0
    """To one person."""
    files: int = 0
    removed: int = 0


class PersonReport(msgspec.Struct, frozen=True, kw_only=True):
    """One person's part. Lengths in ms, times in ms since the Unix epoch."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    time_ms: int
    visits: list[Visit]
    visits_untold: int
    reconnects: int
    spoke_ms: int
    spoke_from: SpokeFrom
    microphone_ms: int
    recorded_ms: int
    camera_ms: int
    screen_ms: int
    hands: int
    hand_ms: int
    chat: ChatCount
    elements: int
    strokes: int
    changed: int
    removed: int


class PageReport(msgspec.Struct, frozen=True, kw_only=True):
    """One page. `number` is its place from 1, None where it is not there any more.

    `standing` is how many elements lie on it as of the report, whoever they are of.
    """

    page_id: str
    title: str
    number: int | None
    standing: int
    written: dict[int, Written]
    """By person; 0 is the server and the operator."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson, as of event `version`."""

    session_id: str
    title: str
    status: SessionStatus
    version: int
    started_ms: int | None
    ended_ms: int | None
    active_ms: int
    people: list[PersonReport]
    pages: list[PageReport]
    takes_pending: int
    """Voices that were recorded, and are not ready to be counted."""

    def chat(self) -> ChatCount:
        """Return what was written into the chat in all."""
        counts = [person.chat for person in self.people]
        return ChatCount(
            messages=sum(count.messages for count in counts),
            private=sum(count.private for count in counts),
            files=sum(count.files for count in counts),
            removed=sum(count.removed for count in counts),
        )


class Reporting:
    """Takes up the events of a session one after another, from the first, and sums them up.

    Args:
        session: the one whose log it is.
        seats: who has a seat in it by now.

    """

    def __init__(self, session: Session, seats: Iterable[Participant]) -> None:
        self._session = session
        self._seats = list(seats)
        self._attendance = Attendance(session, self._seats)
        self._writing = Writing()
        self._chat: dict[int, ChatCount] = {}

    def take(self, events: Iterable[Event]) -> None:
        """Take up the next events."""
        for event in events:
            self._attendance.take(event)
            self._writing.take(event)
            if event.type in {EventType.CHAT_MESSAGE, EventType.CHAT_REMOVE}:
                self._hear(event)

    def report(
        self,
        *,
        board: bytes,
        version: int,
        active_ms: int,
        now_ms: int,
        is_live: bool,
        voices: Mapping[int, Parts],
        takes_pending: int = 0,
    ) -> Report:
        """Return the report, once all events up to `version` were taken.

        Args:
            board: as it is after event `version`, encoded.
            version: the newest event.
            active_ms: how long the session was active.
            now_ms: until when those who are there count; of a session that nobody runs, when its
                last event was.
            is_live: whether somebody runs it.
            voices: parts of room time that recorded voices lie in, by person; they may overlap.
            takes_pending: voices that are not among them yet.

        """
        session = self._session
        return Report(
            session_id=session.session_id,
            title=session.title,
            status=session.status,
            version=version,
            started_ms=session.actual_start_ms,
            ended_ms=session.actual_end_ms,
            active_ms=active_ms,
            people=[
                self._person(seat, voices.get(seat.user_id), now_ms=now_ms, is_live=is_live)
                for seat in self._seats
            ],
            pages=self._pages(decode(board)),
            takes_pending=takes_pending,
        )

    def _hear(self, event: Event) -> None:
        match event.body():
            case ChatMessageSent(to=to, file=file):
                count = self._chat.setdefault(event.user_id or 0, ChatCount())
                count.messages += 1
                count.private += to is not None
                count.files += file is not None
            case ChatMessageRemoved(author=author):
                self._chat.setdefault(author, ChatCount()).removed += 1
            case _:
                pass

    def _person(
        self, seat: Participant, voice: Parts | None, *, now_ms: int, is_live: bool
    ) -> PersonReport:
        stay = self._attendance.until(seat, now_ms, is_live=is_live)
        written = [found for (_, by), found in self._writing.written.items() if by == seat.user_id]
        recorded_ms = length_ms(voice or [])
        return PersonReport(
            user_id=seat.user_id,
            name=seat.name,
            role=seat.role,
            status=seat.status,
            time_ms=seat.total_time_ms(now_ms),
            visits=stay.visits,
            visits_untold=stay.visits_untold,
            reconnects=seat.reconnect_count,
            spoke_ms=stay.microphone_ms if voice is None else recorded_ms,
            spoke_from=SpokeFrom.MICROPHONE if voice is None else SpokeFrom.TAKES,
            microphone_ms=stay.microphone_ms,
            recorded_ms=recorded_ms,
            camera_ms=stay.camera_ms,
            screen_ms=stay.screen_ms,
            hands=stay.hands,
            hand_ms=stay.hand_ms,
            chat=self._chat.get(seat.user_id, ChatCount()),
            elements=sum(each.elements for each in written),
            strokes=sum(each.strokes for each in written),
            changed=self._writing.changed[seat.user_id],
            removed=self._writing.removed[seat.user_id],
        )

    def _pages(self, board: Board) -> list[PageReport]:
        pages = board.pages.values()
        standing: dict[str, int] = {}
        for element in board.elements.values():
            page_id = board.layers[element.layer].page_id
            standing[page_id] = standing.get(page_id, 0) + 1
        written: dict[str, dict[int, Written]] = {}
        for (page_id, by), found in self._writing.written.items():
            written.setdefault(page_id, {})[by] = found
        found_pages = [
            PageReport(
                page_id=page.id,
                title=page.title,
                number=number,
                standing=standing.get(page.id, 0),
                written=written.get(page.id, {}),
            )
            for number, page in enumerate(pages, 1)
        ]
        return found_pages + [
            PageReport(page_id=page_id, title="", number=None, standing=0, written=by_person)
            for page_id, by_person in written.items()
            if page_id not in board.pages
        ]


def length_ms(parts: Parts) -> int:
    """Return how long parts are together, counting once what lies in several."""
    total, end = 0, 0
    for begin, until in sorted(parts):
        total += max(0, until - max(begin, end))
        end = max(end, until)
    return total


def without_gaps(begin_ms: int, end_ms: int, gaps: Iterable[tuple[int, int]]) -> Parts:
    """Return what is left between two moments without gaps, in order."""
    parts: Parts = []
    at = begin_ms
    for begin, end in sorted(gaps):
        if min(begin, end_ms) > at:
            parts.append((at, min(begin, end_ms)))
        at = max(at, end)
    return [*parts, (at, end_ms)] if at < end_ms else parts
