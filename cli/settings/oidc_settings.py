"""The section of the account that a school's people have already."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from cli.settings.section import Section
from cli.settings.setting_types import (
    Allowed,
    Networks,
    OptionalFilePath,
    Whole,
    none_if_empty,
    split,
)
from gateway.federation.addresses import is_safe


def _check_issuer(value: str) -> str:
    if value and (not is_safe(value, beside=value) or urlsplit(value).query):
        raise ValueError(f"{value!r} is not the address of a provider")
    return value


def _check_scopes(value: tuple[str, ...]) -> tuple[str, ...]:
    if "openid" not in value:
        raise ValueError("lacks openid, without which nobody is named")
    return value


_Word = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!#-\[\]-~]+$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=255)]
_Claims = Annotated[dict[_Text, _Text], Field(max_length=20)]

Issuer = Annotated[
    str,
    StringConstraints(max_length=255),
    AfterValidator(_check_issuer),
    Allowed(
        "an https address as the provider's tokens say it, e.g."
        ' "https://id.school.example/realms/school" (http on this machine alone); or ""'
    ),
]
Scopes = Annotated[
    tuple[_Word, ...],
    AfterValidator(_check_scopes),
    BeforeValidator(split),
    Allowed('a list of words, openid among them, e.g. ["openid", "profile", "groups"]'),
]
Roles = Annotated[
    dict[_Text, Literal["teacher", "operator"]],
    Field(max_length=1_000),
    Allowed('a table of groups, each "teacher" or "operator"'),
]
Required = Annotated[_Claims, Allowed("a table of claims, each with the value that it must have")]
ClientSecret = Annotated[
    SecretStr | None,
    BeforeValidator(none_if_empty),
    Allowed('what the provider calls the client\'s secret; or "" for none'),
]
Words = Annotated[str, StringConstraints(max_length=60), Allowed("up to 60 characters")]
ClientId = Annotated[
    str, StringConstraints(max_length=255), Allowed("up to 255 characters, as the provider has it")
]
ClaimName = Annotated[_Text, Allowed("the name of a claim, with dots into an object in it")]


class OidcSettings(Section):
    """Signing in with the account that a school's people have already (OpenID Connect)."""

    issuer: Issuer = Field("", description="The provider; empty: nobody signs in by one.")
    client_id: ClientId = Field("", description="What the provider calls this server.")
    client_secret: ClientSecret = Field(
        None, description="This server's secret there; without one it is a public client with PKCE."
    )
    client_secret_file: OptionalFilePath = Field(
        None, description="A file that holds the client_secret alone, instead of it; mode 0600."
    )
    scopes: Scopes = Field(("openid", "profile"), description="What is asked of the provider.")
    groups_claim: ClaimName = Field("groups", description="The claim in which groups are told.")
    roles: Roles = Field(
        default_factory=dict,
        description="What the people of a group are here; of several the most. Taken anew at each"
        " sign-in.",
    )
    otherwise: Literal["nobody", "teacher"] = Field(
        "nobody", description="What those are who are in none of these groups; nobody stays out."
    )
    required: Required = Field(
        default_factory=dict,
        description='Claims that must have a value, such as hd = "school.example" of Google.',
    )
    button: Words = Field(
        "", description="What stands on the button; empty: words in the language of the page."
    )
    sign_in_hours: Whole = Field(
        12, ge=1, le=720, description="How long a sign-in lasts until one signs in again, hours."
    )
    allowed_networks: Networks = Field(
        (), description="Private networks in which the provider may be."
    )

    @model_validator(mode="after")
    def _check_client(self) -> "OidcSettings":
        if bool(self.issuer) != bool(self.client_id):
            raise ValueError("issuer and client_id go together: set both, or none")
        if self.client_secret is not None and self.client_secret_file is not None:
            raise ValueError("client_secret and client_secret_file are two ways: set one of them")
        return self

    @model_validator(mode="after")
    def _check_somebody_comes_in(self) -> "OidcSettings":
        if self.issuer and not self.roles and self.otherwise == "nobody":
            raise ValueError(
                'nobody could come in: name groups in roles, or set otherwise = "teacher"'
            )
        return self
