"""What a room begins with, read beside the event loop where it is large.

Tests also: actors/house/room_loader.py.
"""

from collections.abc import Generator

import pytest

from actors.house import room_loader
from actors.messages import LoadedRoom
from actors.room.persistence.loading import loaded_in_pieces, takes_long
from lessonroom.people.permissions import PermissionSet, Role
from storage.records import StoredRoom
from tests.actors.support.school import HOST, School


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count for each room that is not made at once after how many pieces it was."""
    seen: list[int] = []

    def counted(
        stored: StoredRoom, roles: dict[Role, PermissionSet]
    ) -> Generator[None, None, LoadedRoom]:
        seen.append(0)
        work = loaded_in_pieces(stored, roles)
        while True:
            try:
                next(work)
            except StopIteration as done:
                room: LoadedRoom = done.value
                return room
            seen[-1] += 1
            yield

    monkeypatch.setattr(room_loader, "loaded_in_pieces", counted)
    return seen


@pytest.mark.parametrize(("elements", "how"), [(10, "at once"), (9_000, "in pieces")])
async def test_a_large_board_is_read_in_pieces(
    school: School, pieces: list[int], elements: int, how: str
) -> None:
    """[P17] Other rooms go on between them; what was made is the same either way."""
    host = await school.join(HOST)
    for n in range(0, elements, 100):
        host.send(
            "board",
            "board_event",
            {"ops": [_put(n + k) for k in range(min(100, elements))]},
            message_id=f"large-board:{n + 1}",
        )
        await school.rest()
    before = school.room()._lesson.state.board.digest()
    stored = await school.store.load_room("algebra", resume_window=10)
    assert stored is not None
    assert takes_long(stored) is (how == "in pieces")
    pieces.clear()
    await school.restart()
    await school.join(HOST)
    assert len(pieces) == (how == "in pieces")
    assert all(stops > 5 for stops in pieces)
    assert school.room()._lesson.state.board.digest() == before


def _put(n: int) -> dict[str, object]:
    element = {"id": f"e{n}", "layer": "base", "type": "rect", "x": n, "y": 0, "w": 9, "h": 9}
    return {"op": "put", "element": element}
