"""A platform that registers itself (LTI Dynamic Registration 1.0)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec

from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.keys import content_of
from gateway.lti import grades, members
from gateway.lti.lti import Lti
from gateway.lti.lti_config import LtiFault
from gateway.lti.messages import (
    DEEP_LINKING_REQUEST,
    MAX_ID,
    RESOURCE_LINK_REQUEST,
    is_web_url,
)
from gateway.lti.platforms import origins_of
from storage.lti.platforms import NewPlatform, Platform

_TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_MADE: Final = frozenset({200, 201})
_Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class _Configuration(msgspec.Struct, frozen=True, kw_only=True):
    issuer: _Url
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    registration_endpoint: _Url
    authorization_server: str = ""


async def register(lti: Lti, asked: Mapping[str, str], *, base: str, name: str) -> Platform:
    """Register this server at a platform, and make the platform known here.

    Args:
        lti: what judges platforms.
        asked: the parameters by which it has come: `openid_configuration`, `registration_token`.
        base: where this server's routes for platforms are, without a slash at its end.
        name: what this server is called.

    Raises:
        FederationRefused: `wrong_message`, `unreachable`, `misconfigured`, `busy`.

    """
    url = asked.get("openid_configuration", "")
    if not is_web_url(url, beside=url):
        why = "openid_configuration is not an https address"
        raise FederationRefused(LtiFault.WRONG_MESSAGE, why)
    told = await lti.fetcher.get(url)
    content = content_of(told, "its configuration", whose="the platform")
    configuration = _configuration(content, url)
    answer = await lti.fetcher.post_json(
        configuration.registration_endpoint,
        _registration(base, name),
        token=asked.get("registration_token"),
    )
    registered = answer.object
    if answer.status not in _MADE or registered is None:
        raise FederationRefused(
            Fault.MISCONFIGURED, f"asked to register, the platform answered {answer.status}"
        )
    new = _platform(configuration, content, registered)
    added = await lti.platforms.add(new)
    if added is None:
        raise FederationRefused(
            Fault.MISCONFIGURED,
            f"{new.issuer} is known with the client_id {new.client_id!r}: remove it first",
        )
    return added


def _configuration(content: dict[str, Any], url: str) -> _Configuration:
    try:
        found = msgspec.convert(content, _Configuration)
    except msgspec.ValidationError as error:
        why = f"the platform's configuration is not valid: {error}"
        raise FederationRefused(Fault.MISCONFIGURED, why) from None
    if urlsplit(found.issuer).hostname != urlsplit(url).hostname:
        # Or anybody could register as anybody (Dynamic Registration 3.5.1).
        raise FederationRefused(
            Fault.MISCONFIGURED, f"the configuration at {url} is of {found.issuer}"
        )
    for each in (
        found.issuer,
        found.authorization_endpoint,
        found.token_endpoint,
        found.jwks_uri,
        found.registration_endpoint,
    ):
        if not is_web_url(each, beside=url):
            raise FederationRefused(Fault.MISCONFIGURED, f"{each!r} is no https address")
    return found


def _registration(base: str, name: str) -> dict[str, Any]:
    launch = f"{base}/launch/"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{base}/login/",
        "redirect_uris": [launch],
        "client_name": name,
        "jwks_uri": f"{base}/keys/",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join((members.SCOPE, *grades.SCOPES)),
        _TOOL: {
            "domain": urlsplit(base).netloc,
            "target_link_uri": launch,
            "claims": ["iss", "sub", "name", "given_name", "family_name", "locale"],
            "messages": [
                {"type": RESOURCE_LINK_REQUEST, "target_link_uri": launch, "label": name},
                {"type": DEEP_LINKING_REQUEST, "target_link_uri": launch, "label": name},
            ],
        },
    }


def _platform(
    configuration: _Configuration, content: dict[str, Any], registered: dict[str, Any]
) -> NewPlatform:
    client_id = registered.get("client_id")
    if not isinstance(client_id, str) or not 0 < len(client_id) <= MAX_ID:
        raise FederationRefused(Fault.MISCONFIGURED, "the platform gave no client_id")
    tool, platform = registered.get(_TOOL), content.get(_PLATFORM)
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    product = platform.get("product_family_code") if isinstance(platform, dict) else None
    host = urlsplit(configuration.issuer).hostname or ""
    is_named = isinstance(deployment, str) and 0 < len(deployment) <= MAX_ID
    return NewPlatform(
        name=f"{product} {host}"[:100] if isinstance(product, str) else host[:100],
        issuer=configuration.issuer,
        client_id=client_id,
        authorization_url=configuration.authorization_endpoint,
        token_url=configuration.token_endpoint,
        key_set_url=configuration.jwks_uri,
        token_audience=configuration.authorization_server[:2_000],
        origins=origins_of(configuration.issuer),
        deployments=(str(deployment),) if is_named else (),
        # Then it names none before it is installed somewhere.
        takes_any_deployment=not is_named,
    )
