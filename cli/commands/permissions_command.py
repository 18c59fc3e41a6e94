"""`lessonroom permissions`: what each role may do on this server."""

import asyncio
import json
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.command_errors import CommandRefused, ServerUnreachable, WronglyCalled
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.calling import operator_of
from cli.server.operator_client import OperatorClient
from cli.server.server_files import database_url
from cli.settings.settings import Settings
from lessonroom.people.permissions import Permission, Role

permissions_app = typer.Typer(
    name="permissions",
    help="See and set what each role may do on this server.\n\n"
    "A session's own settings, and what a host grants to a person, go before these.",
    no_args_is_help=True,
    add_completion=False,
)

_STATES: Final = {"on": True, "off": False}
_Table = dict[str, dict[str, bool]]


def _roles(incomplete: str) -> list[str]:
    return [role.value for role in Role if role.value.startswith(incomplete)]


def _changes(incomplete: str) -> list[str]:
    changes = [f"{name.value}={state}" for name in Permission for state in _STATES]
    return [change for change in changes if change.startswith(incomplete)]


@permissions_app.command("list")
def list_(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show what each role may do; with the server down, what the database holds.

    Example: lessonroom permissions list
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            found: _Table = {role.value: operator.role_permissions(role.value) for role in Role}
    except ServerUnreachable:
        found = _from_database(settings)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("permission", *found, box=None, pad_edge=False)
    for name in Permission:
        table.add_row(name.value, *("yes" if may[name.value] else "-" for may in found.values()))
    Console().print(table)


@permissions_app.command("set")
def set_(
    context: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", autocompletion=_roles)],
    changes: Annotated[
        list[str],
        typer.Argument(metavar="can_x=on|off ...", autocompletion=_changes, show_default=False),
    ],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Change what a role may do, in rooms that are opened from now on; the rest stays.

    Example: lessonroom permissions set student can_draw=off can_export=on
    """
    if role not in set(Role):
        raise WronglyCalled(f"there is no role {role!r}; the roles are {', '.join(Role)}")
    wanted = dict(map(_change, changes))
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        before = operator.role_permissions(role)
        after = operator.set_role_permissions(role, before | wanted)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        typer.echo(f"nothing changed: {role} is like that already")
    for name in changed:
        typer.echo(f"{role}: {name} is {'on' if after[name] else 'off'}")


def _change(text: str) -> tuple[str, bool]:
    name, _, state = text.partition("=")
    if name not in set(Permission):
        raise WronglyCalled(
            f"there is no permission {name!r}; the permissions are {', '.join(Permission)}"
        )
    if state not in _STATES:
        raise WronglyCalled(f"{text!r} says neither {name}=on nor {name}=off")
    return name, _STATES[state]


def _from_database(settings: Settings) -> _Table:
    # Loading what reads a database takes a second, which a running server saves.
    from cli.database import reading  # noqa: PLC0415

    async def read() -> _Table:
        async with reading(database_url(settings)) as store:
            found = await store.role_permissions()
        missing = set(Role) - set(found)
        if missing:
            raise CommandRefused(f"the database has no permissions of {', '.join(sorted(missing))}")
        return {
            role.value: {name.value: name in found[role] for name in Permission} for role in Role
        }

    return asyncio.run(read())
