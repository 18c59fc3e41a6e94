"""Who somebody is here whom the provider knows: what they are called, and what they may."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.federation.faults import Fault, FederationRefused
from gateway.oidc.oidc_config import OidcConfig
from lessonroom.people import names

_NAMES: Final = ("name", "preferred_username", "nickname", "given_name")
_OPERATOR: Final = "operator"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes in: a name that can be shown, and what their groups make them."""

    name: str
    role: str
    """`teacher` or `operator`."""


def is_told(claims: Mapping[str, Any], config: OidcConfig) -> bool:
    """Whether claims say all that is to be known; else the provider can be asked for more."""
    wanted = [_name_in(claims)]
    if config.roles:
        wanted.append(_within(claims, config.groups_claim))
    wanted += [_within(claims, name) for name in config.required]
    return all(found is not None for found in wanted)


def arrival_of(claims: Mapping[str, Any], config: OidcConfig) -> Arrival:
    """Return who comes in, by what the provider says of them now.

    Raises:
        FederationRefused: `not_invited`, with the claim because of which; its value is not told.

    """
    for name, value in config.required.items():
        if value not in _texts(_within(claims, name)):
            raise FederationRefused(
                Fault.NOT_INVITED, f"the claim {name} is not what oidc.required says"
            )
    groups = _texts(_within(claims, config.groups_claim))
    roles = {config.roles[group] for group in groups if group in config.roles}
    if _OPERATOR in roles:
        role = _OPERATOR
    elif roles:
        role = "teacher"
    elif config.otherwise == "nobody":
        raise FederationRefused(
            Fault.NOT_INVITED,
            f"none of the {len(groups)} groups in the claim {config.groups_claim} is in oidc.roles",
        )
    else:
        role = config.otherwise
    return Arrival(name=names.fitted(_name_in(claims)) or names.NAMELESS, role=role)


def _name_in(claims: Mapping[str, Any]) -> str | None:
    found = (claims.get(key) for key in _NAMES)
    return next((name for name in found if isinstance(name, str) and name.strip()), None)


def _within(claims: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a claim: of that name, which may be a URL, or else along the dots in it."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _texts(value: Any) -> frozenset[str]:  # noqa: ANN401 - any JSON value
    """Return the texts of a claim that is one, or a list of them; a number or yes is its text."""
    several = value if isinstance(value, list) else [value]
    return frozenset(filter(None, map(_text, several)))


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None
