"""One screen of `lessonroom top`."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from cli.server.operator_client import LiveRoom
from cli.top.readings import Interval, Reading
from cli.top.screen import screen


def _room(n: int, *, title: str = "Algebra", events_per_s: float = 0.0) -> LiveRoom:
    return LiveRoom(
        session_id=f"019a9c31-5a2b-7000-8000-{n:012}",
        title=title,
        status="active",
        participants=2,
        connections=3,
        head=100 + n,
        events_per_s=events_per_s,
        opened_at=datetime(2026, 11, 1, 9, tzinfo=UTC),
    )


def _reading(at_s: float = 0.0, **values: float) -> Reading:
    return Reading(at_s, {"database_writable": 1.0} | values, {}, {})


def _shown(
    rooms: list[LiveRoom],
    reading: Reading,
    interval: Interval | None = None,
    *,
    lines: int | None = None,
    width: int = 100,
) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(screen("http://localhost", rooms, reading, interval, lines=lines))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_the_busiest_rooms_come_first_and_those_past_the_terminal_are_counted() -> None:
    rooms = [_room(n, title=f"Room {n}", events_per_s=n) for n in range(9)]
    shown = _shown(rooms, _reading(), lines=10)
    assert [line.split()[2] for line in shown if "Room" in line] == ["8", "7", "6"]
    assert shown[-1] == "and 6 more rooms"
    assert len(shown) <= 10
    assert len([line for line in _shown(rooms, _reading()) if "Room" in line]) == 9


def test_a_terminal_of_few_lines_shows_one_room() -> None:
    assert any("Room 1" in line for line in _shown([_room(1, title="Room 1")], _reading(), lines=2))


def test_a_title_takes_one_line_and_drives_nothing() -> None:
    shown = _shown([_room(1, title="\x1b[2Jlong " * 40)], _reading(), width=80)
    assert not any("\x1b" in line for line in shown)
    assert len([line for line in shown if "long" in line]) == 1
    assert shown[-1].startswith("019a9c31-5a2b ")
    assert shown[-1].split()[-5:] == ["active", "2", "3", "101", "0"]


def test_what_happens_in_a_second_is_shown_from_the_second_look_on() -> None:
    before = _reading(0.0, process_cpu_seconds_total=1.0, events_total=10.0)
    after = _reading(2.0, process_cpu_seconds_total=1.5, events_total=30.0)
    assert not any("core" in line for line in _shown([], before))
    shown = _shown([], after, Interval(before, after))
    assert any("core 25%" in line and "events 10.0/s" in line for line in shown)
    assert "refused since the last look: none" in shown
    assert "no rooms are open" in shown


@pytest.mark.parametrize("is_writable", [True, False])
def test_a_database_that_takes_no_writes_is_told(is_writable: bool) -> None:  # noqa: FBT001
    shown = _shown([], _reading(database_writable=float(is_writable)))
    assert any("NO WRITES" in line for line in shown) is not is_writable
