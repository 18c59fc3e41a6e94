"""What was found of what was written in lessons."""

import re
from typing import Final, Self

from pydantic import BaseModel, Field

from gateway.rest.shapes.instants import InstantOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.finding.written import Kind
from lessonroom.session.lifecycle import SessionStatus
from storage.finding.search import Hit, Page, Place

_PLACE: Final = re.compile(r"([A-Za-z0-9_-]{1,64})(?:\.([0-9]{1,15}))?\Z")


class FoundLesson(BaseModel):
    """The lesson that something was written in."""

    session_id: str
    title: str
    status: SessionStatus
    at: InstantOut = Field(description="When it began or is planned for, or else was created.")


class HitOut(BaseModel):
    """A text that has the words, from the event on that wrote it."""

    session: FoundLesson
    kind: Kind = Field(description="What it stands in.")
    page: str | None = Field(description="The page of the board; null: it stands on none.")
    element: str | None = Field(description="The element of the board; null: it is none.")
    cell: str | None = Field(description="Of a table: `row:column`.")
    seq: int | None = Field(
        description="The event that wrote it, a version of the board; null of title and people.",
        examples=[812],
    )
    at: InstantOut = Field(description="When it was written.")
    user_id: int | None = Field(description="Who wrote it; of a person, who it is.")
    name: str | None = Field(description="Their name in the lesson.", examples=["Ada"])
    excerpt: str = Field(description="Part of the text, about the first word that was found.")
    marks: list[tuple[int, int]] = Field(
        description="Where in `excerpt` the words stand: from, to, in characters.",
        examples=[[[4, 9]]],
    )

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return what was found as it is shown."""
        is_page = hit.kind in {Kind.PAGE, Kind.DOCUMENT}
        return cls(
            session=FoundLesson(
                session_id=hit.session_id, title=hit.title, status=hit.status, at=hit.begins_ms
            ),
            kind=hit.kind,
            page=hit.page or None,
            element=hit.place if hit.page and not is_page else None,
            cell=hit.part if hit.kind is Kind.TABLE and hit.part else None,
            seq=hit.seq or None,
            at=hit.at_ms,
            user_id=hit.user_id,
            name=hit.name,
            excerpt=hit.excerpt.text,
            marks=list(hit.excerpt.marks),
        )


class HitPage(BaseModel):
    """Some of what was found, in the newest lessons first."""

    items: list[HitOut]
    next_cursor: str | None = Field(description="`cursor` of the next page; null at the end.")

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return a page as it is shown."""
        return cls(
            items=[HitOut.of(hit) for hit in page.hits],
            next_cursor=None if page.goes_on is None else _cursor_of(page.goes_on),
        )


def place_of(cursor: str) -> Place:
    """Return where a page goes on.

    Raises:
        Refused: `invalid`, it is no cursor.

    """
    match = _PLACE.match(cursor)
    if match is None:
        raise no_cursor()
    session_id, n = match.groups()
    return Place(session_id, None if n is None else int(n))


def no_cursor() -> Refused:
    """Return the refusal of what is no cursor of the caller's."""
    return Refused(ErrorCode.INVALID, "must be the next_cursor of a page", field="cursor")


def _cursor_of(place: Place) -> str:
    return place.session_id if place.n is None else f"{place.session_id}.{place.n}"
