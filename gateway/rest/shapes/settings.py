"""The settings of a session, as the HTTP API takes and shows them."""

from typing import Annotated, Literal, Self

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from lessonroom.people.permissions import Permission, Role
from lessonroom.recording.recording import (
    MOST_RETENTION_DAYS,
    RecordingAccess,
    RecordingSettings,
    TakeKind,
)
from lessonroom.session.session import (
    MAX_RETENTION_DAYS,
    ChatPolicy,
    HistoryPolicy,
    IcePolicy,
    SessionSettings,
    SignalPolicy,
)

GuestRole = Literal[Role.STUDENT, Role.VIEWER]
"""The roles that are given; a session has the host that it was created by."""


class Body(BaseModel):
    """What a request brings; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _each_once(values: tuple[TakeKind | Role, ...]) -> tuple[TakeKind | Role, ...]:
    if len(set(values)) != len(values):
        raise ValueError("must name each once")
    return values


class RecordingSettingsIn(Body):
    """What recordings of a session hold, and who may have them; what is absent has its default."""

    kinds: Annotated[
        tuple[TakeKind, ...],
        Field(min_length=1, max_length=3, json_schema_extra={"uniqueItems": True}),
        AfterValidator(_each_once),
    ] = RecordingSettings().kinds
    roles: Annotated[
        tuple[Role, ...],
        Field(min_length=1, max_length=4, json_schema_extra={"uniqueItems": True}),
        AfterValidator(_each_once),
    ] = Field(default=RecordingSettings().roles, description="Of whom something is kept.")
    listeners: RecordingAccess = Field(
        RecordingAccess.PARTICIPANTS, description="Who may listen afterwards."
    )
    downloads: RecordingAccess = Field(RecordingAccess.HOST, description="Who may have the files.")
    retention_days: StrictInt | None = Field(
        None,
        ge=0,
        le=MOST_RETENTION_DAYS,
        description="Days that takes are kept after the end; as long as the session if null.",
    )


class SettingsIn(Body):
    """How the session is run; what is absent has its default."""

    allow_guests: StrictBool = Field(
        default=True, description="People without a token may join by code."
    )
    guest_role: GuestRole = Field(Role.STUDENT, description="What guests join as.")
    waiting_room: StrictBool = Field(
        default=False, description="All but the host wait until they are admitted."
    )
    grace_s: StrictInt | None = Field(
        None, ge=0, le=3_600, description="Seconds a dropped participant keeps the seat."
    )
    signal_policy: SignalPolicy = Field(SignalPolicy.ALL, description="Who may call whom.")
    ice_policy: IcePolicy = Field(
        IcePolicy.ALL, description="`relay` hides the participants' addresses from each other."
    )
    chat_policy: ChatPolicy = Field(ChatPolicy.ALL, description="Who may write into the chat.")
    history_policy: HistoryPolicy = Field(
        HistoryPolicy.ALL,
        description="Who may look at the history once the session is over: whoever has a seat, or"
        " who leads it.",
    )
    retention_days: StrictInt | None = Field(
        None,
        ge=0,
        le=MAX_RETENTION_DAYS,
        description="Days that the session is kept after its end; the server's setting if null.",
    )
    recording: RecordingSettingsIn = Field(
        default=RecordingSettingsIn(), description="What recordings hold, and who may have them."
    )
    permissions: dict[GuestRole, dict[Permission, StrictBool]] = Field(
        default_factory=dict,
        description="Overrides by role.",
        examples=[{"student": {"can_draw": False}}],
    )

    def to_core(self) -> SessionSettings:
        """Return the settings as the room knows them."""
        return msgspec.convert(self.model_dump(mode="json"), SessionSettings)


class SettingsPatch(Body):
    """Settings to change; what is absent stays. Permissions are changed by `permissions/`."""

    allow_guests: StrictBool = True
    guest_role: GuestRole = Role.STUDENT
    waiting_room: StrictBool = False
    grace_s: StrictInt | None = Field(None, ge=0, le=3_600)
    retention_days: StrictInt | None = Field(None, ge=0, le=MAX_RETENTION_DAYS)
    signal_policy: SignalPolicy = SignalPolicy.ALL
    ice_policy: IcePolicy = IcePolicy.ALL
    chat_policy: ChatPolicy = ChatPolicy.ALL
    history_policy: HistoryPolicy = HistoryPolicy.ALL
    recording: RecordingSettingsIn = Field(
        default=RecordingSettingsIn(), description="All of it anew; not while a recording is on."
    )


class RecordingSettingsOut(BaseModel):
    """What recordings of a session hold, and who may have them."""

    kinds: list[TakeKind]
    roles: list[Role]
    listeners: RecordingAccess
    downloads: RecordingAccess
    retention_days: int | None


class SettingsOut(BaseModel):
    """How the session is run."""

    allow_guests: bool
    guest_role: Role
    waiting_room: bool
    grace_s: int | None
    signal_policy: SignalPolicy
    ice_policy: IcePolicy
    chat_policy: ChatPolicy
    history_policy: HistoryPolicy
    retention_days: int | None
    recording: RecordingSettingsOut
    permissions: dict[Role, dict[Permission, bool]]

    @classmethod
    def of(cls, settings: SessionSettings) -> Self:
        """Return the settings as they are shown."""
        return cls.model_validate(msgspec.structs.asdict(settings), from_attributes=True)
