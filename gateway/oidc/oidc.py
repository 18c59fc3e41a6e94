"""The whole way through the provider, and back out of it."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import msgspec

from actors.runtime.clock import Clock
from gateway.federation.attempts import Attempt, Attempts
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.fetching import Fetcher
from gateway.identity.tokens import Tokens
from gateway.oidc.arriving import Arrival, arrival_of, is_told
from gateway.oidc.oidc_config import OidcConfig
from gateway.oidc.provider import Metadata, Provider
from gateway.oidc.verifying import LoggedOut, Verified, Verifier
from gateway.reachable import Resolver, resolve

_OK: Final = 200
_MAX_CODE: Final = 4_096
_EXPECTED_ERRORS: Final = frozenset({"access_denied", "login_required", "consent_required"})
_OWN_FAULTS: Final = frozenset(
    {"invalid_client", "unauthorized_client", "invalid_scope", "redirect_uri_mismatch"}
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the provider has named, and who may come in."""

    issuer: str
    subject: str
    arrival: Arrival
    session: str
    """Names their session at the provider, for `Revocations`; a hash, as the token shows it."""


class Oidc:
    """Signs people in by one provider. `close` ends its connections.

    Args:
        config: the provider, and who may come in.
        tokens: the server's own, of whose secret attempts are made.
        clock: the time.
        resolver: how names of hosts are looked up.

    """

    def __init__(
        self, config: OidcConfig, tokens: Tokens, clock: Clock, *, resolver: Resolver = resolve
    ) -> None:
        self.config = config
        self._attempts = Attempts(tokens, clock)
        self._fetcher = Fetcher(config.networks, resolver=resolver)
        self._provider = Provider(config, self._fetcher, clock)
        self._verifier = Verifier(config, self._provider, clock)

    async def close(self) -> None:
        """End the connections."""
        await self._fetcher.close()

    async def begin(self, cookie: str | None, *, redirect_uri: str) -> tuple[str, str]:
        """Return the cookie of a browser, and where it is to go.

        Raises:
            FederationRefused: `unreachable`, `misconfigured`, `busy`.

        """
        metadata = await self._provider.metadata()
        cookie, attempt = self._attempts.begin(cookie)
        asked = {
            "response_type": "code",
            "client_id": self.config.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.config.scopes),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return cookie, _with_query(metadata.authorization_endpoint, asked)

    async def finish(
        self, cookie: str | None, answer: Mapping[str, str], *, redirect_uri: str
    ) -> Person:
        """Return who has come back from the provider.

        Args:
            cookie: of the browser.
            answer: the parameters of the address that it was sent back to.
            redirect_uri: that address without them, as the provider was told it.

        Raises:
            FederationRefused: they are not signed in.

        """
        attempt = self._attempts.resume(cookie, answer.get("state", ""))
        metadata = await self._provider.metadata()
        # Another provider's answer is none, whatever it says (RFC 9207).
        needs_issuer = metadata.authorization_response_iss_parameter_supported
        issuer = answer.get("iss", None if needs_issuer else self.config.issuer)
        if issuer != self.config.issuer:
            raise FederationRefused(Fault.WRONG_TOKEN, "the answer is another provider's")
        if "error" in answer:
            raise _answered(answer["error"])
        code = answer.get("code", "")
        if not 0 < len(code) <= _MAX_CODE:
            raise FederationRefused(Fault.DENIED, "the answer has neither a code nor an error")
        verified, access_token = await self._redeemed(metadata, code, attempt, redirect_uri)
        claims = verified.claims
        if access_token and metadata.userinfo_endpoint and not is_told(claims, self.config):
            more = await self._userinfo(metadata.userinfo_endpoint, access_token, verified)
            # What was signed counts before what was not.
            claims = {**more, **claims}
        return Person(
            issuer=self.config.issuer,
            subject=verified.subject,
            arrival=arrival_of(claims, self.config),
            session=self.name_of_session(verified.session)
            if verified.session
            else self.name_of_person(verified.subject),
        )

    async def logged_out(self, token: str) -> LoggedOut:
        """Return whose session the provider has ended.

        Raises:
            FederationRefused: the token is not to be believed, or its key could not be had.

        """
        return await self._verifier.logout_token(token)

    def end_session_url(self, *, back_to: str) -> str | None:
        """Return where a browser ends the session at the provider, if it was told of one.

        Nobody waits for the provider: what it last said counts.
        """
        metadata = self._provider.known
        if metadata is None or metadata.end_session_endpoint is None:
            return None
        asked = {"client_id": self.config.client_id, "post_logout_redirect_uri": back_to}
        return _with_query(metadata.end_session_endpoint, asked)

    def name_of_session(self, session: str) -> str:
        """Return what a session of the provider is called in tokens and marks."""
        return self._digest("sid", session)

    def name_of_person(self, subject: str) -> str:
        """Return what stands for sessions of which the provider told no name."""
        return self._digest("sub", subject)

    def name_of_logout(self, token_id: str) -> str:
        """Return what a logout token is remembered by."""
        return self._digest("jti", token_id)

    def _digest(self, kind: str, name: str) -> str:
        named = f"{kind}\0{self.config.issuer}\0{name}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    async def _redeemed(
        self, metadata: Metadata, code: str, attempt: Attempt, redirect_uri: str
    ) -> tuple[Verified, str | None]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        more, authorization = self._credentials(metadata)
        answer = await self._fetcher.post(
            metadata.token_endpoint, {**form, **more}, authorization=authorization
        )
        content = answer.object or {}
        if answer.status != _OK:
            if answer.status >= 500:  # noqa: PLR2004 - of HTTP
                why = f"asked for a token, the provider answered {answer.status}"
                raise FederationRefused(Fault.UNREACHABLE, why)
            raise _answered(content.get("error"))
        token = content.get("id_token")
        if not isinstance(token, str):
            raise FederationRefused(
                Fault.MISCONFIGURED, "no id_token: is openid among oidc.scopes?"
            )
        access_token = content.get("access_token")
        verified = await self._verifier.id_token(token, nonce=attempt.nonce)
        return verified, access_token if isinstance(access_token, str) else None

    def _credentials(self, metadata: Metadata) -> tuple[dict[str, str], str | None]:
        """Return how this server says who it is: in the form, or in a header (RFC 6749 2.3.1)."""
        client_id, secret = self.config.client_id, self.config.client_secret
        if not secret:
            return {"client_id": client_id}, None
        methods = metadata.token_endpoint_auth_methods_supported
        if "client_secret_basic" in methods:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
            return {}, f"Basic {base64.b64encode(pair.encode()).decode()}"
        if "client_secret_post" in methods:
            return {"client_id": client_id, "client_secret": secret}, None
        raise FederationRefused(Fault.MISCONFIGURED, "the provider takes no client_secret")

    async def _userinfo(self, url: str, token: str, verified: Verified) -> dict[str, object]:
        answer = await self._fetcher.get(url, token=token)
        if answer.status != _OK or answer.object is None:
            raise FederationRefused(
                Fault.UNREACHABLE, f"asked for userinfo, the provider answered {answer.status}"
            )
        if answer.object.get("sub") != verified.subject:
            raise FederationRefused(
                Fault.WRONG_TOKEN, "the provider's userinfo is of somebody else"
            )
        return answer.object


def _answered(error: object) -> FederationRefused:
    """Return the refusal that a provider's error stands for; of its words known ones are told."""
    if not isinstance(error, str):
        return FederationRefused(Fault.DENIED, "the provider said no")
    if error in _EXPECTED_ERRORS:
        return FederationRefused(Fault.DENIED, f"the provider said {error}")
    if error in _OWN_FAULTS:
        return FederationRefused(Fault.MISCONFIGURED, f"the provider said {error}")
    if error == "invalid_grant":
        return FederationRefused(Fault.DENIED, "the provider did not take the code")
    return FederationRefused(Fault.DENIED, "the provider said an error of its own")


def _with_query(url: str, asked: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *asked.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
