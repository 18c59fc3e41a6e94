"""A browser that goes to a provider and comes back, and what it does here."""

from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from httpx import Response

from gateway.oidc.oidc_config import OidcConfig
from tests.gateway.oidc.tiny_provider import CLIENT, CLIENT_SECRET, TinyProvider
from tests.gateway.rest.school import API, School

BEGIN: Final = f"{API}/sign-in/oidc/"
CALLBACK: Final = f"{BEGIN}callback/"
LOGOUT: Final = f"{BEGIN}logout/"
ROOT: Final = "http://lessons.example.org"
ROLES: Final = {"teachers": "teacher", "it": "operator"}


class Browser:
    """Somebody's browser: what it has of cookies, and where it is sent."""

    def __init__(self, school: School, provider: TinyProvider) -> None:
        self.school = school
        self.provider = provider
        self.cookie = ""

    async def begin(self) -> str:
        """Go where the button leads; return where that sends one."""
        answer = await self._get(BEGIN)
        assert answer.status_code == 303, answer.text
        if (told := answer.headers.get("set-cookie")) is not None:
            ((name, morsel),) = SimpleCookie(told).items()
            self.cookie = f"{name}={morsel.value}"
        return str(answer.headers["location"])

    async def come_back(self, answer: dict[str, str] | list[tuple[str, str]]) -> str:
        """Bring what the provider said; return the fragment that the page gets."""
        response = await self._get(f"{CALLBACK}?{urlencode(answer)}")
        assert response.status_code == 303, response.text
        place, _, fragment = response.headers["location"].partition("#")
        assert place == f"{ROOT}/signin"
        return fragment

    async def sign_in(self, subject: str = "ada") -> dict[str, Any]:
        """Go all the way; return the answer with the token."""
        code = await self.come_back(self.provider.authorise(await self.begin(), subject))
        answer = await self.school.call("POST", f"{API}/sign-in/", json={"code": code})
        assert answer.status_code == 200, (code, answer.text)
        return dict(answer.json())

    async def fault(self) -> str:
        """Go all the way, in vain; return what the page is told."""
        return await self.come_back(self.provider.authorise(await self.begin()))

    async def _get(self, path: str) -> Response:
        return await self.school.call("GET", path, headers={"cookie": self.cookie})


def oidc_of(provider: TinyProvider, **more: Any) -> OidcConfig:  # noqa: ANN401 - of any field
    return OidcConfig(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=CLIENT_SECRET,
        **{"roles": ROLES, **more},
    )


async def status_of(school: School, token: str, path: str = f"{API}/me/") -> int:
    return (await school.call("GET", path, token=token)).status_code


async def log_out(school: School, token: str) -> Response:
    return await school.call("POST", LOGOUT, data={"logout_token": token})
