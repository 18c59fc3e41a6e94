"""Having the server take up a lesson pack, and saying what came in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.command_errors import CommandRefused
from cli.printable import printable
from cli.server.operator_client import OperatorClient

_TIMEOUT_S: Final = 3_600.0
"""The server checks and writes all of it before it answers."""
_PIECE_BYTES: Final = 1024 * 1024
_TABLE_BYTES: Final = 1024 * 1024
_SHOWN: Final = 50


def import_pack(
    operator: OperatorClient,
    path: Path,
    *,
    as_user: int,
    people: Path | None,
    as_json: bool,
) -> None:
    """Send a pack, and print what it came to.

    Raises:
        CommandRefused: a file cannot be read, or the server does not take the pack.

    """
    query = {"as_user": str(as_user)}
    if people is not None:
        query["people"] = _table(people)
    try:
        with path.open("rb") as source:
            size_bytes = path.stat().st_size
            headers = {"Content-Type": "application/zip", "Content-Length": str(size_bytes)}
            came = operator.send_file(
                "sessions/import/",
                content=_pieces(source, size_bytes),
                headers=headers,
                params=query,
                timeout=_TIMEOUT_S,
            )
    except OSError as error:
        raise CommandRefused(f"{path} cannot be read: {error.strerror}") from None
    if as_json:
        typer.echo(json.dumps(came, indent=2))
    else:
        _print(came)


def _pieces(source: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """Yield what is in a file; on a terminal one sees how far it is."""
    console = Console(stderr=True)
    columns = (TextColumn("sending"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=size_bytes)
        while piece := source.read(_PIECE_BYTES):
            yield piece
            progress.advance(task, len(piece))
    if console.is_terminal:
        console.print("checking and writing …")


def _table(path: Path) -> str:
    try:
        content = path.read_bytes()[:_TABLE_BYTES]
        return json.dumps(json.loads(content), ensure_ascii=False)
    except OSError as error:
        raise CommandRefused(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise CommandRefused(f'{path} is no JSON, as {{"Ben": 7}}') from None


def _print(came: dict[str, Any]) -> None:
    session = came["session"]
    title = printable(str(session["title"])) or "without a title"
    typer.echo(f"{session['session_id']}: {title}, {session['status']}")
    typer.echo(
        f"{came['events']} events, {len(came['people'])} people, {came['files']} files,"
        f" {came['takes']} takes"
    )
    for person in came["people"][:_SHOWN]:
        known = "" if person["is_known"] else ", a name alone"
        packed = f"{person['packed_id']} of the pack"
        typer.echo(
            f"  {printable(str(person['name']))}: user {person['user_id']} ({packed}{known})"
        )
    if len(came["people"]) > _SHOWN:
        typer.echo(f"  and {len(came['people']) - _SHOWN} more")
    for words in came["left_out"]:
        typer.echo(f"left out: {printable(str(words))}", err=True)
    for session_id in came["copies"]:
        typer.echo(f"this lesson is here already: {printable(str(session_id))}", err=True)
    typer.echo(f"chain {came['sha256']}")
