"""Saving lesson packs, and saying whether one is whole."""

import os
from pathlib import Path
from typing import Final

import msgspec
import typer

from cli.command_errors import CommandRefused
from cli.printable import printable
from cli.server.operator_client import OperatorClient
from lessonroom.codes import Refused

_OWN: Final = 0o600


def save_pack(operator: OperatorClient, session_id: str, path: Path) -> None:
    """Save a pack, look at it, and print what it is; nothing is left of one that did not come.

    Raises:
        CommandRefused: it cannot be written, or what came is not whole.

    """
    draft = path.with_name(f"{path.name}.part")
    try:
        # Nobody else on this machine reads what was written to one person alone.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWN), "wb") as target:
            operator.save_answer(f"sessions/{session_id}/pack/", target)
            target.flush()
            os.fsync(target.fileno())
        is_whole = print_checked(draft)
        if not is_whole:
            raise CommandRefused("the pack that came is not whole")
        draft.replace(path)
    except OSError as error:
        raise CommandRefused(f"{path} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    typer.echo(f"{path}: {path.stat().st_size} bytes")


def print_checked(path: Path, *, as_json: bool = False) -> bool:
    """Check a pack and print what was found; return whether it is as it was written.

    Raises:
        CommandRefused: it is none, or of a version that is not known.

    """
    # Loaded only where it is needed, as in `cli.rooms.listing_rooms`.
    from gateway.packs.checking import check  # noqa: PLC0415

    try:
        found = check(path)
    except Refused as refused:
        raise CommandRefused(f"{path}: {refused.field}: {refused.message}") from None
    except OSError as error:
        raise CommandRefused(f"{path} cannot be read: {error.strerror}") from None
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return not found.problems
    for problem in found.problems:
        typer.echo(f"{printable(problem.entry)}: {printable(problem.what)}", err=True)
    for words in found.manifest.left_out:
        typer.echo(f"left out when it was made: {printable(words)}", err=True)
    if not found.problems:
        log = found.manifest.log
        entries = len(found.manifest.entries)
        typer.echo(f"as it was written: {entries} entries, {log.seq} events")
        typer.echo(f"chain {log.sha256}")
    return not found.problems
