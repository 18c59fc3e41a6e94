"""`lessonroom shelf`: what people keep for their lessons, and what everyone may use."""

import json
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.server.calling import operator_of
from cli.server.shelf_calls import ShelfLine

shelf_app = typer.Typer(
    name="shelf",
    help="See what people keep for their lessons; share templates with everyone.",
    no_args_is_help=True,
    add_completion=False,
)

ItemArgument = Annotated[
    str, typer.Argument(metavar="ITEM", help="The id that `shelf list` prints.")
]


@shelf_app.command("list")
def list_(
    context: typer.Context,
    user_id: Annotated[int | None, typer.Option("--user", min=1, help="Of one person.")] = None,
    only_shared: Annotated[
        bool, typer.Option("--shared", help="Only what everyone may use.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List what is on people's shelves, newest first.

    Example: lessonroom shelf list --shared
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        items = operator.shelf.items(user_id=user_id, is_shared=only_shared or None)
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(items), indent=2))
    elif items:
        Console().print(_table(items))
    else:
        typer.echo("nothing is on any shelf" if user_id is None else "nothing is on this shelf")


@shelf_app.command()
def share(
    context: typer.Context,
    item: ItemArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have everyone on this server use an item, in lessons and to begin them with.

    It stays its owner's, who may rename and delete it.

    Example: lessonroom shelf share q83vEjRWeJA1aXcd
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        shared = operator.shelf.share(item, is_shared=True)
    typer.echo(f"everyone may use {printable(shared.name)}")


@shelf_app.command()
def unshare(
    context: typer.Context,
    item: ItemArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have its owner alone use an item again; lessons keep the copies that they have.

    Example: lessonroom shelf unshare q83vEjRWeJA1aXcd
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        item_now = operator.shelf.share(item, is_shared=False)
    typer.echo(f"{printable(item_now.name)} is its owner's alone")


def _table(items: list[ShelfLine]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "kind", "pages", "elements", "owner", "shared"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "id")
    for item in items:
        table.add_row(
            item.item_id,
            Text(printable(item.name)),
            item.kind,
            str(item.pages),
            str(item.elements),
            Text(f"{printable(item.owner)} ({item.user_id})"),
            "yes" if item.is_shared else "",
        )
    return table
