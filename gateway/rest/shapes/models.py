"""What the HTTP API takes: every field with its range; unknown ones are refused."""

import unicodedata
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from actors.runtime import chance
from gateway.identity.claims import Scope
from gateway.identity.tokens import MAX_ROOM_TTL_S, MAX_USER_TTL_S
from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.settings import Body, GuestRole, SettingsIn, SettingsPatch
from lessonroom.people.permissions import Permission, Role
from lessonroom.scalars import without_direction_controls
from lessonroom.session.lifecycle import SessionType


def one_line(text: str) -> str:
    """Return a text that is one line, without what is not seen; a `ValueError` else."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValueError("must be one line without control characters")
    return without_direction_controls(text).strip()


UserId = Annotated[StrictInt, Field(ge=1, le=2**53 - 1, examples=[7])]
UserIdInPath = Annotated[int, Field(ge=1, le=2**53 - 1, examples=[7])]
"""A path is text: the number in it cannot be strict."""
Reason = Annotated[str, Field(max_length=500, examples=["time is up"]), AfterValidator(one_line)]
Name = Annotated[str, Field(min_length=1, max_length=256, examples=["Ada Lovelace"])]
NameElsewhere = Annotated[
    str,
    Field(
        max_length=10_000,
        description="What is too long is shortened, what cannot be seen is replaced.",
        examples=["Ben Carter"],
    ),
]
"""What another system calls a person; see `names.fitted`."""
Title = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
Subject = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        description="What the caller's platform calls the person.",
        examples=["pupil-4711"],
    ),
    AfterValidator(one_line),
]
Overrides = Annotated[
    dict[Permission, StrictBool], Field(min_length=1, examples=[{"can_draw": False}])
]


class HostIn(Body):
    """Who hosts a session: a `user_id`, or the `subject` of a platform."""

    user_id: UserId | None = None
    issuer: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="Of the `subject`: the caller's own platform, or `lessonroom`."
    )
    subject: Subject | None = None
    name: NameElsewhere | None = Field(
        None, description="Of a `subject` that the server does not know."
    )

    @model_validator(mode="after")
    def _check_person(self) -> Self:
        if (self.user_id is None) == (self.subject is None):
            raise ValueError("name either a user_id or a subject")
        return self


class PatchSessionIn(Body):
    """What to change of a session; what is absent stays, null takes a time away."""

    title: Title = ""
    scheduled_start: InstantIn | None = None
    scheduled_end: InstantIn | None = None
    max_participants: StrictInt = Field(1, ge=1)
    is_recorded: StrictBool = Field(
        default=False, description="Whether it may be recorded; not once a recording was begun."
    )
    settings: SettingsPatch = SettingsPatch()
    host: HostIn | None = Field(None, description="For operators and platforms.")

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one of " + ", ".join(type(self).model_fields))
        return self


Template = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="To begin with: an item of one's shelf, or one that is shared (`GET /shelf/`).",
        examples=["q83vEjRWeJA1"],
    ),
]


class CreateSessionIn(Body):
    """A new session; the caller is its host."""

    session_type: Literal[SessionType.LESSON, SessionType.GROUP, SessionType.DEMO] = Field(
        SessionType.LESSON, description="A solo session has its own call."
    )
    title: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = Field(
        "", examples=["Fractions, part two"]
    )
    scheduled_start: InstantIn | None = None
    scheduled_end: InstantIn | None = None
    max_participants: StrictInt | None = Field(
        None,
        ge=1,
        description="Without the host; the server's own limit where absent, and at most.",
    )
    is_recorded: StrictBool = Field(
        default=False, description="Whether it may be recorded; that alone records nothing."
    )
    settings: SettingsIn = SettingsIn()
    external_id: str | None = Field(
        None,
        pattern=r"^[!-~]{1,128}$",
        description="The caller's own id: the same one again returns the same session.",
        examples=["booking-2026-0815"],
    )

    people: Annotated[tuple[UserId, ...], Field(max_length=100)] = Field(
        (), description="Whom it is for: people of earlier lessons (`GET /people/`)."
    )
    board: dict[str, Any] | None = Field(
        None,
        min_length=1,
        description="To begin with: the `board` of an export. Its images must lie on this server.",
        examples=[{"layers": [{"id": "base", "name": "Layer 1"}], "elements": {}}],
    )
    template: Template = None

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if self.board is not None and self.template is not None:
            raise ValueError("begin with a board or a template, not both")
        if (
            self.scheduled_start is not None
            and self.scheduled_end is not None
            and self.scheduled_end <= self.scheduled_start
        ):
            raise ValueError("scheduled_end must be after scheduled_start")
        return self


class CreateSoloIn(Body):
    """A session for the caller alone."""

    title: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = Field(
        "", examples=["Preparing Monday"]
    )


SeatKey = Annotated[
    str,
    Field(
        min_length=1,
        max_length=128,
        description="What a guest was given at joining; not looked at beside a token.",
        examples=["hT9dQ2vJm8yD0c4Wk3sZr1xLp6uBfNaEoGiYtRqVwXe"],
    ),
]


class JoinIn(Body):
    """How to get in: nothing for the host and those invited, otherwise the session's code.

    A guest who was there before has their seat again by its key. Where that is void, and a code and
    a name come with it, they come in as somebody new.
    """

    access_code: str | None = Field(None, max_length=64, examples=["7KQX-M2PA"])
    name: Name | None = Field(None, description="Needed of guests, ignored of others.")
    seat_key: SeatKey | None = None


class InvitationIn(Body):
    """What an invitation holds: nothing of the host and those invited, otherwise the code."""

    access_code: str | None = Field(None, max_length=64, examples=["7KQX-M2PA"])
    seat_key: SeatKey | None = None


class SeatIn(Body):
    """Whose seat it is: nothing for those with a token, of a guest the key."""

    seat_key: SeatKey | None = None


class TerminateIn(Body):
    """Why the session is ended."""

    reason: Reason | None = None


class KickIn(Body):
    """Why the participant is removed; they and everyone are told."""

    reason: Reason | None = None
    lock_link: StrictBool = Field(
        default=False, description="Change the access code, too: links from before open nothing."
    )

    def new_access_code(self) -> str | None:
        """Return another access code, where one is asked for."""
        return chance.new_access_code() if self.lock_link else None


class InviteIn(Body):
    """Whom to invite: by `user_id`, or by the `subject` of the caller's own platform."""

    user_id: UserId | None = None
    subject: Subject | None = None
    name: NameElsewhere | None = Field(
        None, description="Of a `subject` that the server does not know."
    )
    role: GuestRole = Role.STUDENT

    @model_validator(mode="after")
    def _check_person(self) -> Self:
        if (self.user_id is None) == (self.subject is None):
            raise ValueError("name either a user_id or a subject")
        return self


