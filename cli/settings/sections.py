"""The sections of config.toml: every key with its type, unit, bounds and default."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cli.settings.section import Section
from cli.settings.setting_types import (
    Allowed,
    ApiKeys,
    CalcomSecrets,
    CollectorUrl,
    DatabaseUrl,
    DirectoryPath,
    EndpointUrl,
    FontPaths,
    Host,
    KeyIdOrOwn,
    Networks,
    OptionalFilePath,
    OptionalProgramPath,
    OptionalSecret,
    Origins,
    PublicUrl,
    Seconds,
    Secrets,
    StunUrls,
    TurnUrls,
    WebhookSecret,
    WebhookSecrets,
    Whole,
)
from lessonroom.session.session import IcePolicy
from storage.announcing.notices import Told

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_KIB = 1024
_MIB = 1024 * 1024


class ServerSettings(Section):
    """The port and who may reach it."""

    host: Host = Field("127.0.0.1", description="Address to listen on.")
    port: Whole = Field(
        8700, ge=0, le=65_535, description="TCP port to listen on; 0 picks a free one."
    )
    public_url: PublicUrl = Field(
        "", description="Address that browsers use, if a proxy or a name stands in front."
    )
    allowed_origins: Origins = Field(
        (), description="Origins of pages that may connect, besides the server's own."
    )
    frame_ancestors: Origins = Field(
        (), description="Origins whose pages may show the classroom in a frame; none by default."
    )
    openapi: bool = Field(
        default=False, description="Serve the description of the HTTP API at /openapi.json."
    )
    calendars: bool = Field(
        default=True, description="People may have an address to subscribe to their lessons by."
    )
    behind_proxy: bool = Field(
        default=False,
        description="A proxy in front does TLS, so that plain HTTP off loopback is intended.",
    )
    trusted_proxies: Networks = Field(
        ("127.0.0.1", "::1"),
        description="Proxies whose X-Forwarded-* headers are believed, if behind_proxy.",
    )
    tls_cert: OptionalFilePath = Field(None, description="Certificate chain, PEM.")
    tls_key: OptionalFilePath = Field(None, description="Private key of tls_cert, PEM.")
    tls: Literal["", "self-signed"] = Field(
        "",
        description="self-signed makes a certificate in data_dir, for a network without names; "
        "browsers ask before they trust it.",
    )
    metrics_allowed: Networks = Field(
        (), description="Addresses that may read /metrics, besides the operator's socket."
    )
    max_connections: Whole = Field(
        2_000, ge=1, le=100_000, description="WebSockets open at once, over all rooms."
    )
    handshake_timeout_s: Seconds = Field(
        10, ge=1, le=120, description="Time for a request's headers, and for the first message, s."
    )
    idle_timeout_s: Seconds = Field(
        30, ge=5, le=600, description="Silence after which a connection is closed, s."
    )
    shutdown_timeout_s: Seconds = Field(
        8, ge=1, le=60, description="Time that a stopping server gives its connections, s."
    )

    @model_validator(mode="after")
    def _check_tls_pair(self) -> "ServerSettings":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key go together: set both, or none")
        if self.tls and self.tls_cert is not None:
            raise ValueError("tls makes a certificate of its own: set it, or tls_cert and tls_key")
        return self

    @model_validator(mode="after")
    def _check_exposure(self) -> "ServerSettings":
        is_protected = self.tls_cert is not None or bool(self.tls) or self.behind_proxy
        if self.host not in _LOOPBACK_HOSTS and not is_protected:
            raise ValueError(
                f"host {self.host} is reachable from other machines, and nothing encrypts: set "
                'tls_cert and tls_key, or tls = "self-signed", or behind_proxy = true where a '
                "proxy does TLS"
            )
        if self.behind_proxy and not self.trusted_proxies:
            raise ValueError("behind_proxy needs the proxy's address in trusted_proxies")
        return self


class StorageSettings(Section):
    """Where lessons are kept."""

    data_dir: DirectoryPath = Field(
        Path("lessonroom-data"),
        description="Directory of the database, the signing secret and the operator's socket; "
        "made with mode 0700. Relative to where the server is started.",
    )
    url: DatabaseUrl = Field("", description="Database; empty is SQLite in data_dir.")
    durability: Literal["power", "process"] = Field(
        "power",
        description="What an acknowledged event survives: a power cut, or only the end of the "
        "process.",
    )
    backup_before_upgrade: bool = Field(
        default=True,
        description="Copy the SQLite database to a file beside it before a newer program's tables "
        "are made in it.",
    )
    retention_days: Whole = Field(
        0, ge=0, le=36_500, description="Days to keep ended lessons; 0 keeps them for ever."
    )


class AuthSettings(Section):
    """Who is let in."""

    secret: Secrets = Field(
        (),
        description="Signs tokens. Several may be listed: the first signs, all verify. Empty: one "
        "is made in data_dir at first start.",
    )
    room_token_ttl_s: Whole = Field(
        7_200, ge=60, le=86_400, description="How long a room token is valid, s."
    )
    user_token_ttl_s: Whole = Field(
        43_200, ge=60, le=2_592_000, description="How long a user token made here is valid, s."
    )
    sign_in_days: Whole = Field(
        30, ge=1, le=30, description="How long a sign-in by link lasts from its last use, days."
    )
    leeway_s: Whole = Field(
        30, ge=0, le=300, description="Difference of clocks that token checks forgive, s."
    )
    allow_query_token: bool = Field(
        default=False, description="Accept `?token=` on WebSockets. Proxies log query strings."
    )
    join_attempts_per_min: Whole = Field(
        10,
        ge=1,
        le=1_000,
        description="Wrong access codes of one address at one session, per minute.",
    )
    api_keys: ApiKeys = Field(
        default_factory=dict,
        description="Platforms that mint user tokens themselves: id = secret.",
    )


class RoomSettings(Section):
    """How rooms behave; a session's own settings override what it may."""

    max_participants: Whole = Field(
        200, ge=1, le=1_000, description="Participants of a session that does not say, and at most."
    )
    grace_s: Seconds = Field(
        20, ge=0, le=600, description="Time that a dropped participant keeps the seat, s."
    )
    fanout_interval_ms: Whole = Field(
        20,
        ge=0,
        le=1_000,
        description="Least time between two flushes of a busy room, and between two transactions"
        " of a busy server, ms; a server with few strokes begins four times as many.",
    )
    autosave_s: Seconds = Field(
        10, ge=1, le=3_600, description="Least time between two automatic snapshots, s."
    )
    snapshot_events: Whole = Field(
        500, ge=1, le=1_000_000, description="Events after which a snapshot is taken early."
    )
    resume_window: Whole = Field(
        4_096, ge=0, le=1_000_000, description="Events back that a delta can be had."
    )
    expire_after_h: Seconds = Field(
        24, ge=1, le=8_760, description="Time until a lesson without an end expires unstarted, h."
    )
    pause_when_empty_min: Seconds = Field(
        10, ge=1, le=1_440, description="Time until an empty lesson's time stands still, min."
    )
    seat_key_days: Whole = Field(
        30,
        ge=0,
        le=365,
        description="How long a guest's browser can have their seat again, from the last time, "
        "days; 0: only as long as a room token lasts.",
    )
    end_when_empty_min: Seconds = Field(
        60, ge=1, le=10_080, description="Time until an empty lesson past its end is over, min."
    )
    end_when_empty_days: Seconds = Field(
        7, ge=1, le=3_650, description="Time until an empty lesson without an end is over, days."
    )
    reopen_days: Whole = Field(
        7,
        ge=0,
        le=3_650,
        description="How long after its end a host may have a lesson go on, days; 0: not at all.",
    )


