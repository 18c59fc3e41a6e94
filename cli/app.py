"""`lessonroom`: the program's name, its options, and where its commands are."""

import importlib
import re
from collections.abc import Mapping
from importlib import metadata
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from cli.command_errors import CommandError
from cli.lean import collector_at_rest, import_lean
from cli.options import ConfigOption, DataDirOption

_HELP: Final = (
    "Run live lessons: shared board, calls, roster, history.\n\n"
    "Start with `lessonroom serve`, then try `lessonroom demo` beside it. Commands exit with 0 when"
    " done, 1 when refused, 2 when wrongly called, 3 when they need a server and none is running."
)

_LINE_BREAK: Final = re.compile(r"(?<!\n)\n(?!\n)")


class _Deferred(TyperCommand):
    """A command whose module is imported when it is called: `--version` does not wait for it."""

    def __init__(self, name: str, *, home: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self._home = home

    # Typer keeps the types of its contexts to itself.
    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401
        """Have the command itself, loaded now, read its arguments."""
        command = _flowing(typer.main.get_command(self.load()))
        return command.make_context(info_name, args, parent=parent, **extra)

    def load(self) -> typer.Typer:
        """Import the command."""
        module, _, name = self._home.partition(":")
        with collector_at_rest():
            import_lean()
            found = getattr(importlib.import_module(module), name)
        if isinstance(found, typer.Typer):
            return found
        alone = typer.Typer(add_completion=False)
        alone.command(self.name)(found)
        return alone


def _flowing(command: Any) -> Any:  # noqa: ANN401 - Typer keeps the types of its commands to itself
    """Have the lines of each paragraph of the help end where the terminal does, not the source."""
    command.help = _LINE_BREAK.sub(" ", command.help or "")
    for inner in getattr(command, "commands", {}).values():
        _flowing(inner)
    return command


COMMANDS: Final[Mapping[str, _Deferred]] = {
    name: _Deferred(name, home=home, summary=summary)
    for name, home, summary in (
        (
            "serve",
            "cli.commands.serve_command:serve",
            "Run the server: lessons, pages and API on one port, one SQLite file.",
        ),
        (
            "rooms",
            "cli.commands.rooms_command:rooms_app",
            "See and steer the lessons of this machine.",
        ),
        (
            "top",
            "cli.commands.top_command:top",
            "Show what the server does right now: core, memory, rates, lags, its busiest rooms.",
        ),
        (
            "recordings",
            "cli.commands.recordings_command:recordings_app",
            "See what was recorded of lessons; save each voice as a file.",
        ),
        (
            "pack",
            "cli.commands.pack_command:pack_app",
            "Look at a lesson pack: whether anything in it was changed.",
        ),
        (
            "webhooks",
            "cli.commands.webhooks_command:webhooks_app",
            "See who is told of events, try an endpoint, try again what failed.",
        ),
        (
            "permissions",
            "cli.commands.permissions_command:permissions_app",
            "See and set what each role may do on this server.",
        ),
        (
            "users",
            "cli.commands.users_command:users_app",
            "See who is known; let teachers in and out; forget those who ask.",
        ),
        (
            "lti",
            "cli.commands.lti_command:lti_app",
            "Have lessons open from the courses of learning platforms, such as Moodle.",
        ),
        (
            "shelf",
            "cli.commands.shelf_command:shelf_app",
            "See what people keep for their lessons; share templates with everyone.",
        ),
        (
            "db",
            "cli.commands.database_command:db_app",
            "Upgrade, check, back up and restore the database.",
        ),
        (
            "upgrade",
            "cli.commands.upgrade_command:upgrade_app",
            "See whether this program can go on with the lessons of an older one.",
        ),
        (
            "doctor",
            "cli.commands.doctor_command:doctor",
            "Say what is wrong with this installation.",
        ),
        (
            "signin-link",
            "cli.commands.signin_link_command:signin_link",
            "Print a link that signs somebody in: once, within the hour. Needs the server.",
        ),
        (
            "token",
            "cli.commands.token_command:token_app",
            "Mint tokens for people and for seats, and make them void.",
        ),
        (
            "demo",
            "cli.commands.demo_command:demo",
            "Play a lesson on the running server and check that every board agrees.",
        ),
        (
            "torture",
            "cli.commands.torture_command:torture",
            "Kill a server in the middle of drawing, again and again, and count what was lost.",
        ),
        ("config", "cli.commands.config_command:config_app", "Check and show the settings."),
    )
}


class _Commands(TyperGroup):
    """The commands by name; turns a `CommandError` into a sentence and an exit code."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(**attributes)
        self.commands.update(COMMANDS)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(error.exit_code) from None


app = typer.Typer(
    name="lessonroom",
    cls=_Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_show_locals=False,
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"lessonroom {metadata.version('lessonroom')}")
        raise typer.Exit


@app.callback(help=_HELP)
def main(
    context: typer.Context,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    version: Annotated[  # noqa: ARG001 - its callback prints and exits
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Keep what was given before the command, for the command."""
    context.obj = {"config": config, "data_dir": data_dir}
