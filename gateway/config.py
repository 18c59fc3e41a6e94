"""What the gateway has to be told: addresses, lifetimes and limits."""

from pathlib import Path

import msgspec

from gateway.oidc.oidc_config import OidcConfig
from gateway.public_address import PublicAddress
from gateway.recordings.limits import TakeLimits
from lessonroom.board.model.schema import OLDEST_CLIENT_SCHEMA


class TurnConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The STUN and TURN servers that browsers are told of (PROTOCOL RT-5)."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: bytes = b""
    """coturn's `static-auth-secret`; needed where `turn_urls` are given."""

    def __post_init__(self) -> None:
        """Refuse TURN servers that nobody could be let into."""
        if self.turn_urls and not self.turn_secret:
            message = "turn_urls need a turn_secret"
            raise ValueError(message)

    def __repr__(self) -> str:
        return f"TurnConfig(stun_urls={self.stun_urls!r}, turn_urls={self.turn_urls!r})"


class GatewayConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How the port is seen from outside, and what one caller may use."""

    public_url: str = ""
    """Scheme, host, port and path that browsers use; empty takes them from each request."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of pages that may call the API, besides the server's own; exact."""
    frame_ancestors: tuple[str, ...] = ()
    """Origins whose pages may show the classroom in a frame."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose `X-Forwarded-For` and `-Proto` are believed."""
    allows_query_token: bool = False
    """Whether a WebSocket may bring its token as `?token=` (PROTOCOL HS-2)."""
    oldest_schema: int = OLDEST_CLIENT_SCHEMA
    """The oldest board schema that a client may speak (PROTOCOL BD-16)."""
    max_connections: int = 2_000
    """WebSockets of the whole server at once."""
    room_token_ttl_s: int = 7_200
    user_token_ttl_s: int = 43_200
    seat_key_days: int = 30
    """How long a guest's seat key lasts from its last use; 0: guests get none."""
    reopen_days: int = 7
    """How long after its end a host may have a lesson go on; 0: not at all."""
    sign_in_ttl_s: int = 30 * 86_400
    """How long a sign-in by link lasts from when it was last renewed."""
    is_tls: bool = False
    """Whether the port itself encrypts."""
    max_participants: int = 200
    """Of a session that does not say, and at most."""
    max_body_bytes: int = 65_536
    max_upload_bytes: int = 5 * 1024 * 1024
    """Of an image as it is sent; once decoded and encoded anew it may take twice as many."""
    max_chat_file_bytes: int = 25 * 1024 * 1024
    """Of a file that comes with a message of the chat; of a picture `max_upload_bytes`."""
    max_image_pixels: int = 25_000_000
    asset_bytes_per_user: int = 2 * 1024 * 1024 * 1024
    """Of all that one person brought, over all sessions, and of what is on their shelf."""
    uploads_per_min: int = 30
    """Of one person, and as many at once."""
    exports_per_min: int = 20
    """Drawings for one person, and as many at once."""
    formulas_per_min: int = 120
    """Formulas that one person has drawn or looks at while writing, and as many at once."""
    sessions_per_min: int = 60
    """New sessions of one person; twice as many at once. Each MiB of a board counts as one."""
    launches_per_min: int = 3_000
    """Launches of one platform; half as many at once. Ten people of one count as one more."""
    sessions_per_user: int = 5_000
    """Sessions of one host that are kept, those that are over among them."""
    shelf_items_per_user: int = 1_000
    """Things on one person's shelf."""
    export_fonts: tuple[str, ...] = ()
    """Font files of the letters that ours lack."""
    exports_at_once: int = 2
    """Processes that draw, of up to 1.5 GiB each."""
    images_at_once: int = 2
    """Processes that decode uploads, of up to 768 MiB each."""
    documents_at_once: int = 1
    """Processes that read documents, of up to 1.5 GiB each; eight times as many take turns."""
    max_document_bytes: int = 100 * 1024 * 1024
    max_pack_bytes: int = 1024 * 1024 * 1024
    """Of a lesson pack that is taken up."""
    retention_days: int = 0
    """Days that ended sessions are kept; 0: for ever."""
    document_pages: int = 300
    """Of one document that are imported."""
    office: Path | None = None
    """LibreOffice's `soffice`, which makes PDF of office documents; None: they are not taken."""
    chunk_bytes: int = 4 * 1024 * 1024
    """Of a take, each: two seconds of a screen take a tenth of that."""
    take_limits: TakeLimits = TakeLimits()
    join_attempts_per_min: int = 10
    """Wrong access codes from one address before it has to wait."""
    oidc: OidcConfig | None = None
    """The provider by which a school's people sign in; None: they do not."""
    provider_answers_per_min: int = 120
    """Of one address, which may be a school's: each has the provider asked."""
    guest_joins_per_min: int = 120
    """New guests of one session; twice as many may come at once, as a class does."""
    requests_per_min_address: int = 6_000
    """Calls of the API from one address, which may be a school's; half as many at once."""
    requests_per_min_user: int = 600
    """Calls of the API by one person; half as many at once."""
    connects_per_min_user: int = 60
    """WebSockets that one person opens; as many at once."""
    connects_per_min_address: int = 3_000
    """WebSockets that one address opens, which may be a school's; as many at once."""
    metrics_allowed: tuple[str, ...] = ()
    """Addresses and networks that may read `/metrics`, besides the operator."""
    are_calendars_served: bool = True
    """Whether people may have addresses to subscribe to their lessons by."""
    is_openapi_served: bool = False
    """Whether `/openapi.json` describes the API to whoever asks."""
    turn: TurnConfig = TurnConfig()

    @property
    def reopen_within_ms(self) -> int:
        """How long after its end a lesson may be reopened."""
        return self.reopen_days * 86_400_000

    @property
    def public(self) -> PublicAddress | None:
        """What `public_url` says; None where it says nothing."""
        return PublicAddress.of(self.public_url) if self.public_url else None
