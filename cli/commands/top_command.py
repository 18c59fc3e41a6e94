"""`lessonroom top`: how the server on this machine is, and which rooms are busy, as it goes on."""

import time
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.live import Live

from cli.command_errors import CommandRefused, ServerUnreachable
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption
from cli.server.operator_client import LiveRoom, OperatorClient
from cli.server.server_files import read_running
from cli.top.readings import Interval, Reading
from cli.top.screen import screen


def top(
    context: typer.Context,
    every_s: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.2, help="How often to look.")
    ] = 2.0,
    looks: Annotated[
        int | None,
        typer.Option("--looks", min=1, help="End after so many; 1 where this is no terminal."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show what the server does right now: core, memory, rates, lags, its busiest rooms.

    It goes on until Ctrl-C, also while the server restarts. For graphs and alerts see /metrics.

    Example: lessonroom top --every 1
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    console = Console()
    most = looks if looks is not None or console.is_terminal else 1
    try:
        _watch(console, settings.storage.data_dir, every_s=every_s, looks=most)
    except KeyboardInterrupt:
        # Ctrl-C is how watching ends.
        raise typer.Exit from None


class _Look(NamedTuple):
    """What is known of the server at one moment."""

    address: str
    rooms: list[LiveRoom]
    reading: Reading


def _watch(console: Console, data_dir: Path, *, every_s: float, looks: int | None) -> None:
    """Look again and again; what is printed where this is no terminal stays."""
    is_live = console.is_terminal
    # A server that is down at the first look is an error; later it is awaited.
    look, interval = _look(data_dir), None
    done = 1
    with Live(console=console, screen=is_live and looks is None, auto_refresh=False) as live:
        while True:
            lines = console.height if is_live else None
            shown = screen(look.address, look.rooms, look.reading, interval, lines=lines)
            if is_live:
                live.update(shown, refresh=True)
            else:
                console.print(shown)
            if done == looks:
                return
            time.sleep(every_s)
            before, look = look, _look_again(data_dir, live if is_live else None, every_s)
            interval = Interval(before.reading, look.reading)
            done += 1


def _look(data_dir: Path) -> _Look:
    with OperatorClient(data_dir) as operator:
        text = operator.metrics()
        try:
            reading = Reading.of(text, at_s=time.monotonic())
        except ValueError as error:
            raise CommandRefused(f"the server's metrics cannot be read: {error}") from None
        return _Look(read_running(data_dir).url, operator.rooms(), reading)


def _look_again(data_dir: Path, live: Live | None, every_s: float) -> _Look:
    """Look, and where no server is there any more wait for the next one."""
    while True:
        try:
            return _look(data_dir)
        except ServerUnreachable as error:
            if live is None:
                raise
            live.update(f"{error}; waiting for it", refresh=True)
            time.sleep(every_s)
