"""`lessonroom doctor`: say what is wrong with this installation, and what to do about it."""

import json
from datetime import UTC, datetime
from typing import Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from actors.runtime.clock import SystemClock
from cli.command_errors import CommandRefused
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.printable import printable
from cli.server.diagnosis import Finding, Verdict, diagnose

_STYLES: Final = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


def doctor(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Say what is wrong with this installation.

    Looks at the settings, files, disk, clock, port, certificate, TURN server and database. Changes
    nothing, and may run beside the server. Exit code 1 where something fails.

    Example: lessonroom doctor
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    now = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC)
    findings = [
        Finding("settings", Verdict.OK, "they are valid"),
        *diagnose(settings, now=now),
    ]
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(findings), indent=2))
    else:
        Console().print(_table(findings))
    failed = sum(finding.verdict is Verdict.FAIL for finding in findings)
    if failed:
        raise CommandRefused(f"{failed} of {len(findings)} checks failed")


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for column in ("verdict", "thing", "what"):
        table.add_column(column, overflow="fold", no_wrap=column != "what")
    for finding in findings:
        what = Text(printable(finding.what))
        if finding.advice:
            what.append(f"\n→ {printable(finding.advice)}", style="italic")
        table.add_row(Text(finding.verdict, style=_STYLES[finding.verdict]), finding.thing, what)
    return table
