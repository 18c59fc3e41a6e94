import threading

import pytest

from actors.house import room_loader
from actors.messages import LoadedRoom
from actors.room.loading import loaded, takes_long
from lessonroom.people.permissions import PermissionSet, Role
from storage.records import StoredRoom
from tests.actors.school import HOST, School


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note for each room where it was made."""
    seen: list[str] = []

    def noted(stored: StoredRoom, roles: dict[Role, PermissionSet]) -> LoadedRoom:
        is_main = threading.current_thread() is threading.main_thread()
        seen.append("loop" if is_main else "thread")
        return loaded(stored, roles)

    monkeypatch.setattr(room_loader, "loaded", noted)
    return seen


@pytest.mark.parametrize(("elements", "place"), [(10, "loop"), (2_000, "thread")])
async def test_a_large_board_is_read_beside_the_loop(
    school: School, threads: list[str], elements: int, place: str
) -> None:
    """[P17] Other rooms go on meanwhile; what was made is the same either way."""
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
    assert takes_long(stored) is (place == "thread")
    threads.clear()
    await school.restart()
    await school.join(HOST)
    assert threads == [place]
    assert school.room()._lesson.state.board.digest() == before


def _put(n: int) -> dict[str, object]:
    element = {"id": f"e{n}", "layer": "base", "type": "rect", "x": n, "y": 0, "w": 9, "h": 9}
    return {"op": "put", "element": element}
