"""What a newer program wrote is refused with a code that says so, and nobody else notices."""

import msgspec
import pytest

from actors.house.versions import board_at
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.codes import ErrorCode, Refused
from storage.records import Batch
from tests.actors.support.school import HOST, School


@pytest.mark.logs_errors(reason="the operator is told that the server is too old")
async def test_a_session_of_a_newer_program_is_refused_and_left(school: School) -> None:
    """[BD-16] To whoever connects, and to whoever asks for a version of its board."""
    await school.lesson("newer")
    (*_, last) = await school.log("newer")
    session = await school.store.session("newer")
    assert session is not None
    event = msgspec.structs.replace(last, seq=last.seq + 1, board_schema=BOARD_SCHEMA + 1)
    await school.store.commit([Batch(session=session, events=(event,))])
    client = school.client(HOST, "newer")
    client.connect(school.rooms)
    await school.until(lambda: client.outbox.has_ended)
    assert client.outbox.refused is not None
    assert client.outbox.refused.code is ErrorCode.SERVER_TOO_OLD
    with pytest.raises(Refused) as caught:
        await board_at(school.store, "newer", event.seq)
    assert caught.value.code is ErrorCode.SERVER_TOO_OLD
    assert await school.store.head("newer") == event.seq
    await school.join(HOST)
    await school.check()
