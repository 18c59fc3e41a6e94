"""How long a connection may live: as long as a token of its person. And that it is freed then."""

from websockets.server import ServerProtocol

from gateway.identity.tokens import RoomClaims
from gateway.socket.socket_services import SocketServices
from gateway.socket.turn_credentials import ice_servers
from lessonroom.codes import ErrorCode, Refused
from lessonroom.protocol.server import TokenTaken


class Lifetime:
    """What one connection lives by; nothing until it has shown a token."""

    def __init__(self, services: SocketServices) -> None:
        self._services = services
        self._claims: RoomClaims | None = None
        self._expires_at_s = services.clock.monotonic_s()

    def live_by(self, claims: RoomClaims) -> None:
        """Live as long as a token lasts that was verified."""
        clock = self._services.clock
        self._claims = claims
        self._expires_at_s = clock.monotonic_s() + (claims.expires_at_ms - clock.now_ms()) / 1000

    def over(self, now_s: float) -> str | None:
        """Return why the connection must end now; None where it may live on."""
        if now_s >= self._expires_at_s:
            return "the token has expired"
        if self._claims is not None and self._services.is_signed_out(self._claims):
            return "signed out"
        return None

    def renew(self, token: str) -> TokenTaken:
        """Live by another token of the same seat, where it lasts longer (PROTOCOL HS-8).

        Raises:
            Refused: `unauthorized`; nothing has changed.

        """
        held = self._claims
        assert held is not None, "only who has shown a token is heard"  # noqa: S101
        claims = self._services.tokens.verify_room(token, held.session_id)
        self._services.check_signed_in(claims)
        if claims.user_id != held.user_id:
            raise Refused(ErrorCode.UNAUTHORIZED, "the token was refused: it is another person's")
        if claims.expires_at_ms > held.expires_at_ms:
            self.live_by(claims)
            held = claims
        expires_at_s = held.expires_at_ms // 1000
        servers = ice_servers(held.user_id, expires_at_s, self._services.config.turn)
        return TokenTaken(held.expires_at_ms, servers)


def untie(protocol: ServerProtocol) -> None:
    """Have the library's protocol of a connection that is gone freed with its socket.

    It and its parser, a generator, hold each other, and so do the tracebacks of what went wrong.
    Only the garbage collector's look at everything would find that, which comes when a quarter more
    is alive: in a full server, megabytes later.
    """
    protocol.parser.close()
    protocol.parser_exc = protocol.handshake_exc = None
