"""The operator's calls about shelves: what is on them, and what everyone may use."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from actors.house.shelves import no_such_item
from gateway.rest.planning.shelf import CursorQuery, ItemInPath
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import FOR_OPERATORS, ServicesDep
from gateway.rest.shapes.models import UserIdInPath
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.shelf import OperatorItemOut, OperatorShelfPage, ShareIn
from storage.people import shelf
from storage.people.shelf import ShelfFilter

router = APIRouter(
    prefix="/shelf", route_class=StrictRoute, tags=["operator"], dependencies=FOR_OPERATORS
)


@router.get("/", operation_id="list_shelves", responses=documented(401, 403))
async def list_items(
    services: ServicesDep,
    user_id: Annotated[UserIdInPath | None, Query(description="Whose.")] = None,
    shared: Annotated[bool | None, Query(description="What everyone may use, or not.")] = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Is part of the name, in any case."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: CursorQuery = None,
) -> OperatorShelfPage:
    """List what is on all shelves, newest first."""
    wanted = ShelfFilter(user_id=user_id, is_shared=shared, name=q)
    found = await shelf.items(services.rooms.store, wanted, limit=limit + 1, before=cursor)
    shown = found[:limit]
    return OperatorShelfPage(
        items=[OperatorItemOut.of(item) for item in shown],
        next_cursor=str(shown[-1].key) if len(found) > limit else None,
    )


@router.put("/{item_id}/", operation_id="share_shelf_item", responses=documented(401, 403, 404))
async def share(
    item_id: ItemInPath, services: ServicesDep, body: Annotated[ShareIn, Body()]
) -> OperatorItemOut:
    """Have everyone on this server use an item, or its owner alone again.

    It stays its owner's, who may rename and delete it. Lessons keep the copies that they have.
    """
    item = await shelf.find(services.rooms.store, item_id)
    if item is None:
        raise no_such_item("item_id")
    shared = await services.rooms.write(
        lambda store: shelf.change(store, item.key, is_shared=body.is_shared)
    )
    if shared is None:
        raise no_such_item("item_id")
    return OperatorItemOut.of(shared)
