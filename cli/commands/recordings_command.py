"""`lessonroom recordings`: what was recorded of a lesson, and each voice as a file."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.recordings.exporting import export as exported
from cli.recordings.listed import names_of, table, takes_of
from cli.rooms.session_ids import whole_id
from cli.server.operator_client import OperatorClient
from cli.server.server_files import database_url

recordings_app = typer.Typer(
    name="recordings",
    help="See what was recorded of lessons; save each voice as a file.",
    no_args_is_help=True,
    add_completion=False,
)

SessionArgument = Annotated[
    str, typer.Argument(metavar="SESSION", help="The id, or as much of it as is needed.")
]


@recordings_app.command("list")
def list_(
    context: typer.Context,
    session_id: SessionArgument,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List the takes of a session: whose voice, face or screen, from when, how long.

    Example: lessonroom recordings list 019a9c31-5a2b
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = whole_id(session_id, database_url=database_url(settings))
        takes, names = takes_of(operator, whole), names_of(operator, whole)
    if as_json:
        lines = [
            msgspec.to_builtins(take) | {"name": names.get(take.user_id, "")} for take in takes
        ]
        typer.echo(json.dumps(lines, indent=2))
    elif takes:
        Console().print(table(takes, names))
    else:
        typer.echo("nothing was recorded of this session")


@recordings_app.command()
def export(
    context: typer.Context,
    session_id: SessionArgument,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to; by default a new folder beside you."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Save each voice, face and screen of a session as a file, all on the lesson's time.

    `index.json` says whose each is and where it begins: laid there, they are in step. What somebody
    did not agree to is silent in theirs.

    Example: lessonroom recordings export 019a9c31-5a2b --to lesson
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = whole_id(session_id, database_url=database_url(settings))
        takes = takes_of(operator, whole)
        if not takes:
            typer.echo("nothing was recorded of this session")
            return
        folder = to or Path(f"recordings-{whole}")
        for file in exported(operator, whole, takes, names_of(operator, whole), folder):
            at_s = file.offset_ms / 1000
            typer.echo(
                f"{printable(file.file)}: {file.duration_ms / 60_000:.1f} min from {at_s:.1f} s on"
            )
        typer.echo(f"{folder / 'index.json'} says what lies where")
