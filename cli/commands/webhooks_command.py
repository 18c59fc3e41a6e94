"""`lessonroom webhooks`: who is told of events, and whether they take it."""

import json
from datetime import datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.command_errors import CommandRefused
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.server.calling import operator_of
from cli.server.operator_client import EndpointLine

webhooks_app = typer.Typer(
    name="webhooks",
    help="See who is told of events, try an endpoint, try again what failed.",
    no_args_is_help=True,
    add_completion=False,
)

UrlArgument = Annotated[
    str | None, typer.Argument(metavar="[URL]", help="One endpoint; all of them if absent.")
]


@webhooks_app.command("list")
def list_(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List the endpoints, what waits for each, and why.

    Example: lessonroom webhooks list
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        endpoints = operator.webhooks()
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(endpoints), indent=2))
    elif endpoints:
        Console().print(_table(endpoints))
    else:
        typer.echo("no endpoints: see webhooks.endpoints of the configuration")


@webhooks_app.command("test")
def try_out(
    context: typer.Context,
    url: UrlArgument = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Send a signed test message once, and say whether it was taken.

    Example: lessonroom webhooks test https://platform.example.org/hooks
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        results = operator.test_webhooks(url)
    for result in results:
        typer.echo(f"{printable(result.url)}: {printable(result.error or 'taken')}")
    if not results:
        raise CommandRefused("no endpoints: see webhooks.endpoints of the configuration")
    if not all(result.is_taken for result in results):
        raise CommandRefused("not every endpoint has taken it")


@webhooks_app.command()
def retry(
    context: typer.Context,
    url: UrlArgument = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Try again now what failed, also what was given up.

    Example: lessonroom webhooks retry
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        retried = operator.retry_webhooks(url)
    typer.echo(f"trying {retried} again")


def _table(endpoints: list[EndpointLine]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("endpoint", "waiting", "given up", "oldest", "next attempt", "last error"):
        table.add_column(heading, overflow="fold")
    for endpoint in endpoints:
        note = "" if endpoint.is_configured else " (no longer configured)"
        table.add_row(
            Text(printable(endpoint.url) + note),
            str(endpoint.waiting),
            str(endpoint.given_up),
            _local(endpoint.oldest_at),
            _local(endpoint.next_attempt_at),
            Text(printable(endpoint.last_error)),
        )
    return table


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone().strftime("%m-%d %H:%M:%S")
