"""`lessonroom rooms`: see and steer the lessons of the server on this machine."""

import asyncio
import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live

from cli.command_errors import CommandRefused, ServerUnreachable, WronglyCalled
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.rooms.importing import import_pack
from cli.rooms.listing_rooms import list_rooms
from cli.rooms.packing import save_pack
from cli.rooms.room_lines import RoomList
from cli.rooms.room_tables import room_list_table, room_table
from cli.rooms.session_ids import whole_id
from cli.rooms.timeline import print_csv, print_timeline
from cli.server.operator_client import OperatorClient
from cli.server.server_files import database_url
from cli.settings.settings import Settings

rooms_app = typer.Typer(
    name="rooms",
    help="See and steer the lessons of this machine.\n\n"
    "An ID may be given by its beginning, as long as only one session begins so.",
    no_args_is_help=True,
    add_completion=False,
)

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The session's id, or the beginning of it.")
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Why; everyone in the lesson is told.")
]


class ExportFormat(StrEnum):
    """What a board can be written as."""

    JSON = "json"
    SVG = "svg"
    PNG = "png"
    PDF = "pdf"


_BINARY = frozenset({ExportFormat.PNG, ExportFormat.PDF})
_SERVER_IS_DOWN = "the server is not running; this is what the database holds"


@rooms_app.command("list")
def list_(
    context: typer.Context,
    as_json: JsonOption = False,
    with_resting: Annotated[
        bool, typer.Option("--all", help="Also the lessons under way that nobody is in.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    every_s: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.2, help="How often to look.")
    ] = 2.0,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List the open rooms; with the server down, the lessons that it will go on with.

    A room that nobody is in is put to rest after a while, and is opened again when somebody comes.

    With --watch and --json together, each look is one line.

    Example: lessonroom rooms list --watch
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    try:
        if not watch:
            _print_rooms(list_rooms(settings, with_resting=with_resting), as_json=as_json)
        elif as_json or not Console().is_terminal:
            while True:
                found = list_rooms(settings, with_resting=with_resting)
                _print_rooms(found, as_json=as_json, is_line=True)
                time.sleep(every_s)
        else:
            _watch(settings, every_s, with_resting=with_resting)
    except KeyboardInterrupt:
        # Ctrl-C is how watching ends.
        raise typer.Exit from None


@rooms_app.command()
def show(
    context: typer.Context,
    session_id: IdArgument,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show one session, its access code and its people; with the server down, from the database.

    Example: lessonroom rooms show 019a9c31-5a2b
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    whole = _whole(session_id, settings)
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            document = operator.room(whole)
    except ServerUnreachable:
        typer.echo(_SERVER_IS_DOWN, err=True)
        document = _from_database(whole, settings)
    if as_json:
        typer.echo(json.dumps(document, indent=2))
    else:
        Console().print(room_table(document))


@rooms_app.command()
def terminate(
    context: typer.Context,
    session_id: IdArgument,
    reason: ReasonOption = None,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Break a lesson off: everyone is let go, and it cannot be resumed. Its history stays.

    Example: lessonroom rooms terminate 019a9c31-5a2b --reason "wrong class"
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = _whole(session_id, settings)
        if not is_sure:
            _ask_whether_sure(operator, whole)
        operator.terminate(whole, reason=reason)
    typer.echo(f"terminated {whole}")


@rooms_app.command()
def reopen(
    context: typer.Context,
    session_id: IdArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have a lesson that was completed go on, with its board and its people.

    Hosts do so themselves within `rooms.reopen_days` of its end; here it may be longer ago. What
    was terminated or expired stays over, and what was deleted is gone.

    Example: lessonroom rooms reopen 019a9c31-5a2b
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = _whole(session_id, settings)
        operator.reopen(whole)
    typer.echo(f"reopened {whole}")


@rooms_app.command()
def kick(
    context: typer.Context,
    session_id: IdArgument,
    user_id: Annotated[
        int,
        typer.Argument(metavar="USER", min=1, help="The number that `rooms show` lists."),
    ],
    reason: ReasonOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove a participant; their tokens are void until the host invites them again.

    Example: lessonroom rooms kick 019a9c31-5a2b 7 --reason "not in this class"
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        name = operator.kick(_whole(session_id, settings), user_id, reason=reason)
    typer.echo(f"kicked {printable(name)} (user {user_id})")


@rooms_app.command()
def save(
    context: typer.Context,
    session_id: IdArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take a snapshot of a board as it is now.

    Example: lessonroom rooms save 019a9c31-5a2b
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        saved = operator.save(_whole(session_id, settings))
    typer.echo(f"saved version {saved.version}, {saved.size_bytes} bytes")


@rooms_app.command()
def export(
    context: typer.Context,
    session_id: IdArgument,
    format_: Annotated[
        ExportFormat, typer.Option("--format", help="What to write.")
    ] = ExportFormat.SVG,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Of the board; the newest by default.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file; stdout by default.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write a board to a file, as it is now or was at any event.

    Example: lessonroom rooms export 019a9c31-5a2b --format pdf -o lesson.pdf
    """
    if output is None and format_ in _BINARY and sys.stdout.isatty():
        raise WronglyCalled(f"a terminal cannot show {format_}: add -o FILE")
    settings = settings_of(context, config=config, data_dir=data_dir)
    asked: dict[str, str | int] = {"format": format_}
    if version is not None:
        asked["version"] = version
    with OperatorClient(settings.storage.data_dir) as operator:
        answer = operator.download(f"sessions/{_whole(session_id, settings)}/export/", asked)
    if output is None:
        sys.stdout.buffer.write(answer.content)
        return
    try:
        output.write_bytes(answer.content)
    except OSError as error:
        raise CommandRefused(f"{output} cannot be written: {error.strerror}") from None
    typer.echo(f"{output}: {len(answer.content)} bytes")


@rooms_app.command()
def pack(
    context: typer.Context,
    session_id: IdArgument,
    to: Annotated[
        Path | None, typer.Option("--to", help="The file; lesson-ID.zip here by default.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write all of a lesson to one file: log, board, files, chat, recordings, with their hashes.

    It holds personal data, and what was written to one person alone. Keep the number that is
    printed elsewhere: by it one knows later that nothing of the log was changed.

    Example: lessonroom rooms pack 019a9c31-5a2b --to lesson.zip
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = _whole(session_id, settings)
        save_pack(operator, whole, to or Path(f"lesson-{whole}.zip"))


@rooms_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The pack.")],
    as_user: Annotated[
        int,
        typer.Option("--as", metavar="USER", min=1, help="Whose lesson it is to be: their number."),
    ],
    people: Annotated[
        Path | None,
        typer.Option(
            "--people",
            metavar="JSON",
            help='Who of the pack is whom here, as {"Ben": 7}; others stay names.',
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take up a lesson pack of this server or another: as an ended lesson, whole or not at all.

    Everything in it is checked first. `lessonroom rooms show` and the operator's page list the
    numbers of users; the lesson's host is whoever --as names.

    Example: lessonroom rooms import lesson.zip --as 3 --people people.json
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        import_pack(operator, file, as_user=as_user, people=people, as_json=as_json)


@rooms_app.command()
def timeline(
    context: typer.Context,
    session_id: IdArgument,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print what happened in a session, oldest first; changes of the board as counts.

    Example: lessonroom rooms timeline 019a9c31-5a2b --csv > lesson.csv
    """
    if as_json and as_csv:
        raise WronglyCalled("--json and --csv exclude each other")
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = _whole(session_id, settings)
        if as_csv:
            print_csv(operator, whole)
        else:
            print_timeline(operator, whole, as_json=as_json)


def _whole(given: str, settings: Settings) -> str:
    return whole_id(given, database_url=database_url(settings))


def _from_database(session_id: str, settings: Settings) -> dict[str, object]:
    # As in `cli.rooms.listing_rooms`: loaded only where it is needed.
    from cli.rooms.resting_rooms import resting_room  # noqa: PLC0415

    return asyncio.run(resting_room(session_id, database_url=database_url(settings)))


def _print_rooms(found: RoomList, *, as_json: bool, is_line: bool = False) -> None:
    if not found.is_server_up:
        typer.echo(_SERVER_IS_DOWN, err=True)
    if as_json:
        # ASCII alone: no title can drive the terminal that this is read on.
        document = msgspec.to_builtins(found)
        typer.echo(json.dumps(document, indent=None if is_line else 2))
    else:
        Console().print(room_list_table(found))


def _watch(settings: Settings, every_s: float, *, with_resting: bool) -> None:
    with Live(auto_refresh=False, screen=True) as screen:
        while True:
            found = list_rooms(settings, with_resting=with_resting)
            screen.console.set_window_title("lessonroom rooms")
            screen.update(room_list_table(found), refresh=True)
            time.sleep(every_s)


def _ask_whether_sure(operator: OperatorClient, session_id: str) -> None:
    session = operator.room(session_id)["session"]
    if not sys.stdin.isatty():
        raise WronglyCalled("nobody can be asked whether this is meant: add --yes")
    title = printable(str(session["title"])) or "without a title"
    if not typer.confirm(f"Terminate {session_id} ({title}, {session['status']})?", err=True):
        raise CommandRefused("nothing was done")
