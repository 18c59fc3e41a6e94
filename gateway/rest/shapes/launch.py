"""What a launch takes and tells."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StrictBool, StrictInt, model_validator

from gateway.identity.tokens import MAX_ROOM_TTL_S
from gateway.rest.shapes.instants import InstantIn, InstantOut
from gateway.rest.shapes.models import NameElsewhere, Subject, Template, Title
from gateway.rest.shapes.planning import SessionIdIn
from gateway.rest.shapes.settings import Body, SettingsIn
from gateway.rest.shapes.views import SessionOut
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionType

PEOPLE_MOST = 200

_KEYS = ("external_id", "booking_id", "series_id")


class LaunchPersonIn(Body):
    """Somebody who is to have a seat, by what the platform calls them."""

    subject: Subject
    name: NameElsewhere | None = Field(
        None, description="Of a `subject` that the server does not know."
    )
    role: Literal[Role.HOST, Role.STUDENT, Role.VIEWER] | None = Field(
        None,
        description="Null: the one that they have; of a new seat `student`. The first `host` of a"
        " new session owns it.",
    )


class LaunchIn(Body):
    """Which session it is, and who is to be in it.

    What is said of title, times and settings is for a session that is made by this call; one that
    is found stays as it is.
    """

    external_id: str | None = Field(
        None,
        pattern=r"^[!-~]{1,128}$",
        description="The platform's id of the lesson: found, whoever of its people hosts it, or"
        " made.",
        examples=["lesson-4711"],
    )
    booking_id: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        None, description="The session of a booking, which `POST /bookings/` has made."
    )
    series_id: SessionIdIn | None = Field(
        None, description="Of a series the session that goes on, or else the next one."
    )
    people: Annotated[
        tuple[LaunchPersonIn, ...],
        Field(
            min_length=1,
            max_length=PEOPLE_MOST,
            examples=[[{"subject": "teacher-1", "name": "Ada", "role": "host"}]],
        ),
    ]
    when_over: Literal["refuse", "next"] = Field(
        "refuse",
        description="Where the session is over: `session_ended`, or the next of its series, which"
        " is made where there is none, with board, people and settings.",
    )
    ttl_s: StrictInt | None = Field(
        None,
        ge=60,
        le=MAX_ROOM_TTL_S,
        description="How long the links open the session; two hours where absent.",
    )
    issuer: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None,
        description="For operators: whose people they are; `lessonroom` where absent. Of a"
        " platform always its own.",
    )
    session_type: Literal[SessionType.LESSON, SessionType.GROUP] = SessionType.LESSON
    title: Title = Field("", examples=["Fractions, part two"])
    scheduled_start: InstantIn | None = None
    scheduled_end: InstantIn | None = None
    max_participants: StrictInt | None = Field(
        None,
        ge=1,
        description="Without hosts; the server's own limit where absent, and at most.",
    )
    is_recorded: StrictBool = Field(
        default=False, description="Whether it may be recorded; that alone records nothing."
    )
    settings: SettingsIn = SettingsIn()
    template: Template = None

    @property
    def key(self) -> tuple[str, str]:
        """Which field names the session, and what it says."""
        return next((name, value) for name in _KEYS if (value := getattr(self, name)) is not None)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(getattr(self, name) is not None for name in _KEYS) != 1:
            raise ValueError("name the session by one of " + ", ".join(_KEYS))
        start, end = self.scheduled_start, self.scheduled_end
        if start is not None and end is not None and end <= start:
            raise ValueError("scheduled_end must be after scheduled_start")
        return self


class LaunchedPersonOut(BaseModel):
    """A seat, and the link to it."""

    subject: str
    user_id: int
    name: str = Field(description="As it is in the session.")
    role: Role | None = Field(description="Null: they have no seat.")
    status: ParticipantStatus | None
    url: str | None = Field(
        description="Straight into the lesson; whoever has it is this person.",
        examples=["https://lessons.example.org/room/019a9c31-5a2b#token=eyJ…"],
    )
    token: str | None = Field(description="The room token that is in `url`.")
    expires_at: InstantOut | None
    left_out: Literal["kicked", "barred"] | None = Field(
        description="Why there is no link: a host has removed them from this session, or an"
        " operator lets them in no more."
    )


class LaunchOut(BaseModel):
    """A session with a link for each of those who were named."""

    session: SessionOut
    is_new: bool = Field(description="Made by this call.")
    ws_url: str = Field(examples=["wss://lessons.example.org/ws/classroom/019a9c31/"])
    people: list[LaunchedPersonOut] = Field(description="As they were named, in that order.")
