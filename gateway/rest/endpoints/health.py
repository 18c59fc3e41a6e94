"""Probes: whether the process runs, and whether it can do its work."""

from fastapi import APIRouter

from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import ServicesDep
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import Health
from lessonroom.codes import ErrorCode, Refused

router = APIRouter(route_class=StrictRoute, tags=["health"])


@router.get("/healthz", operation_id="healthz", responses=documented())
async def healthz(services: ServicesDep) -> Health:
    """Answer: the process runs. A supervisor restarts what does not."""
    return Health(status="ok", durability=services.rooms.store.durability)


@router.get("/readyz", operation_id="readyz", responses=documented())
async def readyz(services: ServicesDep) -> Health:
    """Answer 200 while rooms can be served: the database is read, and as far as known written."""
    await services.rooms.store.role_permissions()
    if not services.rooms.is_writable():
        raise Refused(ErrorCode.UNAVAILABLE, "the database takes no writes", retry_after_ms=1_000)
    return Health(status="ready", durability=services.rooms.store.durability)
