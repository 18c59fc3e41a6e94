"""The demo beside a server that is killed.

Tests also: cli/demo/performance.py.
"""

import asyncio
from pathlib import Path

from cli.demo.agreement import client_report, database_report, settled
from cli.demo.client import BoardClient
from cli.demo.handwriting import Author, load_strokes
from cli.demo.performance import perform
from cli.demo.script import DrawStep, lesson_steps
from storage.records import Durability
from storage.store import Store
from tests.cli.calling import post, user_token
from tests.serving import RunningServer, start_server

FAST = {
    "LESSONROOM_LIMITS__BOARD_PER_S": "5000",
    "LESSONROOM_LIMITS__BOARD_BURST": "10000",
    "LESSONROOM_ROOMS__FANOUT_INTERVAL_MS": "0",
}
STEPS = 400
KILL_AFTER_STEPS = 100


async def test_the_demo_loses_nothing_when_the_server_is_killed_in_the_middle(
    tmp_path: Path,
) -> None:
    """[BD-6] What was acknowledged is there after a crash, what was not is sent again, once."""
    data_dir = tmp_path / "data"
    first = await asyncio.to_thread(start_server, data_dir, env=FAST)
    running = [first]
    port = first.url.rpartition(":")[2]
    try:
        progress, is_under_way = asyncio.Event(), asyncio.Event()
        session_id, clients = await asyncio.to_thread(_seated, first, progress)
        steps = lesson_steps(load_strokes(), id_prefix="demo-")[:STEPS]
        done = 0

        def count() -> None:
            nonlocal done
            done += 1
            if done == KILL_AFTER_STEPS:
                is_under_way.set()

        async def kill_and_start_again() -> None:
            await is_under_way.wait()
            first.kill()
            again = await asyncio.to_thread(start_server, data_dir, "--port", port, env=FAST)
            running.append(again)

        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run())
            restart = group.create_task(kill_and_start_again())
            teacher, student = clients
            parts: dict[Author, BoardClient] = {"teacher": teacher, "student1": student}
            await perform(steps, parts, speed=0, on_step=count)
            await restart
            seq = await settled(clients, progress)
            reports = [client_report("", client) for client in clients]
            for client in clients:
                await client.close()
        assert [report.resumes for report in reports] == [1, 1]
    finally:
        for server in running:
            server.kill()
    store = Store(f"sqlite+aiosqlite:///{data_dir}/lessonroom.db", durability=Durability.POWER)
    reports.append(await database_report(store, session_id, seq=seq))
    await store.close()
    assert len({report.digest for report in reports}) == 1
    sent = [step for step in steps if isinstance(step, DrawStep) and step.author in parts]
    assert sum(report.acks or 0 for report in reports) == len(sent)


def _seated(server: RunningServer, progress: asyncio.Event) -> tuple[str, list[BoardClient]]:
    """Begin a lesson with its host and a guest."""
    token = user_token(server)
    session = post(server, "/", {}, token=token)
    path = f"/{session['session_id']}"
    code = {"access_code": session["access_code"], "name": "Grace"}
    seats = [
        post(server, f"{path}/join/", {}, token=token),
        post(server, f"{path}/join/", code),
    ]
    post(server, f"{path}/start/", token=token)
    clients = [
        BoardClient(
            f"{server.ws_url}/ws/classroom{path}/",
            seat["token"],
            on_change=progress.set,
        )
        for seat in seats
    ]
    return session["session_id"], clients
