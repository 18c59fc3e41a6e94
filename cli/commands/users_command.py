"""`lessonroom users`: who is known here, what they are, who is out, and whom to forget."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.command_errors import CommandRefused, WronglyCalled
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.server.calling import operator_of
from cli.server.people_calls import UserLine

users_app = typer.Typer(
    name="users",
    help="See who is known; let teachers in and out; forget those who ask.",
    no_args_is_help=True,
    add_completion=False,
)


_Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The number that `list` prints.")]


class Role(StrEnum):
    """What somebody is on this server."""

    TEACHER = "teacher"
    OPERATOR = "operator"


@users_app.command("list")
def list_(
    context: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A part of the name, in any case.")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="Of one role.")] = None,
    only_barred: Annotated[bool, typer.Option("--barred", help="Who may come in no more.")] = False,
    with_guests: Annotated[bool, typer.Option("--guests", help="Guests, too.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List the people whom the server knows, newest first.

    Example: lessonroom users list --role operator
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        users = operator.people.users(
            q=text,
            role=role,
            barred="true" if only_barred else None,
            kind=None if with_guests else "registered",
        )
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(users), indent=2))
    elif users:
        Console().print(_table(users))
    else:
        typer.echo("there is nobody like this")


@users_app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What others see.")],
    role: Annotated[Role, typer.Option(help="What they are here.")] = Role.TEACHER,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have somebody teach here, or run the server. `signin-link NAME` then prints their link.

    Example: lessonroom users add "Ada Lovelace"
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        user = operator.people.add(name, role=role)
    typer.echo(f"{printable(user.name)} is user {user.user_id}, {user.role}")


@users_app.command("role")
def set_role(
    context: typer.Context,
    user_id: _Id,
    role: Annotated[Role, typer.Argument(help="teacher or operator.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Say what somebody is: what is taken is gone at once, what is given comes with a sign-in.

    Example: lessonroom users role 7 operator
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        user = operator.people.change(user_id, role=role)
    typer.echo(f"{printable(user.name)} is {user.role}")


@users_app.command()
def bar(
    context: typer.Context,
    user_id: _Id,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have somebody come in no more: their tokens are void at once, their lessons stay.

    Example: lessonroom users bar 7
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        user = operator.people.change(user_id, is_barred=True)
    typer.echo(f"{printable(user.name)} is out, and comes in no more")


@users_app.command()
def unbar(
    context: typer.Context,
    user_id: _Id,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Let somebody in again who was barred; they sign in anew.

    Example: lessonroom users unbar 7
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        user = operator.people.change(user_id, is_barred=False)
    typer.echo(f"{printable(user.name)} may come in again")


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


def _table(users: list[UserLine]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "role", "by", "barred"):
        table.add_column(heading, overflow="fold")
    for user in users:
        table.add_row(
            str(user.user_id),
            Text(printable(user.name)),
            user.role or ("guest" if user.kind == "guest" else ""),
            Text(printable(user.issuer)),
            "yes" if user.is_barred else "",
        )
    return table


def _ask_whether_sure(user_id: int) -> None:
    if not sys.stdin.isatty():
        raise WronglyCalled("nobody can be asked whether this is meant: add --yes")
    if not typer.confirm(f"Erase user {user_id}? This cannot be undone.", err=True):
        raise CommandRefused("nothing was done")
