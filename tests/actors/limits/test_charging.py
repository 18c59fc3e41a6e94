"""What is costly besides the answers to `sync_request`."""

from actors.config import RoomConfig
from lessonroom.rates import Rate, Rates
from tests.actors.support.client import Client
from tests.actors.support.school import HOST, OpenSchool, School

_SLOW = RoomConfig(fanout_interval_s=0.0, rates=Rates(board=Rate(1, 6), participant_factor=1.0))


async def _with_board(school: School) -> Client:
    host = await school.join(HOST)
    await school.rest()
    for n in range(9):
        ops = [
            {
                "op": "put",
                "element": {
                    "type": "text", "id": f"t{n}-{k}", "layer": "base", "x": 1, "y": 0,
                    "text": "x" * 9_000,
                },
            }
            for k in range(6)
        ]  # fmt: skip
        host.send("board", "board_event", {"ops": ops}, message_id=f"hosterboards:{n + 1}")
        school.clock.advance(60)
        await school.rest()
    assert not host.errors
    return host


async def test_a_save_costs_what_the_board_takes(open_school: OpenSchool) -> None:
    """[FC-7] Whoever saves a large board again and again has to wait for it."""
    school = await open_school(_SLOW)
    host = await _with_board(school)
    host.outbox.holds_ms.clear()
    host.call("save")
    # The board is large: it goes to the disk ahead of what names it, piece by piece.
    await school.until(lambda: bool(host.outbox.of_type("reply")))
    assert sum(host.outbox.holds_ms) > 2_000
    host.outbox.holds_ms.clear()
    school.clock.advance(60)
    # It is saved already: nothing is written, and nothing paid.
    host.call("save")
    await school.rest()
    assert host.outbox.holds_ms == []


async def test_patches_cost_what_they_are_about(open_school: OpenSchool) -> None:
    """[FC-7] A message of a few kB copied a graph fifty times, or took a table apart as often."""
    school = await open_school(_SLOW)
    host = await school.join(HOST)
    await school.rest()
    at = {"layer": "base", "x": 0, "y": 0}
    rect = {"type": "rect", "id": "r", **at, "w": 9, "h": 9}
    curves = [{"expr": "x", "points": [[1.25] * 8_000]}]
    graph = {"type": "graph", "id": "g", **at, "w": 9, "h": 9, "curves": curves}
    lines = [{"id": f"l{n}", "size": 200} for n in range(25)]
    cells = {f"l{n}:l{m}": "x" * 9 for n in range(25) for m in range(25)}
    table = {"type": "table", "id": "t", **at, "rows": lines, "cols": lines, "cells": cells}
    for n, element in enumerate((rect, graph, table), 1):
        put = {"ops": [{"op": "put", "element": element}]}
        host.send("board", "board_event", put, message_id=f"hosterboards:{n}")
        await school.rest()
        school.clock.advance(60)
    held_ms = []
    moves: list[dict[str, object]] = [{"x": x} for x in range(50)]
    written: list[dict[str, object]] = [{"cells": {"l1:l1": f"{n}"}} for n in range(20)]
    changes = {"r": moves, "g": moves, "t": written}
    for n, (name, patches) in enumerate(changes.items(), 4):
        host.outbox.holds_ms.clear()
        ops = [{"op": "patch", "id": name, "set": each} for each in patches]
        host.send("board", "board_event", {"ops": ops}, message_id=f"hosterboards:{n}")
        await school.rest()
        held_ms.append(max(host.outbox.holds_ms, default=0))
        school.clock.advance(60)
    assert not host.errors
    # 2 MB are copied, of which a token pays for 256 KiB; six were there, and no more is owed.
    assert held_ms[0] == 0
    assert 2_000 < held_ms[1] < 6_000
    assert held_ms[2] >= 6_000


async def test_who_comes_again_has_no_more_read_than_one_who_stays(
    open_school: OpenSchool,
) -> None:
    """[FC-7] [BD-12] One restore at a time for each person, and what it took is owed by them."""
    school = await open_school(_SLOW)
    host = await _with_board(school)
    school.clock.advance(60)
    asked = []
    for _ in range(3):
        asked.append(host.call("restore", version=school.room()._lesson.committed))
        await school.settle()
        host.drop()
        await school.connect(host)
    await school.rest()
    errors = {error["id"]: error["code"] for error in host.errors}
    assert errors == dict.fromkeys(asked[1:], "rate_limited"), host.errors
    school.clock.advance(60)
    last = host.call("restore", version=1)
    await school.until(lambda: bool(host.outbox.of_type("reply")))
    assert [reply["id"] for reply in host.outbox.of_type("reply")] == [last]


async def test_one_restore_at_a_time_is_worked_on_for_a_connection(school: School) -> None:
    """[FC-7] [BD-12] Each holds the board more than once; the first one is answered."""
    host = await school.join(HOST)
    await school.rest()
    host.draw("e1")
    await school.rest()
    asked = [host.call("restore", version=version) for version in (1, 2, 3)]
    await school.rest()
    errors = {error["id"]: error["code"] for error in host.errors}
    assert errors == {asked[1]: "rate_limited", asked[2]: "rate_limited"}
    assert [reply["id"] for reply in host.outbox.of_type("reply")] == asked[:1]
    again = host.call("restore", version=99)
    await school.rest()
    assert host.errors[-1]["id"] == again
    assert host.errors[-1]["code"] == "not_found"
