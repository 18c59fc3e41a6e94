"""One's shelf: pages and selections that are kept for other lessons (PROTOCOL PG-10)."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from actors.house.shelves import board_of, item_for, no_such_item
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import require_space_for
from gateway.rest.planning.keeping import put_on_shelf
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.picturing import count_drawings
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may
from gateway.rest.plumbing.services import (
    BEARER,
    PersonDep,
    Services,
    ServicesDep,
    access_gate,
    services_of,
)
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.shelf import (
    BroughtOut,
    ItemId,
    ShelfIn,
    ShelfItemOut,
    ShelfPage,
    ShelfPatch,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import RegisterAsset
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission
from lessonroom.rates import request_cost
from storage.images import assets
from storage.people import shelf
from storage.people.shelf import ItemKind, ShelfFilter, ShelfItem

router = APIRouter(route_class=StrictRoute, tags=["shelf"], dependencies=BEARER)

_PER_REQUEST: Final = 10
"""Images that come into a lesson together count as one more request for so many."""

ItemInPath = Annotated[ItemId, Path()]
CursorQuery = Annotated[
    int | None, Query(ge=1, le=2**53 - 1, description="The `next_cursor` of the page before.")
]


async def _person_in(request: Request, session_id: str) -> Access:
    """Return the access of a person: not of a room's own token, and not an operator's."""
    access = await access_gate(request, session_id=session_id)
    if access.caller.room is not None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "a room token opens its own session only")
    if access.caller.user_id is None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "this needs a person's token: an operator has no shelf",
        )
    return access


async def _keeper(request: Request, session_id: str) -> Access:
    """Return the access of one who may take the board with them, and has not done so too often."""
    access = await _person_in(request, session_id=session_id)
    await may(Permission.EXPORT)(request, session_id=session_id)
    # It is drawn, as an export is.
    count_drawings(
        services_of(request), access.caller.user_id, words="too many things for the shelf"
    )
    return access


_person_gate: Final = Gate(_person_in)
_keeper_gate: Final = Gate(_keeper)


@router.post(
    "/sessions/{session_id}/shelf/",
    operation_id="put_on_shelf",
    status_code=201,
    responses=documented(401, 403, 404, 413, 429),
)
async def put(
    request: Request,
    access: Annotated[Access, Depends(_keeper_gate)],
    services: ServicesDep,
    body: Annotated[ShelfIn, Body()],
) -> ShelfItemOut:
    """Keep pages, some elements or the whole board, as they are on disk now. Needs `can_export`.

    It is a copy: what becomes of the lesson does not touch it. Its elements are the caller's, and
    its images are on the disk once, whoever shows them.
    """
    item = await while_connected(request, put_on_shelf(services, access, body))
    return ShelfItemOut.of(item, user_id=item.user_id)


@router.get("/shelf/", operation_id="list_shelf", responses=documented(401, 403))
async def list_items(
    user_id: PersonDep,
    services: ServicesDep,
    kind: Annotated[list[ItemKind] | None, Query(description="May be repeated.")] = None,
    shared: Annotated[
        bool | None,
        Query(description="Only what everyone may use, or only what is the caller's alone."),
    ] = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Is part of the name, in any case."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: CursorQuery = None,
) -> ShelfPage:
    """List what the caller may use: what is on their shelf, and what is shared; newest first."""
    wanted = ShelfFilter(for_user=user_id, kinds=kind or (), is_shared=shared, name=q)
    found = await shelf.items(services.rooms.store, wanted, limit=limit + 1, before=cursor)
    shown = found[:limit]
    return ShelfPage(
        items=[ShelfItemOut.of(item, user_id=user_id) for item in shown],
        next_cursor=str(shown[-1].key) if len(found) > limit else None,
    )


@router.get("/shelf/{item_id}/", operation_id="get_shelf_item", responses=documented(401, 403, 404))
async def get(item_id: ItemInPath, user_id: PersonDep, services: ServicesDep) -> ShelfItemOut:
    """Return what is known of an item."""
    item = await item_for(services.rooms.store, item_id, user_id=user_id, field="item_id")
    return ShelfItemOut.of(item, user_id=user_id)


@router.get(
    "/shelf/{item_id}/board/",
    operation_id="get_shelf_board",
    response_class=Response,
    responses={
        200: {
            "description": "The board, as the `board` of an export has it",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **documented(401, 403, 404, 429),
    },
)
async def get_board(
    item_id: ItemInPath, user_id: PersonDep, request: Request, services: ServicesDep
) -> Response:
    """Return what is on an item: its pages, layers and elements."""
    store = services.rooms.store
    item = await item_for(store, item_id, user_id=user_id, field="item_id")
    async with services.large_answers.turn(str(user_id)) as turn:
        board = await while_connected(request, board_of(store, item, field="item_id"))
        _charge(services, user_id, request_cost(len(board)))
        return turn.respond([board], media_type="application/json")


@router.patch(
    "/shelf/{item_id}/", operation_id="rename_shelf_item", responses=documented(401, 403, 404)
)
async def rename(
    item_id: ItemInPath,
    user_id: PersonDep,
    services: ServicesDep,
    body: Annotated[ShelfPatch, Body()],
) -> ShelfItemOut:
    """Give an item of one's own another name."""
    item = await _own(services, item_id, user_id)
    renamed = await services.rooms.write(
        lambda store: shelf.change(store, item.key, name=body.name)
    )
    if renamed is None:
        raise no_such_item("item_id")
    return ShelfItemOut.of(renamed, user_id=user_id)


