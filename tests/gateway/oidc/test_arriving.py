"""What groups make of somebody, and what they are called."""

from typing import Any

import pytest

from gateway.federation.faults import Fault, FederationRefused
from gateway.oidc.arriving import arrival_of, is_told
from gateway.oidc.oidc_config import OidcConfig
from lessonroom.people.names import NAMELESS

ROLES = {"teachers": "teacher", "it": "operator", "/school/heads": "operator"}


def config(**more: Any) -> OidcConfig:  # noqa: ANN401 - of any field
    return OidcConfig(issuer="https://id.example", client_id="x", **{"roles": ROLES, **more})


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["teachers"], "teacher"),
        ("teachers", "teacher"),
        (["teachers", "it"], "operator"),
        (["pupils", "/school/heads"], "operator"),
        (["pupils"], None),
        (["Teachers"], None),
        ([], None),
        (None, None),
        ({"teachers": True}, None),
        ([["teachers"]], None),
        ("teachers it", None),
    ],
)
def test_groups_make_roles_and_of_several_the_most_counts(groups: Any, role: str | None) -> None:  # noqa: ANN401
    """[SECURITY Sign-in by a provider] Exactly as they are written."""
    claims = {"name": "Ada", "groups": groups}
    if role is not None:
        assert arrival_of(claims, config()).role == role
        return
    with pytest.raises(FederationRefused) as refused:
        arrival_of(claims, config())
    assert refused.value.fault is Fault.NOT_INVITED
    assert arrival_of(claims, config(otherwise="teacher")).role == "teacher"


def test_groups_may_lie_deeper_and_a_claim_with_dots_in_its_name_comes_first() -> None:
    """As Keycloak has realm roles, and Auth0 has claims that are URLs."""
    keycloak = config(groups_claim="realm_access.roles")
    assert arrival_of({"realm_access": {"roles": ["it"]}}, keycloak).role == "operator"
    url = config(groups_claim="https://school.example/groups")
    assert arrival_of({"https://school.example/groups": ["it"]}, url).role == "operator"
    for claims in ({"realm_access": ["it"]}, {"realm_access": {"roles": None}}, {}):
        with pytest.raises(FederationRefused):
            arrival_of(claims, keycloak)


@pytest.mark.parametrize(
    ("value", "is_in"),
    [
        ("school.example", True),
        (["other", "school.example"], True),
        ("SCHOOL.example", False),
        (None, False),
        ({"school.example": 1}, False),
    ],
)
def test_whoever_lacks_what_is_required_stays_out(value: object, *, is_in: bool) -> None:
    """[SECURITY Sign-in by a provider] Groups or not: anybody can have an account of Google."""
    wanted = config(required={"hd": "school.example"}, otherwise="teacher")
    claims = {"hd": value, "groups": ["it"]}
    if is_in:
        assert arrival_of(claims, wanted).role == "operator"
        return
    with pytest.raises(FederationRefused) as refused:
        arrival_of(claims, wanted)
    assert refused.value.fault is Fault.NOT_INVITED
    assert "school" not in refused.value.why
    assert "hd" in refused.value.why


def test_yes_and_numbers_are_required_by_their_texts() -> None:
    wanted = config(required={"email_verified": "true"})
    assert arrival_of({"email_verified": True, "groups": ["it"]}, wanted).name == NAMELESS
    with pytest.raises(FederationRefused):
        arrival_of({"email_verified": False, "groups": ["it"]}, wanted)


def test_a_name_is_what_can_be_shown_of_the_first_that_is_told() -> None:
    for claims, name in (
        ({"name": "Ada", "preferred_username": "ada"}, "Ada"),
        ({"name": " ", "preferred_username": "ada"}, "ada"),
        ({"name": 7, "nickname": "Countess"}, "Countess"),
        ({"email": "ada@school.example"}, NAMELESS),
        ({"name": "Ada\u202eecalevol"}, "Adaecalevol"),
    ):
        assert arrival_of({**claims, "groups": ["it"]}, config()).name == name


def test_the_provider_is_asked_for_more_where_something_is_missing() -> None:
    assert is_told({"name": "Ada", "groups": []}, config())
    assert not is_told({"name": "Ada"}, config())
    assert not is_told({"groups": []}, config())
    assert is_told({"name": "Ada"}, config(roles={}))
    assert not is_told({"name": "Ada", "groups": []}, config(required={"hd": "x"}))
