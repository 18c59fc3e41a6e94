"""`lessonroom users`: signing people out, and forgetting those who asked for it."""

import json
import sys
from typing import Annotated

import msgspec
import typer

from cli.command_errors import CommandRefused, WronglyCalled
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.calling import operator_of

users_app = typer.Typer(
    name="users",
    help="Sign people out; forget those who ask.",
    no_args_is_help=True,
    add_completion=False,
)


@users_app.command()
def erase(
    context: typer.Context,
    user_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, help="The number that `rooms show` lists.")
    ],
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take a person's name and platform identity out of the database. It cannot be undone.

    They are removed from lessons that go on, and their tokens are void. What they did stays, under
    their number. Names in board texts, in reasons and in backups are not looked for.

    Example: lessonroom users erase 7
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        if not is_sure:
            _ask_whether_sure(user_id)
        erased = operator.erase_user(user_id)
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(erased)))
        return
    typer.echo(
        f"erased user {user_id}: {erased.sessions} sessions, {erased.events} events told the name"
    )


@users_app.command("sign-out")
def sign_out(
    context: typer.Context,
    user_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, help="The number that `rooms show` lists.")
    ],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Make every token of a person void: where they are signed in, and their room tokens.

    For a device that was lost. They sign in again by a new link.

    Example: lessonroom users sign-out 7
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        operator.sign_out(user_id)
    typer.echo(f"user {user_id} is signed out everywhere")


def _ask_whether_sure(user_id: int) -> None:
    if not sys.stdin.isatty():
        raise WronglyCalled("nobody can be asked whether this is meant: add --yes")
    if not typer.confirm(f"Erase user {user_id}? This cannot be undone.", err=True):
        raise CommandRefused("nothing was done")