@router.delete(
    "/shelf/{item_id}/",
    operation_id="delete_shelf_item",
    status_code=204,
    responses=documented(401, 403, 404),
)
async def delete(item_id: ItemInPath, user_id: PersonDep, services: ServicesDep) -> None:
    """Take an item of one's own off the shelf, for everyone where it was shared.

    Lessons that have copies of it keep them.
    """
    item = await _own(services, item_id, user_id)
    await services.rooms.write(lambda store: shelf.remove(store, item.key))


@router.post(
    "/sessions/{session_id}/shelf/{item_id}/images/",
    operation_id="bring_images_from_shelf",
    responses=documented(401, 403, 404, 409, 410, 413, 429),
)
async def bring_images(
    item_id: ItemInPath,
    access: Annotated[Access, Depends(_person_gate)],
    services: ServicesDep,
) -> BroughtOut:
    """Have a lesson's board be able to show the images of an item: for elements that one puts.

    Needs `can_upload_images` for pictures, `can_draw` for formulas. Pages bring theirs by
    themselves, with the command `copy_page`.
    """
    user_id = access.caller.user_id
    assert user_id is not None, "see the gate"  # noqa: S101
    store = services.rooms.store
    item = await item_for(store, item_id, user_id=user_id, field="item_id")
    shown = await shelf.described(store, item.item_id)
    session_id = access.session.session_id
    there = await store.reading(
        lambda connection: assets.those_of_session(connection, sorted(shown), session_id)
    )
    known = {each.asset for each in there}
    new = [each for name, each in shown.items() if name not in known and name != item.picture]
    _charge(services, user_id, len(new) / _PER_REQUEST)
    if item.user_id != user_id:
        await require_space_for(services, access, sum(each.size_bytes for each in new))
    await _register(services, access, new)
    return BroughtOut(assets=sorted(shown.keys() - {item.picture}))


async def _register(services: Services, access: Access, new: list[AssetAdded]) -> None:
    for added in new:
        await act(services, access, RegisterAsset(by=access.caller.by, added=added))


async def _own(services: Services, item_id: str, user_id: int) -> ShelfItem:
    item = await item_for(services.rooms.store, item_id, user_id=user_id, field="item_id")
    if item.user_id != user_id:
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "this is on somebody else's shelf, and shared with all"
        )
    return item


def _charge(services: Services, user_id: int, cost: float) -> None:
    services.by_user.charge(str(user_id), services.clock.monotonic_s(), cost)
