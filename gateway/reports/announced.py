"""The report of a session as platforms are told it: its numbers, and no names."""

import msgspec
from pydantic import BaseModel

from actors.house.rooms import Rooms
from gateway.identity.identity import no_such_session
from gateway.reports.gathering import Gathered, gathered
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.report import ReportOut
from lessonroom.board.model.board import Board
from lessonroom.board.model.viewing import EVERYONE, seen
from lessonroom.report.report import Report
from storage.announcing.deliveries import Delivery
from storage.announcing.notices import Summary


class _Data(BaseModel):
    session_id: str
    seq: int
    booking_id: str | None
    external_id: str | None
    report: ReportOut


class _Announced(BaseModel):
    """The body, in the form of Standard Webhooks."""

    type: Summary
    timestamp: InstantOut
    data: _Data


async def announced(rooms: Rooms, delivery: Delivery) -> bytes:
    """Return the body that tells the report of the session of a delivery, as it is now.

    Raises:
        Refused: the session is gone, or cannot be read at the moment.
        LogDamaged: an event does not match its checksum.

    """
    found = await gathered(rooms, delivery.session_id)
    session = await rooms.store.session(delivery.session_id)
    if found is None or session is None:
        raise no_such_session()
    report = _for_others(found)
    body = _Announced(
        type=Summary.REPORT,
        timestamp=report.ended_ms or rooms.clock.now_ms(),
        data=_Data(
            session_id=session.session_id,
            seq=delivery.seq,
            booking_id=session.booking_id,
            external_id=session.external_id,
            report=ReportOut.of(report, with_names=False),
        ),
    )
    return body.model_dump_json(by_alias=True).encode()


def _for_others(found: Gathered) -> Report:
    """Return the report without what it tells of private pages, there or gone (AU-1)."""
    if found.private_from is None:
        return found.report
    public = seen(Board.decode(found.board), EVERYONE).pages
    pages = [page for page in found.report.pages if page.page_id in public]
    return msgspec.structs.replace(found.report, pages=pages)
