"""`lessonroom torture`: kill a server in the middle of drawing, and see what this machine keeps."""

import asyncio
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from cli.command_errors import CommandError, CommandRefused
from cli.database import reading
from cli.demo.agreement import logged_board
from cli.demo.lesson import LessonApi, Seat
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.operator_client import OperatorClient
from cli.server.server_files import DATABASE_FILE
from cli.torture.crowd import Crowd
from cli.torture.evidence import Evidence
from cli.torture.victim import Victim
from storage.engine import url_of

_TTL_S: Final = 86_400
_MOST_ACKS_BETWEEN: Final = 40
"""Up to so many acknowledgements a client between two kills."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the torture came to."""

    kills: int
    clients: int
    acknowledged: int
    events: int
    resumes: int
    lost: int
    doubled: int
    gaps: int
    diverged: int
    exit_code: int
    """Of the server's orderly stop at the end."""

    @property
    def is_clean(self) -> bool:
        """Whether everything that was promised was kept."""
        return not (self.lost or self.doubled or self.gaps or self.diverged or self.exit_code)


def torture(
    context: typer.Context,
    rounds: Annotated[int, typer.Option(min=1, max=100_000, help="Kills.")] = 20,
    clients: Annotated[int, typer.Option(min=1, max=30, help="People who draw meanwhile.")] = 8,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Kill a server in the middle of drawing, again and again, and count what was lost.

    Starts a server of its own in a scratch directory beside your lessons, so on the disk that they
    are on; has people draw over real sockets; ends it with SIGKILL, reads the database, starts it
    again, and lets everyone resume. In the end all boards and the log are compared. Exits with 1 if
    anything that was acknowledged is lost, is there twice, or if two boards differ. Your own server
    and its lessons are not touched.

    Example: lessonroom torture --rounds 150 --clients 20
    """
    home = settings_of(context, config=config, data_dir=data_dir).storage.data_dir.absolute()
    beside = next(path for path in (home, *home.parents) if path.is_dir())
    console = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory(prefix="torture-", dir=beside) as scratch,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        bar = progress.add_task("killing", total=rounds)
        try:
            verdict = asyncio.run(
                _torture(
                    Path(scratch) / "data",
                    rounds=rounds,
                    people=clients,
                    on_kill=lambda: progress.advance(bar),
                )
            )
        except BaseExceptionGroup as group:
            raise _first_of(group) from None
    conclude(verdict, as_json=as_json)


def conclude(verdict: Verdict, *, as_json: bool) -> None:
    """Print the verdict.

    Raises:
        CommandRefused: something was lost.

    """
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(verdict) | {"is_clean": verdict.is_clean}))
    else:
        typer.echo(
            f"{verdict.kills} kills, {verdict.clients} clients, {verdict.resumes} resumes\n"
            f"{verdict.acknowledged} events acknowledged, {verdict.lost} of them lost\n"
            f"{verdict.events} events in the log, {verdict.doubled} twice, {verdict.gaps} gaps\n"
            f"{verdict.diverged} of {verdict.clients} boards differ from the log\n"
            f"the last server stopped with exit code {verdict.exit_code}"
        )
    if not verdict.is_clean:
        raise CommandRefused("this server, on this machine, does not keep what it promises")


async def _torture(
    data_dir: Path, *, rounds: int, people: int, on_kill: Callable[[], None]
) -> Verdict:
    chance = random.Random()  # noqa: S311 - when to kill is no secret
    evidence = Evidence()
    database = url_of(data_dir / DATABASE_FILE)
    async with Victim(data_dir) as victim:
        await victim.start()
        session_id, seats = await _seats(victim, people)
        url = f"{victim.url.replace('http', 'ws', 1)}/ws/classroom/{session_id}/"
        async with Crowd.drawing(url, seats, evidence) as crowd:
            for _ in range(rounds):
                await crowd.until_acknowledged(chance.randint(1, _MOST_ACKS_BETWEEN * people))
                await victim.kill()
                await evidence.check(database, session_id)
                await victim.start()
                on_kill()
            seq = await crowd.rest()
            boards = [client.board.digest() for client in crowd.clients]
        exit_code = await victim.stop()
        await evidence.check(database, session_id)
        async with reading(database) as store:
            truth = (await logged_board(store, session_id, seq=seq)).digest()
    return Verdict(
        kills=rounds,
        clients=people,
        acknowledged=evidence.acknowledged,
        events=evidence.events,
        resumes=sum(client.resumes for client in crowd.clients),
        lost=evidence.lost,
        doubled=evidence.doubled,
        gaps=evidence.gaps,
        diverged=sum(board != truth for board in boards),
        exit_code=exit_code,
    )


async def _seats(victim: Victim, people: int) -> tuple[str, list[Seat]]:
    """Begin a lesson with so many people in it, its host first."""
    with OperatorClient(victim.data_dir) as operator:
        token = operator.mint_user("Host", subject="torture", scope="user", ttl_s=_TTL_S).token
    async with LessonApi(victim.url, public_url="", tls=None) as api:
        lesson = await api.create("Torture", user_token=token)
        seats = [
            await api.join(lesson, user_token=token),
            *[await api.join(lesson, guest_name=f"Guest {n}") for n in range(1, people)],
        ]
        await api.start(lesson, user_token=token)
    return lesson.session_id, seats


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return why it ended, out of the groups that tasks wrap it in."""
    found = group.subgroup(CommandError)
    error: BaseException = group if found is None else found
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
