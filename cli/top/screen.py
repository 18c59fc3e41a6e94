"""One screen of `lessonroom top`: how the server is, and its rooms, the busiest first."""

import time
from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.printable import printable
from cli.rooms.session_ids import short_ids
from cli.server.operator_client import LiveRoom
from cli.top.readings import Interval, Reading

_MIB: Final = 1024 * 1024
_LATE_S: Final = 0.1
"""Of the event loop: from here on people feel it."""
_REFUSALS: Final = 3
_HEAD_LINES: Final = 7
"""Above the rooms, with the line that tells how many are not shown."""
_WARNING: Final = "bold red"


def screen(
    address: str,
    rooms: Sequence[LiveRoom],
    reading: Reading,
    interval: Interval | None,
    *,
    lines: int | None,
) -> RenderableType:
    """Return what is shown of a look.

    Args:
        address: of the server.
        rooms: those that are open.
        reading: this look.
        interval: since the last one; None at the first look: what happens in a second is not known
            yet.
        lines: of the terminal; rooms past them are counted and not shown. None: all are shown.

    """
    busiest = sorted(rooms, key=lambda room: (-room.events_per_s, -room.connections, room.head))
    room_for = len(busiest) if lines is None else max(1, lines - _HEAD_LINES)
    shown, hidden = busiest[:room_for], busiest[room_for:]
    parts: list[RenderableType] = [_head(address, reading, interval), Text()]
    parts.append(_table(shown) if shown else Text("no rooms are open"))
    if hidden:
        parts.append(Text(f"and {len(hidden)} more rooms", style="dim"))
    return Group(*parts)


def _head(address: str, reading: Reading, interval: Interval | None) -> RenderableType:
    seconds_up = time.time() - reading.value("process_start_time_seconds")
    first = f"{address}, up {_duration(seconds_up)}"
    memory = f"memory {reading.value('process_resident_memory_bytes') / _MIB:,.0f} MiB"
    people = (
        f"rooms {reading.value('rooms'):.0f}, people {reading.value('participants'):.0f},"
        f" connections {reading.value('connections'):.0f}"
    )
    work = (
        f"drawings and images: {reading.value('work_running'):.0f} under way,"
        f" {reading.value('work_waiting'):.0f} waiting"
    )
    lines = [Text(first), Text(f"{people}; {work}")]
    if interval is None:
        lines.append(Text(f"{memory}; events {reading.value('events_per_second'):.1f}/s"))
    else:
        lines += _since(interval, memory)
    if not reading.value("database_writable"):
        lines.append(Text("THE DATABASE TAKES NO WRITES: lessons are read-only", style=_WARNING))
    return Group(*lines)


def _since(interval: Interval, memory: str) -> list[Text]:
    """Return the lines about what happens in a second."""
    core = interval.per_s("process_cpu_seconds_total")
    backlog = interval.after.value("journal_backlog_events")
    rates = (
        f"core {core:.0%}, {memory}; events {interval.per_s('events_total'):.1f}/s,"
        f" waiting for the disk {backlog:.0f}"
    )
    lag_s = interval.quantile("loop_lag_seconds", 0.99)
    times = Text("p99: event loop late ")
    times.append(_ms(lag_s), style=_WARNING if lag_s is not None and lag_s >= _LATE_S else "")
    times.append(
        f", commit {_ms(interval.quantile('commit_seconds', 0.99))},"
        f" flush {_ms(interval.quantile('flush_seconds', 0.99))}"
    )
    refused = list(interval.rises("refusals_total").items())[:_REFUSALS]
    told = ", ".join(f"{code} {count:.0f}" for code, count in refused) or "none"
    return [Text(rates), times, Text(f"refused since the last look: {told}")]


def _table(rooms: Sequence[LiveRoom]) -> Table:
    ids = short_ids([room.session_id for room in rooms])
    table = Table(box=None, pad_edge=False)
    for name in ("id", "title", "status"):
        # Where the terminal is narrow titles give way; each is cut, not folded: one line a room.
        table.add_column(name, no_wrap=name != "title")
    for name in ("people", "conns", "events", "events/s"):
        table.add_column(name, justify="right", no_wrap=True)
    for room in rooms:
        table.add_row(
            ids[room.session_id],
            Text(printable(room.title), no_wrap=True, overflow="ellipsis"),
            room.status,
            str(room.participants),
            str(room.connections),
            str(room.head),
            f"{room.events_per_s:g}",
        )
    return table


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f} ms"


def _duration(seconds: float) -> str:
    minutes, rest_s = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest_s} s" if minutes else f"{rest_s} s"