class RoleIn(Body):
    """What somebody is in the session from now on."""

    role: Literal[Role.HOST, Role.STUDENT, Role.VIEWER]


class PermissionsIn(Body):
    """What to grant (true) and withdraw (false), of one participant or of a whole role."""

    user_id: UserId | None = None
    role: GuestRole | None = None
    permissions: Overrides

    @model_validator(mode="after")
    def _check_whom(self) -> Self:
        if (self.user_id is None) == (self.role is None):
            raise ValueError("name either a user_id or a role")
        return self


class MediaIn(Body):
    """One's own tracks; what is absent stays as it is."""

    video_enabled: StrictBool | None = None
    audio_enabled: StrictBool | None = None
    screen_sharing: StrictBool | None = None

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one of video_enabled, audio_enabled, screen_sharing")
        return self


class RolePermissionsIn(Body):
    """All sixteen permissions of a role; those that are absent are withdrawn."""

    permissions: dict[Permission, StrictBool] = Field(examples=[{"can_draw": True}])


class UserTokenIn(Body):
    """Whom a user token is for."""

    name: Name
    subject: Subject | None = Field(
        None, description="The same subject is the same user; a new one is made where absent."
    )
    scope: Literal[Scope.USER, Scope.OPERATOR] = Scope.USER
    ttl_s: StrictInt | None = Field(None, ge=60, le=MAX_USER_TTL_S)


class RoomTokenIn(Body):
    """Whose seat a room token is for; the seat is made where it is missing."""

    session_id: str = Field(max_length=64)
    user_id: UserId | None = None
    subject: Subject | None = None
    name: NameElsewhere | None = Field(
        None, description="Of a `subject` that the server does not know."
    )
    role: Literal[Role.HOST, Role.STUDENT, Role.VIEWER, Role.SOLO] = Role.STUDENT
    ttl_s: StrictInt | None = Field(None, ge=60, le=MAX_ROOM_TTL_S)

    @model_validator(mode="after")
    def _check_person(self) -> Self:
        if (self.user_id is None) == (self.subject is None):
            raise ValueError("name either a user_id or a subject")
        return self


class SignOutIn(Body):
    """What is to end: this sign-in, or all of the caller's."""

    everywhere: StrictBool = False


class MeIn(Body):
    """What the caller wants to be called."""

    name: Name


class SignInLinkIn(Body):
    """Whom a link is for; the operator where nobody is named."""

    name: Name | None = Field(None, description="Whoever has this name here, or somebody new.")
    subject: Subject | None = Field(None, description="Tells two of one name apart.")
    scope: Literal[Scope.USER, Scope.OPERATOR] | None = Field(
        None, description="The operator's own link is one's for operators, others are for users."
    )
    lasts_h: StrictInt | None = Field(None, ge=1, le=168, description="How long it works; 1.")


class RevokeIn(Body):
    """A user token that is to be void."""

    token: Annotated[str, Field(min_length=1, max_length=4_096)]


class SignInIn(Body):
    """The code of a link that the server printed."""

    code: Annotated[str, Field(min_length=8, max_length=128, examples=["q7Jx0c1mS2kQ"])]
