"""`lessonroom signin-link`: a link that signs somebody in, any time."""

from typing import Annotated

import typer

from cli.options import ConfigOption, DataDirOption
from cli.printable import printable
from cli.server.calling import operator_of
from gateway.identity.claims import Scope


def signin_link(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Somebody else who teaches here: whoever has the name, or somebody new."
            " The operator if absent.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--sub", metavar="ID", help="Tells two of one name apart."),
    ] = None,
    scope: Annotated[
        Scope | None,
        typer.Option(help="operator also runs the server. The operator's own link is that."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print a link that signs somebody in: once, within the hour. Needs the server.

    The browser that opens it stays signed in for 30 days from its last use. Only the link goes to
    stdout; whoever has it is signed in, so hand it over as you would a password.

    Example: lessonroom signin-link "Ada Lovelace"
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        link = operator.make_sign_in_link(name, subject=subject, scope=scope)
    who = f"{printable(link.name)}{', who is new here' if link.is_new else ''}"
    typer.echo(f"for {who} ({link.scope}); works once, for an hour:", err=True)
    typer.echo(link.url)
