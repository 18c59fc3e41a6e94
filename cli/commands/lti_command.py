"""`lessonroom lti`: the learning platforms whose courses open lessons here."""

import json
import sys
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
from cli.server.lti_calls import PlatformLine, ToolLines

lti_app = typer.Typer(
    name="lti",
    help="Have lessons open from the courses of learning platforms, such as Moodle.",
    no_args_is_help=True,
    add_completion=False,
)

_Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The number that `list` prints.")]


@lti_app.command("list")
def list_(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List the platforms that may open lessons, and what a platform is told of this server.

    Example: lessonroom lti list
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        known = operator.lti.known()
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(known), indent=2))
        return
    if known.items:
        Console().print(_table(known.items))
    else:
        typer.echo("no platform opens lessons here yet")
    typer.echo("")
    _print_tool(known.tool)


@lti_app.command()
def add(  # noqa: PLR0913, PLR0917 - all that a platform is
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    issuer: Annotated[str, typer.Option(help="Platform ID, issuer (iss).")],
    client_id: Annotated[str, typer.Option(help="What it calls this server.")],
    auth_url: Annotated[str, typer.Option(help="Authentication request URL (OIDC).")],
    token_url: Annotated[str, typer.Option(help="Access token URL.")],
    keys_url: Annotated[str, typer.Option(help="Public keyset URL (JWKS).")],
    deployment: Annotated[
        list[str] | None, typer.Option(help="A deployment ID; may be repeated.")
    ] = None,
    any_deployment: Annotated[
        bool,
        typer.Option("--any-deployment", help="Take up each deployment that people come from."),
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            help="An origin whose pages show lessons, besides the issuer's; may be repeated."
        ),
    ] = None,
    token_audience: Annotated[
        str, typer.Option(help="Whom requests for tokens are for, if not the token URL.")
    ] = "",
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have a platform open lessons here, with what its own page about this tool says.

    Example: lessonroom lti add School --issuer https://moodle.school.example --client-id aB3
    --auth-url https://moodle.school.example/mod/lti/auth.php --token-url
    https://moodle.school.example/mod/lti/token.php --keys-url
    https://moodle.school.example/mod/lti/certs.php --deployment 1
    """
    if not deployment and not any_deployment:
        raise WronglyCalled(
            "say from which deployment people come: --deployment ID, or --any-deployment"
        )
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        added = operator.lti.add(
            name=name,
            issuer=issuer,
            client_id=client_id,
            authorization_url=auth_url,
            token_url=token_url,
            key_set_url=keys_url,
            token_audience=token_audience,
            origins=origin or [],
            deployments=deployment or [],
            takes_any_deployment=any_deployment,
        )
        tool = operator.lti.known().tool
    typer.echo(f"{printable(added.name)} is platform {added.platform_id}; tell it:")
    _print_tool(tool)


@lti_app.command()
def deployment(
    context: typer.Context,
    platform_id: _Id,
    deployments: Annotated[
        list[str], typer.Argument(metavar="DEPLOYMENT...", help="As the platform has them.")
    ],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have people come from more deployments of a platform.

    Example: lessonroom lti deployment 1 7
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        platform = operator.lti.add_deployments(platform_id, deployments)
    typer.echo(f"{printable(platform.name)}: {', '.join(map(printable, platform.deployments))}")


@lti_app.command()
def remove(
    context: typer.Context,
    platform_id: _Id,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Forget a platform and which lessons its links open. Lessons and people stay.

    Example: lessonroom lti remove 1
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        if not is_sure:
            _ask_whether_sure(platform_id)
        operator.lti.remove(platform_id)
    typer.echo(f"platform {platform_id} opens nothing any more")


@lti_app.command("registration-link")
def registration_link(
    context: typer.Context, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Print an address by which a platform registers itself: once, within a day.

    Example: lessonroom lti registration-link
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        typer.echo(operator.lti.registration_link())


@lti_app.command("rotate-keys")
def rotate_keys(
    context: typer.Context, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Make a new key of this server's own, which signs from now on; the one before stays known.

    Example: lessonroom lti rotate-keys
    """
    with operator_of(context, config=config, data_dir=data_dir) as operator:
        key_id = operator.lti.rotate_keys()
    typer.echo(f"key {key_id} signs from now on")


def _table(platforms: list[PlatformLine]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "issuer", "client id", "deployments"):
        table.add_column(heading, overflow="fold")
    for platform in platforms:
        deployments = ", ".join([*platform.deployments, *["any"] * platform.takes_any_deployment])
        table.add_row(
            str(platform.platform_id),
            *(Text(printable(text)) for text in (platform.name, platform.issuer)),
            Text(printable(platform.client_id)),
            Text(printable(deployments)),
        )
    return table


def _print_tool(tool: ToolLines) -> None:
    for words, url in (
        ("initiate login URL", tool.login_url),
        ("redirection and tool URL", tool.launch_url),
        ("public keyset URL", tool.keys_url),
        ("content selection URL", tool.deep_linking_url),
    ):
        typer.echo(f"{words:>24}: {printable(url)}")


def _ask_whether_sure(platform_id: int) -> None:
    if not sys.stdin.isatty():
        raise WronglyCalled("nobody can be asked whether this is meant: add --yes")
    if not typer.confirm(f"Forget platform {platform_id} and its links?", err=True):
        raise CommandRefused("nothing was done")
