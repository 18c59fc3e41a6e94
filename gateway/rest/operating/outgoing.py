"""The operator's calls about outgoing webhooks: what waits, trying again, trying out."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from actors.runtime import chance
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import FOR_OPERATORS, Services, ServicesDep
from gateway.rest.shapes.instants import InstantOut, to_text
from gateway.rest.shapes.problems import documented
from gateway.webhooks.webhooks import WebhookEndpoint
from lessonroom.codes import ErrorCode, Refused
from storage.announcing import deliveries
from storage.announcing.deliveries import EndpointBacklog
from storage.announcing.notices import Told
from storage.store import Store

router = APIRouter(
    prefix="/webhooks",
    route_class=StrictRoute,
    tags=["operator"],
    dependencies=FOR_OPERATORS,
)


class EndpointOut(BaseModel):
    """An endpoint, and what it has yet to be told."""

    url: str
    is_configured: bool = Field(description="False for one whose deliveries are left over.")
    events: list[Told]
    waiting: int
    given_up: int
    oldest_at: InstantOut | None
    next_attempt_at: InstantOut | None
    last_error: str


class Endpoints(BaseModel):
    """All endpoints."""

    items: list[EndpointOut]


class EndpointIn(BaseModel):
    """Which endpoint; all of them where absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(None, max_length=2_000)


class Retried(BaseModel):
    """How many deliveries are tried again."""

    retried: int


class TestResult(BaseModel):
    """Whether an endpoint has taken a test message."""

    __test__ = False

    url: str
    is_taken: bool
    error: str | None


class TestResults(BaseModel):
    """What came of test messages."""

    __test__ = False

    items: list[TestResult]


@router.get("/", operation_id="list_webhooks", responses=documented(401, 403))
async def list_all(services: ServicesDep) -> Endpoints:
    """List the endpoints with what waits for them."""
    found = {
        backlog.endpoint: backlog for backlog in await deliveries.backlogs(services.rooms.store)
    }
    configured = {endpoint.url: endpoint for endpoint in services.webhooks.endpoints}
    urls = [*configured, *sorted(found.keys() - configured.keys())]
    return Endpoints(items=[_endpoint(url, configured.get(url), found.get(url)) for url in urls])


@router.post("/retry/", operation_id="retry_webhooks", responses=documented(401, 403, 404))
async def retry(
    services: ServicesDep, body: Annotated[EndpointIn, Body()] = EndpointIn()
) -> Retried:
    """Try again now what failed, also what was given up."""

    async def write(store: Store) -> int:
        return await deliveries.retry(store, body.url)

    _check_url(services, body.url)
    retried = await services.rooms.write(write)
    services.webhooks.nudge()
    return Retried(retried=retried)


@router.post("/test/", operation_id="test_webhooks", responses=documented(401, 403, 404))
async def try_out(
    services: ServicesDep, body: Annotated[EndpointIn, Body()] = EndpointIn()
) -> TestResults:
    """Send each endpoint a signed message of type `webhook_test`, once, and say what came of it."""
    _check_url(services, body.url)
    timestamp = to_text(services.clock.now_ms())
    items = []
    for endpoint in services.webhooks.endpoints:
        if body.url in {None, endpoint.url}:
            failure = await services.webhooks.send(
                endpoint.url,
                webhook_id=f"test_{chance.new_token_id()}",
                body=b'{"type":"webhook_test","timestamp":"%b","data":{}}' % timestamp.encode(),
            )
            error = None if failure is None else failure.error
            items.append(TestResult(url=endpoint.url, is_taken=failure is None, error=error))
    return TestResults(items=items)


def _check_url(services: Services, url: str | None) -> None:
    if url is not None and url not in {endpoint.url for endpoint in services.webhooks.endpoints}:
        raise Refused(ErrorCode.NOT_FOUND, "no such endpoint is configured", field="url")


def _endpoint(
    url: str, endpoint: WebhookEndpoint | None, backlog: EndpointBacklog | None
) -> EndpointOut:
    return EndpointOut(
        url=url,
        is_configured=endpoint is not None,
        events=sorted(endpoint.events) if endpoint else [],
        waiting=backlog.waiting if backlog else 0,
        given_up=backlog.given_up if backlog else 0,
        oldest_at=backlog.oldest_at_ms if backlog else None,
        next_attempt_at=backlog.next_attempt_at_ms if backlog else None,
        last_error=backlog.last_error if backlog else "",
    )
