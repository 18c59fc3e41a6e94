"""`/metrics`: for the operator, and for addresses that were allowed to scrape it."""

from fastapi import APIRouter, Request, Response

from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import is_operator, peer_address, services_of
from lessonroom.codes import ErrorCode, Refused

router = APIRouter(route_class=StrictRoute)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Return the metrics in the format that was asked for, to whom it may concern.

    Others get what they get of a path that does not exist.
    """
    services = services_of(request)
    if services.metrics is None or not (
        is_operator(request) or peer_address(request) in services.metrics_allowed
    ):
        raise Refused(ErrorCode.NOT_FOUND, "Not Found")
    body, media_type = services.metrics.rendered(request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type})
