"""`lessonroom demo`: a lesson by three clients over real WebSockets, checked at the end."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from actors.runtime import chance
from cli.command_errors import CommandError, CommandRefused
from cli.database import reading
from cli.demo.agreement import BoardReport, client_report, database_report, settled
from cli.demo.client import BoardClient
from cli.demo.handwriting import Author, PenStroke, load_strokes
from cli.demo.lesson import Lesson, LessonApi, Seat
from cli.demo.performance import perform
from cli.demo.script import lesson_steps
from cli.demo.tables import report_table
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.operator_client import OperatorClient
from cli.server.server_files import Running, database_url, read_running
from cli.settings.settings import Settings

_TITLE: Final = "Demo lesson"
_TEACHER: Final = "Demo teacher"
_TEACHER_SUBJECT: Final = "demo-teacher"
_TEACHER_TTL_S: Final = 3_600
_PARTS: Final[tuple[Author, ...]] = ("teacher", "student1", "student2")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a demo came to; the last of `boards` is the database's."""

    session_id: str
    link: str
    strokes: int
    erased: int
    boards: Sequence[BoardReport]

    @property
    def is_agreed(self) -> bool:
        """Whether all boards are the same, and at the same event."""
        return len({(board.seq, board.elements, board.digest) for board in self.boards}) == 1


def demo(
    context: typer.Context,
    speed: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            help="1 is the speed of a hand, about 70 s; 0 draws on as soon as the last step is on"
            " disk.",
        ),
    ] = 1.0,
    students: Annotated[
        int,
        typer.Option(
            min=0, max=30, help="Students in the room; the first two draw, the others look on."
        ),
    ] = 2,
    is_kept: Annotated[
        bool, typer.Option("--keep", help="Leave the lesson running at the end.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Play a lesson on the running server and check that every board agrees.

    A teacher and two students fill the board with handwriting (synthesised, with pressure and
    timing), each over a WebSocket of their own. The link that is printed lets you watch, and draw
    along. At the end the boards of all of them, and the one that the log in the database comes to,
    are compared; exits with 1 if they differ.

    Example: lessonroom demo --speed 4 --keep
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    home = settings.storage.data_dir
    with OperatorClient(home) as operator:
        user_token = operator.mint_user(
            _TEACHER, subject=_TEACHER_SUBJECT, scope="user", ttl_s=_TEACHER_TTL_S
        ).token
    try:
        outcome = asyncio.run(
            _play(
                settings,
                read_running(home),
                user_token=user_token,
                students=students,
                speed=speed,
                is_kept=is_kept,
            )
        )
    except BaseExceptionGroup as group:
        raise _first_refusal(group) from None
    conclude(outcome, as_json=as_json)


def conclude(outcome: Outcome, *, as_json: bool) -> None:
    """Print what the demo came to.

    Raises:
        CommandRefused: the boards differ.

    """
    if as_json:
        document = msgspec.to_builtins(outcome) | {"is_agreed": outcome.is_agreed}
        typer.echo(json.dumps(document, indent=2))
    else:
        Console().print(report_table(outcome.boards))
        typer.echo(f"{outcome.strokes} strokes were drawn, {outcome.erased} of them erased again")
    if not outcome.is_agreed:
        raise CommandRefused("the boards differ")
    if not as_json:
        typer.echo("all boards and the database agree")


async def _play(
    settings: Settings,
    running: Running,
    *,
    user_token: str,
    students: int,
    speed: float,
    is_kept: bool,
) -> Outcome:
    tls = _trust(settings) if running.url.startswith("https:") else None
    public_url = settings.server.public_url
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(reading(database_url(settings)))
        api = await stack.enter_async_context(
            LessonApi(running.url, public_url=public_url, tls=tls)
        )
        lesson = await api.create(_TITLE, user_token=user_token)
        if not is_kept:
            stack.push_async_callback(_complete, api, lesson, user_token)
        link = f"{public_url or running.url}/join/{lesson.session_id}#code={lesson.access_code}"
        typer.echo(f"watch: {link}", err=True)
        seats = [
            await api.join(lesson, user_token=user_token),
            *[
                await api.join(lesson, guest_name=f"Demo student {number}")
                for number in range(1, students + 1)
            ],
        ]
        await api.start(lesson, user_token=user_token)

        progress = asyncio.Event()
        url = f"{running.url.replace('http', 'ws', 1)}/ws/classroom/{lesson.session_id}/"
        async with _connected(url, seats, progress, tls) as clients:
            script = await _draw(clients, speed)
            seq = await settled(clients, progress)
            # No await in between: the boards are those of this `seq`.
            boards = [
                client_report(seat.participant.name, client)
                for seat, client in zip(seats, clients, strict=True)
            ]
        boards.append(await database_report(store, lesson.session_id, seq=seq))
    return Outcome(
        session_id=lesson.session_id,
        link=link,
        strokes=sum(stroke.erases is None for stroke in script),
        erased=sum(stroke.erases is not None for stroke in script),
        boards=boards,
    )


@contextlib.asynccontextmanager
async def _connected(
    url: str, seats: Sequence[Seat], progress: asyncio.Event, tls: ssl.SSLContext | None
) -> AsyncIterator[list[BoardClient]]:
    """Keep a client for each seat connected; a fault of one ends them all."""
    clients = [
        BoardClient(
            url,
            seat.token,
            on_change=progress.set,
            tls=tls,
        )
        for seat in seats
    ]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(client.run())
        for client in clients:
            await client.ready()
        yield clients
        for client in clients:
            await client.close()


async def _draw(clients: Sequence[BoardClient], speed: float) -> list[PenStroke]:
    """Play the script and return the strokes of those who were there."""
    lesson = load_strokes()
    drawing = dict(zip(_PARTS, clients, strict=False))
    # Ids of their own: a lesson that is kept may be played on again.
    steps = [
        step
        for step in lesson_steps(lesson, id_prefix=f"{chance.new_epoch()}-")
        if step.author in drawing
    ]
    with _progress_bar(len(steps)) as on_step:
        await perform(steps, drawing, speed=speed, on_step=on_step)
    return [stroke for stroke in lesson.strokes if stroke.author in drawing]


@contextlib.contextmanager
def _progress_bar(steps: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("drawing", total=steps)
        yield lambda: bar.advance(task)


async def _complete(api: LessonApi, lesson: Lesson, user_token: str) -> None:
    await api.complete(lesson, user_token=user_token)


def _trust(settings: Settings) -> ssl.SSLContext:
    """Trust the certificate that the settings name, whatever host it is for: it is our own."""
    context = ssl.create_default_context()
    if settings.server.tls_cert is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(settings.server.tls_cert)
    return context


def _first_refusal(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return why the demo ended, out of the groups that tasks wrap it in."""
    found = group.subgroup(CommandError)
    error: BaseException = group if found is None else found
    while isinstance(error, BaseExceptionGroup):
        if found is None:
            return error
        error = error.exceptions[0]
    return error
