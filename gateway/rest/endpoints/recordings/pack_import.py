"""Taking up a lesson pack that this server, or another one, has made (PROTOCOL LP-6 to LP-9)."""

import asyncio
from typing import Annotated, Final, Self

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from gateway.disk import nearly_full
from gateway.packs.layout import MEDIA_TYPE
from gateway.rest.packing.arriving import Arrival, Taken
from gateway.rest.plumbing.bodies.file_route import file_route, spooled_of
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.intake import Intake
from gateway.rest.plumbing.creating import charge_board, require_may_create
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import (
    BEARER,
    Services,
    ServicesDep,
    caller_gate,
    services_of,
)
from gateway.rest.shapes.files import file_body
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import SessionOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import too_often
from storage.people.erasure import ERASED_ISSUER
from storage.records import User, UserKind

_TABLE_CHARS: Final = 16_384
_PEOPLE_MOST: Final = 2_000
_USER_MOST: Final = 2**53 - 1
_TAKEN: Final = (MEDIA_TYPE,)

_FileRoute: Final = file_route(lambda config: config.max_pack_bytes, lambda _: _TAKEN)


class _PackRoute(_FileRoute):  # type: ignore[misc, valid-type]  # a class that was made
    """Packs are larger than documents, and counted by themselves."""

    @staticmethod
    def spooling(services: Services) -> Intake:
        return services.packing


class _Importer(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes a lesson up, and whose it is to be."""

    host: User
    is_operator: bool


async def _importer(request: Request) -> _Importer:
    """Return who may take up a lesson, and has not done so too often, if there is room for it."""
    services = services_of(request)
    caller = await caller_gate(request)
    if caller.room is not None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "a room token opens its own session only")
    named = request.query_params.get("as_user")
    user_id = caller.user_id
    if named is not None:
        if not caller.is_operator:
            raise Refused(
                ErrorCode.PERMISSION_DENIED, "for others the operator does this", field="as_user"
            )
        user_id = _number(named)
    if user_id is None:
        raise Refused(
            ErrorCode.INVALID, "an operator says whose lesson it is to be", field="as_user"
        )
    host = await services.rooms.store.user(user_id)
    if host is None or host.kind is not UserKind.REGISTERED or host.issuer == ERASED_ISSUER:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="as_user")
    require_may_create(services, user_id)
    wait_s = services.uploads.take(str(user_id), services.clock.monotonic_s())
    if wait_s:
        raise too_often(wait_s, "too many uploads")
    await _require_disk(request, services)
    return _Importer(host=host, is_operator=caller.is_operator)


async def _require_disk(request: Request, services: Services) -> None:
    claimed = request.headers.get("content-length", "0")
    size_bytes = int(claimed[:20]) if claimed.isdecimal() else 0
    free_bytes = await asyncio.to_thread(services.takes.files.free_bytes)
    if size_bytes <= services.config.max_pack_bytes and (
        free_bytes - size_bytes < services.config.take_limits.free
    ):
        raise nearly_full()


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:20]) <= _USER_MOST:
        raise Refused(ErrorCode.INVALID, "must be the number of a user", field="as_user")
    return int(text[:20])


_importer_gate: Final = Gate(_importer)

router = APIRouter(route_class=_PackRoute, tags=["recordings"], dependencies=BEARER)


class NewcomerOut(BaseModel):
    """A person of the pack."""

    packed_id: int = Field(description="Their number in the pack.")
    user_id: int = Field(description="Their number here.")
    name: str
    is_known: bool = Field(
        description="Somebody whom this server knew; others are names, and sign in nowhere."
    )


class ImportedOut(BaseModel):
    """What came in."""

    session: SessionOut
    events: int = Field(description="Of its log; as many as in the pack, if that had ended.")
    people: list[NewcomerOut]
    files: int = Field(description="Images, documents and files of the chat.")
    takes: int = Field(description="Of recordings, that came along.")
    size_bytes: int = Field(description="Of the pack.")
    sha256: str = Field(description="The end of the chain of the pack's log: see `pack check`.")
    copies: list[str] = Field(
        description="Lessons of the same host that are this one already: taken up before, or where"
        " it was packed. This one is another."
    )
    left_out: list[str] = Field(description="What is not in it, and why.")

    @classmethod
    def of(cls, taken: Taken, *, now_ms: int) -> Self:
        """Return it as it is told."""
        return cls(
            session=SessionOut.of(taken.session, now_ms=now_ms, may_see_code=True),
            events=taken.events,
            people=[NewcomerOut(**msgspec.structs.asdict(each)) for each in taken.people],
            files=taken.files,
            takes=taken.takes,
            size_bytes=taken.size_bytes,
            sha256=taken.sha256,
            copies=taken.copies,
            left_out=taken.left_out,
        )


@router.post(
    "/sessions/import/",
    operation_id="import_lesson",
    status_code=201,
    responses=documented(401, 403, 404, 409, 413, 429),
    openapi_extra=file_body(_TAKEN),
)
async def import_lesson(
    request: Request,
    importer: Annotated[_Importer, Depends(_importer_gate)],
    services: ServicesDep,
    people: Annotated[
        str | None,
        Query(
            max_length=_TABLE_CHARS,
            description="Who of the pack is whom here, as JSON: by name or number in the pack, the"
            " number of a user. People of one's own lessons (`GET /people/`); operators: anybody.",
            examples=['{"Ben": 7}'],
        ),
    ] = None,
    as_user: Annotated[  # noqa: ARG001 - the gate reads it
        int | None,
        Query(ge=1, le=_USER_MOST, description="For operators: whose lesson it is to be."),
    ] = None,
) -> ImportedOut:
    """Take up a lesson pack, of this server or another: the body is the file.

    Everything in it is checked before anything is written, and it comes in whole or not at all: an
    ended lesson with new ids, whose log, board and recordings are those of the pack. Whoever takes
    it up leads it from now on, in the place of its host. Whom `people` does not name stays a name.
    Each time makes a lesson of its own: `copies` names those that were there already.
    """
    spooled = spooled_of(request)
    table = _table(people)
    host = importer.host
    arrival = Arrival(services, spooled, host=host, is_operator=importer.is_operator)

    async def taken() -> Taken:
        # One after the other: each finds how much the one before has taken.
        async with services.once.one_at_a_time("import", str(host.user_id)):
            return await arrival.taken(table)

    came = await while_connected(request, taken())
    charge_board(services, host.user_id, came.size_bytes)
    return ImportedOut.of(came, now_ms=services.clock.now_ms())


def _table(people: str | None) -> dict[str, int]:
    if people is None:
        return {}
    try:
        table = msgspec.json.decode(people, type=dict[str, int])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refused(ErrorCode.INVALID, 'must be JSON, as {"Ben": 7}', field="people") from None
    if len(table) > _PEOPLE_MOST or not all(1 <= each <= _USER_MOST for each in table.values()):
        raise Refused(
            ErrorCode.INVALID, f"at most {_PEOPLE_MOST}, each the number of a user", field="people"
        )
    return table
