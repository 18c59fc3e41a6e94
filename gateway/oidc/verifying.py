"""What the provider's tokens say: ID tokens, and logout tokens (Back-Channel Logout 2.6)."""

from typing import Any, Final

import msgspec

from actors.runtime.clock import Clock
from gateway.federation.faults import TokenFault
from gateway.federation.signed import ID_TYPES, Claims, IdClaims, Opener, Text, Time, wrong
from gateway.oidc.oidc_config import OidcConfig
from gateway.oidc.provider import Provider

LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"

_LOGOUT_TYPES: Final = ID_TYPES | {"logout+jwt"}
_OLDEST_LOGOUT_S: Final = 600


class _IdClaims(IdClaims, frozen=True, kw_only=True):
    sub: Text
    sid: Text | None = None


class _LogoutClaims(Claims, frozen=True, kw_only=True):
    jti: Text
    events: dict[str, object]
    # Not asked for by the first editions of the specification.
    exp: Time = 2**40
    sub: Text | None = None
    sid: Text | None = None
    nonce: object = None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an ID token names, and all that it says of them."""

    subject: str
    session: str | None
    """What the provider calls their session there, where it tells."""
    claims: dict[str, Any]


class LoggedOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session the provider has ended: all of a person's, or one; one of the two is said."""

    token_id: str
    subject: str | None
    session: str | None


class Verifier:
    """Verifies what one provider signed for this server."""

    def __init__(self, config: OidcConfig, provider: Provider, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._opener = Opener(
            config.issuer, config.client_id, provider.key, clock=clock, leeway_s=config.leeway_s
        )

    async def id_token(self, token: str, *, nonce: str) -> Verified:
        """Return whom a token names that answers the attempt with that nonce.

        Raises:
            FederationRefused: `wrong_token`, with what is wrong in one clause.

        """
        content = await self._opener.opened(token)
        claims = self._opener.answering(content, _IdClaims, nonce=nonce)
        return Verified(subject=claims.sub, session=claims.sid, claims=content)

    async def logout_token(self, token: str) -> LoggedOut:
        """Return whose session a logout token ends.

        Raises:
            FederationRefused: `wrong_token`, with what is wrong in one clause.

        """
        content = await self._opener.opened(token, _LOGOUT_TYPES)
        claims = self._opener.checked(content, _LogoutClaims)
        if claims.nonce is not None:
            raise wrong(TokenFault.TYPE, "it has a nonce, as an ID token has")
        if not isinstance(claims.events.get(LOGOUT_EVENT), dict):
            raise wrong(TokenFault.TYPE, "it does not say that somebody was logged out")
        if claims.iat < self._clock.now_ms() / 1000 - self._config.leeway_s - _OLDEST_LOGOUT_S:
            raise wrong(TokenFault.EXPIRED, "it is too old")
        if claims.sub is None and claims.sid is None:
            raise wrong(TokenFault.CLAIMS, "it does not say who was logged out")
        return LoggedOut(token_id=claims.jti, subject=claims.sub, session=claims.sid)
