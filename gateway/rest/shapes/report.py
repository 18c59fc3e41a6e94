"""The report of a lesson, as the HTTP API and the webhook `session.report` tell it."""

from collections.abc import Iterator
from typing import Final, Self

from pydantic import BaseModel, Field

from gateway.rest.shapes.instants import InstantOut
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.report.attendance import Visit
from lessonroom.report.report import ChatCount, PageReport, PersonReport, Report, SpokeFrom
from lessonroom.session.lifecycle import SessionStatus


class VisitOut(BaseModel):
    """From when to when somebody was there."""

    from_: InstantOut = Field(serialization_alias="from")
    to: InstantOut | None = Field(description="Null: they are there.")

    @classmethod
    def of(cls, visit: Visit) -> Self:
        """Return it as it is shown."""
        return cls(from_=visit.from_ms, to=visit.to_ms)


class ChatCountOut(BaseModel):
    """What was written into the chat."""

    messages: int = Field(description="All, also those that were removed.", examples=[12])
    private: int = Field(description="Of them, to one person.", examples=[1])
    files: int = Field(description="Of them, with a file.", examples=[2])
    removed: int = Field(description="Of them, removed.", examples=[0])

    @classmethod
    def of(cls, count: ChatCount) -> Self:
        """Return it as it is shown."""
        return cls(
            messages=count.messages,
            private=count.private,
            files=count.files,
            removed=count.removed,
        )


class PersonReportOut(BaseModel):
    """One person's part in a lesson. Times of visits together are `time_in_room_seconds`."""

    user_id: int = Field(examples=[7])
    name: str | None = Field(description="Null in webhooks, which have no names.", examples=["Ada"])
    role: Role
    status: ParticipantStatus
    time_in_room_seconds: float = Field(description="As in `stats/`.", examples=[2_712.5])
    visits: list[VisitOut] = Field(description="The first 500.")
    visits_untold: int = Field(description="How many more there were.", examples=[0])
    reconnect_count: int = Field(examples=[1])
    spoke_seconds: float = Field(examples=[312.5])
    spoke_from: SpokeFrom = Field(
        description="`takes`: how long their recorded voice is, which ends where they are muted;"
        " `microphone`: nothing of theirs was recorded, and it is how long their microphone was on."
    )
    microphone_seconds: float = Field(examples=[611.0])
    recorded_seconds: float = Field(description="Of their voice.", examples=[312.5])
    camera_seconds: float = Field(examples=[2_700.0])
    screen_seconds: float = Field(examples=[0.0])
    hands_raised: int = Field(examples=[3])
    hand_seconds: float = Field(description="How long a hand was up.", examples=[41.2])
    chat: ChatCountOut
    elements_written: int = Field(
        description="That they were the first to put on the board: strokes, shapes, texts."
        " What was copied, brought along or restored as pages was not written here.",
        examples=[210],
    )
    strokes_written: int = Field(description="Of them, strokes.", examples=[198])
    elements_changed: int = Field(description="Changes of what was there.", examples=[14])
    elements_removed: int = Field(examples=[9])

    @classmethod
    def of(cls, person: PersonReport, *, with_names: bool) -> Self:
        """Return it as it is shown."""
        return cls(
            user_id=person.user_id,
            name=person.name if with_names else None,
            role=person.role,
            status=person.status,
            time_in_room_seconds=person.time_ms / 1000,
            visits=[VisitOut.of(visit) for visit in person.visits],
            visits_untold=person.visits_untold,
            reconnect_count=person.reconnects,
            spoke_seconds=person.spoke_ms / 1000,
            spoke_from=person.spoke_from,
            microphone_seconds=person.microphone_ms / 1000,
            recorded_seconds=person.recorded_ms / 1000,
            camera_seconds=person.camera_ms / 1000,
            screen_seconds=person.screen_ms / 1000,
            hands_raised=person.hands,
            hand_seconds=person.hand_ms / 1000,
            chat=ChatCountOut.of(person.chat),
            elements_written=person.elements,
            strokes_written=person.strokes,
            elements_changed=person.changed,
            elements_removed=person.removed,
        )


class WrittenOut(BaseModel):
    """What one person wrote on a page."""

    user_id: int | None = Field(description="Null: the operator.", examples=[7])
    elements: int = Field(examples=[31])
    strokes: int = Field(examples=[30])


class PageReportOut(BaseModel):
    """One page of the board."""

    id: str = Field(examples=["p1"])
    title: str | None = Field(description="Null in webhooks.", examples=["Fractions"])
    number: int | None = Field(
        description="Its place from 1; null where it is not there any more.", examples=[1]
    )
    elements: int = Field(description="That lie on it as of `version`.", examples=[42])
    written: list[WrittenOut]

    @classmethod
    def of(cls, page: PageReport, *, with_names: bool) -> Self:
        """Return it as it is shown."""
        return cls(
            id=page.page_id,
            title=page.title if with_names else None,
            number=page.number,
            elements=page.standing,
            written=[
                WrittenOut(user_id=by or None, elements=each.elements, strokes=each.strokes)
                for by, each in sorted(page.written.items())
            ],
        )


class ReportOut(BaseModel):
    """A lesson, told in numbers, as of event `version`. Reactions are kept nowhere (PE-1)."""

    session_id: str
    title: str | None = Field(description="Null in webhooks.", examples=["Fractions"])
    status: SessionStatus
    version: int = Field(description="The `seq` of the newest event in it.", examples=[812])
    started_at: InstantOut | None
    ended_at: InstantOut | None
    active_seconds: float = Field(description="As in `stats/`.", examples=[2_700.0])
    participants: list[PersonReportOut]
    pages: list[PageReportOut] = Field(description="In their order; then those that are gone.")
    chat: ChatCountOut
    hands_raised: int = Field(examples=[5])
    takes_pending: int = Field(
        description="Recorded voices that are not ready, and not, or in part, in it.", examples=[0]
    )

    @classmethod
    def of(cls, report: Report, *, with_names: bool = True) -> Self:
        """Return it as it is shown, with names and titles or without."""
        people = [PersonReportOut.of(each, with_names=with_names) for each in report.people]
        return cls(
            session_id=report.session_id,
            title=report.title if with_names else None,
            status=report.status,
            version=report.version,
            started_at=report.started_ms,
            ended_at=report.ended_ms,
            active_seconds=report.active_ms / 1000,
            participants=people,
            pages=[PageReportOut.of(each, with_names=with_names) for each in report.pages],
            chat=ChatCountOut.of(report.chat()),
            hands_raised=sum(person.hands_raised for person in people),
            takes_pending=report.takes_pending,
        )


COLUMNS: Final = (
    *("user_id", "name", "role", "time_in_room_seconds", "visits", "reconnect_count"),
    *("spoke_seconds", "spoke_from", "microphone_seconds", "camera_seconds", "screen_seconds"),
    *("hands_raised", "chat_messages", "chat_files"),
    *("elements_written", "strokes_written", "elements_changed", "elements_removed"),
)
"""Of the report as a table, which has a row for each person."""


def cells(report: ReportOut) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the table."""
    for person in report.participants:
        told = person.model_dump(mode="json") | {
            "visits": len(person.visits) + person.visits_untold,
            "chat_messages": person.chat.messages,
            "chat_files": person.chat.files,
        }
        yield tuple(told[column] for column in COLUMNS)
