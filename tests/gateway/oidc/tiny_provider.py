"""A provider of one's own on loopback, which does what it should, or signs wrong on purpose."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.manual_clock import ManualClock

CLIENT = "lessonroom"
CLIENT_SECRET = "what the provider calls the secret: & it is one"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
SMALL_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)  # noqa: S505 - refused
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())

Changes = dict[str, Any]
_LEFT_OUT = object()


def without(*names: str) -> Changes:
    """Return changes that leave claims out."""
    return dict.fromkeys(names, _LEFT_OUT)


def changed(claims: Changes, changes: Changes) -> Changes:
    """Return claims with changes."""
    merged = {**claims, **changes}
    return {name: value for name, value in merged.items() if value is not _LEFT_OUT}


def public_jwk(key: Any, kid: str, **more: str) -> Changes:  # noqa: ANN401 - of any kind
    """Return the public half of a key as a provider lists it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", **more}


class TinyProvider:
    """Listens from `start` to `stop`; what it says is in its attributes."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.keys: list[Changes] = [public_jwk(KEY, "first")]
        self.discovery: Changes = {}
        self.claims: Changes = {}
        """Changes of what an ID token says."""
        self.userinfo: Changes | None = None
        self.sign: Callable[[Changes], str] = self.signed
        self.is_down = False
        self.asked: list[str] = []
        self.token_answer: tuple[int, bytes] | None = None
        self._codes: dict[str, dict[str, str]] = {}
        self._server: asyncio.Server | None = None
        self.issuer = ""

    async def start(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.issuer = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        """Listen no more."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    # --- what a browser has of it

    def authorise(self, url: str, subject: str = "ada") -> dict[str, str]:
        """Return what somebody brings back who signed in at the address that they were sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorise?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert asked["client_id"] == CLIENT
        code = f"code-{len(self._codes)}"
        self._codes[code] = {**asked, "subject": subject}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    # --- what it signs

    def signed(
        self,
        claims: Changes,
        *,
        key: Any = KEY,  # noqa: ANN401 - of any kind
        alg: str = "RS256",
        **header: Any,  # noqa: ANN401 - any JSON value
    ) -> str:
        """Return claims as a JWT."""
        headers = changed({"kid": "first"}, header)
        return jwt.encode(claims, key, alg, headers=headers)

    def logout_token(self, changes: Changes, **header: Any) -> str:  # noqa: ANN401
        """Return what says that somebody was logged out."""
        now_s = self.clock.now_ms() // 1000
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now_s,
            "exp": now_s + 120,
            "jti": "logout-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return self.signed(changed(claims, changes), **{"typ": "logout+jwt", **header})

    def _id_token(self, asked: dict[str, str]) -> str:
        now_s = self.clock.now_ms() // 1000
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["subject"],
            "iat": now_s,
            "exp": now_s + 300,
            "nonce": asked["nonce"],
            "name": "Ada Lovelace",
            "groups": ["teachers"],
        }
        return self.sign(changed(claims, self.claims))

    # --- what it answers

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path = first.split(" ")[1]
        self.asked.append(path)
        status, answer = (503, b"") if self.is_down else self._answer(path, headers, body)
        writer.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            b"Location: /keys\r\nConnection: close\r\n\r\n%s" % (status, len(answer), answer)
        )
        await writer.drain()
        writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/out",
                "authorization_response_iss_parameter_supported": True,
            }
            return 200, json.dumps(changed(told, self.discovery)).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": self.keys}).encode()
        if path == "/userinfo":
            assert headers["authorization"] == "Bearer access"
            return 200, json.dumps(self.userinfo).encode()
        return self.token_answer or self._tokens(headers, body)

    def _tokens(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        scheme, _, pair = headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or base64.b64decode(pair).decode() != (
            "lessonroom:what+the+provider+calls+the+secret%3A+%26+it+is+one"
        ):
            return 401, b'{"error": "invalid_client"}'
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()
        )
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge.decode().rstrip("=")
        ):
            return 400, b'{"error": "invalid_grant"}'
        answer = {"access_token": "access", "id_token": self._id_token(asked)}
        return 200, json.dumps(answer).encode()
