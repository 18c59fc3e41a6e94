"""A learning platform of one's own on loopback, written from the specification of LTI 1.3.

It begins launches, signs messages, tells its keys, gives access tokens for client assertions, and
has the services of LTI Advantage; or does any of it wrong on purpose.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from tests.gateway.oidc.tiny_provider import KEY, Changes, changed, public_jwk
from tests.manual_clock import ManualClock

CLIENT: Final = "lessonroom-at-school"
DEPLOYMENT: Final = "deployment-1"
CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DL: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCOPES: Final = {
    "members": "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    "lineitem": "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "score": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
}
TEACHER: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
LEARNER: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
KeySet = Callable[[], Awaitable[list[dict[str, Any]]]]
Answer = tuple[int, Any, dict[str, str]]


class TinyPlatform:
    """Listens from `start` to `stop`; what it says is in its attributes."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.issuer = ""
        self.keys: list[Changes] = [public_jwk(KEY, "first")]
        self.claims: Changes = {}
        """Changes of every message."""
        self.sign: Callable[[Changes], str] = self.signed
        self.is_down = False
        self.asked: list[tuple[str, str]] = []
        """Methods and paths, in order."""
        self.tool_keys: KeySet | None = None
        """Where it finds the keys of the tool."""
        self.members: list[Changes] = []
        self.page_size = 2
        self.more_pages_at = ""
        """Where it says that the pages after the first are; empty: at itself."""
        self.line_items: list[Changes] = []
        self.scores: list[tuple[str, Changes]] = []
        """Of which column, and what was told of whom."""
        self.grants: list[str] = []
        """The scopes of access tokens that were given."""
        self.refuses: dict[str, int] = {}
        """Path to the status that it is answered with, whatever is asked."""
        self.registrations: list[Changes] = []
        self.configuration: Changes = {}
        """Changes of what it says of itself to who registers."""
        self.registered: Changes = {}
        """Changes of what it answers to who registers."""
        self._assertions: set[str] = set()
        self._server: asyncio.Server | None = None

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

    def described(self, **changes: Any) -> Changes:  # noqa: ANN401 - of any field
        """Return what an operator enters of it."""
        return changed(
            {
                "name": "School",
                "issuer": self.issuer,
                "client_id": CLIENT,
                "authorization_url": f"{self.issuer}/auth?kept=1",
                "token_url": f"{self.issuer}/token",
                "key_set_url": f"{self.issuer}/keys",
                "deployments": [DEPLOYMENT],
            },
            changes,
        )

    # --- what a browser has of it

    def initiation(self, **changes: Any) -> dict[str, str]:  # noqa: ANN401
        """Return the parameters by which it begins a launch."""
        return changed(
            {
                "iss": self.issuer,
                "login_hint": "hint-7",
                "target_link_uri": "http://lessons.example.org/api/v1/lti/launch/",
                "lti_message_hint": "message-9",
                "client_id": CLIENT,
                "lti_deployment_id": DEPLOYMENT,
            },
            changes,
        )

    def authorise(self, url: str, **changes: Any) -> dict[str, str]:  # noqa: ANN401
        """Return the form that it has a browser post, that was sent to this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/auth?kept=1&")
        wanted = ("response_type", "response_mode", "scope", "prompt", "login_hint")
        assert [asked[name] for name in wanted] == [
            "id_token",
            "form_post",
            "openid",
            "none",
            "hint-7",
        ]
        assert (asked["client_id"], asked["lti_message_hint"]) == (CLIENT, "message-9")
        assert asked["redirect_uri"] == "http://lessons.example.org/api/v1/lti/launch/"
        message = self.message(asked["nonce"], **changes)
        return {"state": asked["state"], "id_token": self.sign(message)}

    def message(self, own_nonce: str, /, **changes: Any) -> Changes:  # noqa: ANN401
        """Return the claims of a launch of a link."""
        now_s = self.clock.now_ms() // 1000
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "ada",
            "iat": now_s,
            "exp": now_s + 300,
            "nonce": own_nonce,
            "name": "Ada Lovelace",
            "given_name": "Ada",
            "family_name": "Lovelace",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": "http://lessons.example.org/api/v1/lti/launch/",
            f"{CLAIM}resource_link": {"id": "link-1", "title": "Fractions"},
            f"{CLAIM}context": {"id": "course-1", "label": "7b", "title": "Maths 7b"},
            f"{CLAIM}roles": [TEACHER],
            f"{CLAIM}launch_presentation": {"locale": "en", "document_target": "iframe"},
        }
        return changed(changed(claims, self.claims), changes)

    def signed(self, claims: Changes, *, key: Any = KEY, alg: str = "RS256", **header: Any) -> str:  # noqa: ANN401
        """Return claims as a JWT."""
        return jwt.encode(claims, key, alg, headers=changed({"kid": "first"}, header))

    # --- what it answers

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        self.asked.append((method, path))
        status, content, more = await self._answer(method, path, headers, body)
        encoded = b"" if content is None else json.dumps(content).encode()
        told = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{told}"
            f"Content-Length: {len(encoded)}\r\nConnection: close\r\n\r\n".encode()
            + encoded
        )
        await writer.drain()
        writer.close()

    async def _answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        path, _, query = target.partition("?")
        if self.is_down:
            return 503, None, {}
        if path in self.refuses:
            return self.refuses[path], {}, {}
        if path == "/keys":
            return 200, {"keys": self.keys}, {}
        if path == "/token":
            return await self._token(body)
        if path == "/.well-known/openid-configuration":
            return 200, self._configuration(), {}
        if path == "/register":
            return self._register(headers, body)
        scope = headers.get("authorization", "").removeprefix("Bearer token for ")
        if path == "/members":
            assert scope == SCOPES["members"]
            assert headers["accept"] == ("application/vnd.ims.lti-nrps.v2.membershipcontainer+json")
            return self._members(query)
        if path.endswith("/scores"):
            assert SCOPES["score"] in scope
            assert headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
            self.scores.append((path.removesuffix("/scores"), json.loads(body)))
            return 200, None, {}
        if path == "/items":
            assert SCOPES["lineitem"] in scope
            return self._items(method, query, body)
        return 404, {}, {}

    async def _token(self, body: bytes) -> Answer:
        """Give an access token to who signs that it is the tool (RFC 7523, 1EdTech 4.1)."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == (
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        )
        assert self.tool_keys is not None
        kid = jwt.get_unverified_header(form["client_assertion"])["kid"]
        (key,) = [key for key in await self.tool_keys() if key["kid"] == kid]
        claims = jwt.decode(
            form["client_assertion"],
            jwt.PyJWK(key),
            algorithms=["RS256"],
            audience=f"{self.issuer}/token",
            options={"verify_exp": False, "verify_iat": False},
        )
        now_s = self.clock.now_ms() / 1000
        assert claims["iss"] == claims["sub"] == CLIENT
        assert claims["iat"] <= now_s < claims["exp"] <= now_s + 3_600
        assert claims["jti"] not in self._assertions
        self._assertions.add(claims["jti"])
        self.grants.append(form["scope"])
        token = f"token for {form['scope']}"
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3_600}, {}

    def _members(self, query: str) -> Answer:
        page = int(parse_qs(query).get("page", ["0"])[0])
        shown = self.members[page * self.page_size : (page + 1) * self.page_size]
        more = {}
        if (page + 1) * self.page_size < len(self.members):
            query = urlencode({"page": page + 1})
            where = self.more_pages_at or self.issuer
            more = {"Link": f'<{where}/members?{query}>; rel="next"'}
        content = {"id": f"{self.issuer}/members", "context": {"id": "course-1"}, "members": shown}
        return 200, content, more

    def _items(self, method: str, query: str, body: bytes) -> Answer:
        if method == "GET":
            wanted = {name: values[0] for name, values in parse_qs(query).items()}
            names = {"resource_id": "resourceId", "resource_link_id": "resourceLinkId"}
            found = [
                item
                for item in self.line_items
                if all(item.get(names.get(key, key)) == value for key, value in wanted.items())
            ]
            return 200, found, {}
        item = {"id": f"{self.issuer}/items/{len(self.line_items)}", **json.loads(body)}
        self.line_items.append(item)
        return 201, item, {}

    def _configuration(self) -> Changes:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth?kept=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "registration_endpoint": f"{self.issuer}/register",
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "tiny",
                "version": "1",
            },
        }
        return changed(told, self.configuration)

    def _register(self, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("authorization") != "Bearer may register":
            return 401, {}, {}
        self.registrations.append(json.loads(body))
        answer = {**json.loads(body), "client_id": CLIENT}
        tool = "https://purl.imsglobal.org/spec/lti-tool-configuration"
        answer[tool] = {**answer[tool], "deployment_id": DEPLOYMENT}
        return 200, changed(answer, self.registered), {}
