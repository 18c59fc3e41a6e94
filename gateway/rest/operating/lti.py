"""The operator's calls about learning platforms: which are known, and this server's own keys."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Request
from pydantic import AfterValidator, BaseModel, Field, StrictBool

from gateway.federation.addresses import is_safe
from gateway.lti.lti import REGISTRATION_LASTS_S, Lti
from gateway.lti.messages import MAX_ID, origin_of
from gateway.lti.own_keys import KeysUnusable
from gateway.lti.platforms import origins_of
from gateway.rest.endpoints.lti.forms import LTI_PREFIX, lti_of
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import FOR_OPERATORS, ServicesDep
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.settings import Body as Shape
from lessonroom.codes import ErrorCode, Refused
from storage.lti.platforms import NewPlatform, Platform

_PLATFORMS_MOST: Final = 1_000

router = APIRouter(
    prefix="/lti", route_class=StrictRoute, tags=["operator"], dependencies=FOR_OPERATORS
)


def _check_url(value: str) -> str:
    if not is_safe(value, beside=value):
        raise ValueError("must be an https address (http on this machine alone)")
    return value


def _check_origin(value: str) -> str:
    if origin_of(_check_url(value)) != value:
        raise ValueError("must be an origin: scheme, host and port, such as https://moodle.example")
    return value


Text = Annotated[str, Field(min_length=1, max_length=MAX_ID)]
Url = Annotated[str, Field(max_length=2_000), AfterValidator(_check_url)]
Origin = Annotated[str, Field(max_length=MAX_ID), AfterValidator(_check_origin)]
Deployments = Annotated[tuple[Text, ...], Field(max_length=100)]
PlatformId = Annotated[int, Path(ge=1, le=2**53 - 1)]


class NewPlatformIn(Shape):
    """A platform that is to open lessons here."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    issuer: Url
    client_id: Text
    authorization_url: Url
    token_url: Url
    key_set_url: Url
    token_audience: Annotated[str, Field(max_length=2_000)] = ""
    origins: Annotated[tuple[Origin, ...], Field(max_length=20)] = Field(
        (), description="Whose pages may show lessons, besides those of the issuer."
    )
    deployments: Deployments = ()
    takes_any_deployment: StrictBool = False


class DeploymentsIn(Shape):
    """More places at a platform from which people may come."""

    deployments: Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]


class PlatformOut(BaseModel):
    """A platform that opens lessons here."""

    platform_id: int
    name: str
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str
    origins: list[str]
    deployments: list[str]
    takes_any_deployment: bool
    made_at: InstantOut

    @classmethod
    def of(cls, platform: Platform) -> "PlatformOut":
        """Return a platform as the operator sees it."""
        told = {name: getattr(platform, name) for name in cls.model_fields if name != "made_at"}
        told |= {"origins": list(platform.origins), "deployments": list(platform.deployments)}
        return cls.model_validate({**told, "made_at": platform.made_at_ms})


class ToolOut(BaseModel):
    """What a platform is told of this server."""

    login_url: str
    launch_url: str
    keys_url: str
    deep_linking_url: str


class PlatformList(BaseModel):
    """The platforms, oldest first, and what they are told of this server."""

    items: list[PlatformOut]
    tool: ToolOut


class ForgottenOut(BaseModel):
    """A platform that opens nothing any more."""

    platform_id: int


class RegistrationLinkOut(BaseModel):
    """An address by which a platform registers itself, once."""

    url: str
    expires_at: InstantOut


class RotatedOut(BaseModel):
    """The key that signs from now on."""

    key_id: str


@router.get("/platforms/", operation_id="list_lti_platforms", responses=documented(401, 403, 404))
async def list_platforms(request: Request, services: ServicesDep) -> PlatformList:
    """List the learning platforms that may open lessons here."""
    lti = lti_of(services)
    base = f"{root_of(request, services)}{LTI_PREFIX}"
    return PlatformList(
        items=[PlatformOut.of(platform) for platform in await lti.platforms.every()],
        tool=ToolOut(
            login_url=f"{base}/login/",
            launch_url=f"{base}/launch/",
            keys_url=f"{base}/keys/",
            deep_linking_url=f"{base}/launch/",
        ),
    )


@router.post(
    "/platforms/",
    operation_id="add_lti_platform",
    status_code=201,
    responses=documented(401, 403, 404, 409),
)
async def add(services: ServicesDep, body: Annotated[NewPlatformIn, Body()]) -> PlatformOut:
    """Have a learning platform open lessons here."""
    lti = lti_of(services)
    await _require_place(lti)
    new = NewPlatform(
        name=body.name,
        issuer=body.issuer,
        client_id=body.client_id,
        authorization_url=body.authorization_url,
        token_url=body.token_url,
        key_set_url=body.key_set_url,
        token_audience=body.token_audience,
        origins=tuple(dict.fromkeys((*origins_of(body.issuer), *body.origins))),
        deployments=body.deployments,
        takes_any_deployment=body.takes_any_deployment,
    )
    added = await lti.platforms.add(new)
    if added is None:
        raise Refused(
            ErrorCode.CONFLICT, "a platform of this issuer and client_id is known", field="issuer"
        )
    return PlatformOut.of(added)


@router.post(
    "/platforms/{platform_id}/deployments/",
    operation_id="add_lti_deployments",
    responses=documented(401, 403, 404),
)
async def add_deployments(
    platform_id: PlatformId, services: ServicesDep, body: Annotated[DeploymentsIn, Body()]
) -> PlatformOut:
    """Have people come from more deployments of a platform."""
    lti = lti_of(services)
    for platform in await lti.platforms.every():
        if platform.platform_id == platform_id:
            return PlatformOut.of(await lti.platforms.add_deployments(platform, body.deployments))
    raise _no_such_platform()


@router.delete(
    "/platforms/{platform_id}/",
    operation_id="remove_lti_platform",
    responses=documented(401, 403, 404),
)
async def remove(platform_id: PlatformId, services: ServicesDep) -> ForgottenOut:
    """Forget a platform and its links: it opens nothing any more. Lessons and people stay."""
    if not await lti_of(services).platforms.remove(platform_id):
        raise _no_such_platform()
    return ForgottenOut(platform_id=platform_id)


@router.post(
    "/registration-links/",
    operation_id="make_lti_registration_link",
    status_code=201,
    responses=documented(401, 403, 404),
)
async def make_link(request: Request, services: ServicesDep) -> RegistrationLinkOut:
    """Make an address by which a platform registers itself: once, within a day.

    A restart of the server ends it, too.
    """
    lti = lti_of(services)
    url = f"{root_of(request, services)}{LTI_PREFIX}/register/{lti.registrations.give()}/"
    expires_at = services.clock.now_ms() + REGISTRATION_LASTS_S * 1000
    return RegistrationLinkOut(url=url, expires_at=expires_at)


@router.post("/keys/rotate/", operation_id="rotate_lti_keys", responses=documented(401, 403, 404))
async def rotate(services: ServicesDep) -> RotatedOut:
    """Make a new key of this server's, which signs from now on. The one before stays told of."""
    try:
        return RotatedOut(key_id=await lti_of(services).keys.rotate())
    except KeysUnusable as error:
        raise Refused(ErrorCode.UNAVAILABLE, str(error)) from None


async def _require_place(lti: Lti) -> None:
    if len(await lti.platforms.every()) >= _PLATFORMS_MOST:
        raise Refused(ErrorCode.CONFLICT, f"at most {_PLATFORMS_MOST} platforms are known")


def _no_such_platform() -> Refused:
    return Refused(ErrorCode.NOT_FOUND, "there is no such platform", field="platform_id")