class DocumentSettings(Section):
    """What people may import besides PDF."""

    office: OptionalProgramPath = Field(
        None,
        description="LibreOffice's soffice, which makes PDF of office documents; without it they "
        "are not taken. Needs Linux with Landlock.",
    )


class RecordingSectionSettings(Section):
    """Recording lessons: of whom something is kept is asked of each of them."""

    enabled: bool = Field(
        default=True, description="Let hosts record lessons whose `is_recorded` is set."
    )
    chunk_bytes: Whole = Field(
        4 * 1024 * 1024,
        ge=2 * 1024 * 1024,
        le=64 * 1024 * 1024,
        description="Of a take that is sent, bytes at a time.",
    )
    bytes_per_session: Whole = Field(
        4 * 1024**3, ge=1, le=2**50, description="Bytes of a session's takes."
    )
    bytes_per_user: Whole = Field(
        20 * 1024**3, ge=1, le=2**50, description="Bytes of the takes of one host's sessions."
    )
    bytes_total: Whole = Field(
        0, ge=0, le=2**50, description="Bytes of all takes; 0: no limit but `free_bytes`."
    )
    free_bytes: Whole = Field(
        2 * 1024**3,
        ge=0,
        le=2**50,
        description="Bytes that the disk must have left; below that recordings end, lessons go on.",
    )
    late_upload_h: Whole = Field(
        72,
        ge=1,
        le=720,
        description="How long a page that was closed may send what is left of a take, hours.",
    )


