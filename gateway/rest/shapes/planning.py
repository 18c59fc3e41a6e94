"""What planning lessons takes."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StrictBool, StrictInt, model_validator

from gateway.rest.shapes.instants import InstantIn, InstantOut
from gateway.rest.shapes.models import Reason, Template, Title, UserId
from gateway.rest.shapes.settings import Body, SettingsIn, SettingsPatch
from gateway.rest.shapes.views import SessionOut
from lessonroom.session.lifecycle import SessionType

SessionIdIn = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
People = Annotated[tuple[UserId, ...], Field(max_length=100)]


class ContinueIn(Body):
    """The next lesson of a series; what is absent is as in the last one, a time excepted."""

    title: Title | None = None
    scheduled_start: InstantIn | None = None
    scheduled_end: InstantIn | None = None
    with_board: StrictBool = Field(
        default=True, description="Begin with the board as it is now; else with an empty one."
    )
    with_people: StrictBool = Field(
        default=True,
        description="Everybody whom it was for has a place, with role and permissions;"
        " guests come by the link.",
    )
    in_series: StrictBool = Field(
        default=True, description="Of the same series; else a copy that begins one of its own."
    )
    into: SessionIdIn | None = Field(
        None,
        description="Not a new lesson, but this one of the caller's that has not begun and whose"
        " board is empty. It keeps its title, times, settings and series.",
    )

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        start, end = self.scheduled_start, self.scheduled_end
        if start is not None and end is not None and end <= start:
            raise ValueError("scheduled_end must be after scheduled_start")
        of_a_new_one = {"title", "scheduled_start", "scheduled_end", "in_series"}
        if self.into is not None and (named := of_a_new_one & self.model_fields_set):
            raise ValueError(
                f"into keeps what the lesson has: leave out {', '.join(sorted(named))}"
            )
        return self


Zone = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$",
        description="Of the IANA database: by its clock lessons keep their time.",
        examples=["Europe/Kyiv"],
    ),
]
WallTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["16:00"])]
Minutes = Annotated[StrictInt, Field(ge=1, le=1_440)]


class SeriesIn(Body):
    """Lessons that repeat; the caller is their host."""

    title: Title = ""
    rule: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        description="A `RRULE` of RFC 5545 that ends by COUNT or UNTIL; at most 200 lessons.",
        examples=["FREQ=WEEKLY;BYDAY=TU;COUNT=10"],
    )
    start: Annotated[str, Field(pattern=r"^2[01]\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$")] = Field(
        description="When the first one may be, by the clock on the wall of the zone.",
        examples=["2026-12-01T16:00"],
    )
    zone: Zone
    minutes: Minutes = Field(60, description="How long each is.")
    session_type: Literal[SessionType.LESSON, SessionType.GROUP] = SessionType.LESSON
    max_participants: StrictInt | None = Field(None, ge=1)
    is_recorded: StrictBool = False
    settings: SettingsIn = SettingsIn()
    people: People = Field((), description="Whom all of them are for; see `GET /people/`.")
    template: Template = None


class SeriesPatch(Body):
    """What to change of the lessons of a series that have not begun; what is absent stays."""

    from_session: str | None = Field(
        None, max_length=64, description="This lesson and those after it; absent: all to come."
    )
    title: Title | None = None
    time: WallTime | None = Field(None, description="Another time of the day.")
    days: StrictInt = Field(0, ge=-31, le=31, description="So many days later, or earlier.")
    zone: Zone | None = Field(None, description="Whose clock `time` and `days` go by.")
    minutes: Minutes | None = None
    max_participants: StrictInt | None = Field(None, ge=1)
    settings: SettingsPatch = SettingsPatch()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.model_fields_set - {"from_session", "zone"}:
            raise ValueError("name at least one of title, time, days, minutes, settings")
        if (self.time is not None or self.days) and self.zone is None:
            raise ValueError("time and days need the zone whose clock they go by")
        return self


class CancelSeriesIn(Body):
    """Which lessons of a series do not take place."""

    from_session: str | None = Field(
        None, max_length=64, description="This lesson and those after it; absent: all to come."
    )
    reason: Reason | None = None


class SeriesOut(BaseModel):
    """The lessons of a series that a call was about, the earliest first."""

    series_id: str
    items: list[SessionOut]
    skipped: list[str] = Field(
        [], description="Lessons that had begun by then, or could not be changed: as they were."
    )


class PersonOut(BaseModel):
    """Somebody whom a lesson of the caller was for."""

    user_id: int
    name: str


class PeoplePage(BaseModel):
    """Some people, whom one met last first."""

    items: list[PersonOut]


class CalendarOut(BaseModel):
    """Where the caller's calendar can be read."""

    url: str | None = Field(
        description="A secret, as a token is; null where there is none.",
        examples=["https://lessons.example.org/api/v1/classroom/calendars/7-1-….ics"],
    )
    made_at: InstantOut | None