class WebrtcSettings(Section):
    """How browsers reach each other for audio and video."""

    stun_urls: StunUrls = Field(
        (), description="STUN servers. None of a third party unless you name it."
    )
    turn_urls: TurnUrls = Field((), description="TURN servers (coturn with use-auth-secret).")
    turn_secret: OptionalSecret = Field(
        None, description="coturn's static-auth-secret; never the signing secret."
    )
    ice_policy: Literal["auto", "all", "relay"] = Field(
        "auto",
        description="relay hides the participants' addresses from each other and needs TURN; auto "
        "is relay where turn_urls are set.",
    )

    @property
    def rooms_ice_policy(self) -> IcePolicy:
        """What rooms are told: `auto` relays where there are TURN servers."""
        if self.ice_policy == "auto":
            return IcePolicy.RELAY if self.turn_urls else IcePolicy.ALL
        return IcePolicy(self.ice_policy)

    @model_validator(mode="after")
    def _check_turn(self) -> "WebrtcSettings":
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("turn_urls need turn_secret")
        if self.ice_policy == "relay" and not self.turn_urls:
            raise ValueError('ice_policy = "relay" needs turn_urls')
        return self


class EndpointSettings(BaseModel):
    """A platform's address that is told of events; `events` empty: all but strokes and tracks."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: EndpointUrl
    secret: WebhookSecret
    events: tuple[Told, ...] = ()


class ExportSettings(Section):
    """What exports are drawn with."""

    fonts: FontPaths = Field(
        (),
        description="Font files, or folders of them, for letters that our own lack: Chinese, "
        "Hindi and others. `lessonroom doctor` names what cannot be drawn.",
    )


class WebhookSettings(Section):
    """Bookings that come in, and events that go out, both signed."""

    inbound_secrets: WebhookSecrets = Field(
        (),
        description="Verify bookings in the form of Standard Webhooks. Several for rotation; none "
        "takes none.",
    )
    calcom_secrets: CalcomSecrets = Field((), description="Verify bookings of cal.com.")
    booking_issuer: KeyIdOrOwn = Field(
        "lessonroom",
        description="Platform of the people in a booking that does not say; its api key's id.",
    )
    endpoints: Annotated[
        tuple[EndpointSettings, ...],
        Allowed(
            'a list of tables with url ("https://…"), secret ("whsec_…") and, to choose, events'
            ' (such as "session_start"; else all but strokes and tracks); each url once'
        ),
    ] = Field((), description="Platforms that are told of events.")
    allowed_networks: Networks = Field(
        (),
        description="Private networks in which endpoints may be, also without TLS.",
    )

    @model_validator(mode="after")
    def _check_endpoints(self) -> "WebhookSettings":
        urls = [endpoint.url for endpoint in self.endpoints]
        if len(set(urls)) < len(urls):
            raise ValueError("endpoints names the same url twice")
        return self


class LogSettings(Section):
    """What is said on stderr."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level of lines that are written."
    )
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="console for people, json for programs; auto looks for a terminal."
    )


class TracesSettings(Section):
    """Traces of requests, commits and flushes, for a collector; needs `lessonroom[traces]`."""

    endpoint: CollectorUrl = Field(
        "", description="Where traces go, as OTLP over HTTP; none are made without it."
    )
    share: float = Field(
        0.1, gt=0, le=1, allow_inf_nan=False, description="Which part of all traces is sent."
    )
    service: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        "lessonroom", description="What the server is called in them."
    )
