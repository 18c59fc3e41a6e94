"""`lessonroom upgrade`: whether this program can go on with what an older one wrote."""

import asyncio
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich import filesize

from cli.command_errors import CommandRefused
from cli.database import reading
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.server_files import database_url
from storage.engine import file_of, url_of
from storage.errors import StorageError
from storage.migrate import current_revision, head_revision, steps_from, upgrade
from storage.upkeep import checking, copying
from storage.upkeep.checking import Checked

upgrade_app = typer.Typer(
    name="upgrade",
    help="See whether this program can go on with the lessons of an older one.",
    no_args_is_help=True,
    add_completion=False,
)
_WAY_BACK: Final = (
    "the way back: stop the server, install the old program, and `lessonroom db restore` the copy"
    " that an upgrade keeps beside the database"
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an upgrade would do. `rehearsed_s` is how long it took on a copy; None: not tried."""

    revision: str | None
    own_revision: str
    steps: list[str] = []
    database_bytes: int | None = None
    free_bytes: int | None = None
    rehearsed_s: float | None = None
    sessions: int | None = None
    events: int | None = None


@upgrade_app.callback()
def _group() -> None:
    """Keep `check` a command of its own: there will be others."""


@upgrade_app.command()
def check(
    context: typer.Context,
    rehearses: Annotated[
        bool, typer.Option("--rehearse/--no-rehearse", help="Try it on a copy, and check that.")
    ] = True,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Say what an upgrade would do, and try it on a copy of the database; nothing is changed.

    Called with the new program, while the old server may go on. The copy lies beside the database,
    as a file that only its owner reads, and is removed. Exit code 1 where the upgrade would fail.

    Example: lessonroom upgrade check
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    url = database_url(settings)
    file = file_of(url)
    try:
        found = _found(url, file)
        if found.steps and rehearses and file is not None:
            found = asyncio.run(_rehearsed(file, found))
    except (StorageError, OSError) as error:
        raise CommandRefused(str(error)) from None
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(found), indent=2))
    else:
        _say(found, file)


def _found(url: str, file: Path | None) -> Found:
    if file is not None and (not file.is_file() or not file.stat().st_size):
        return Found(revision=None, own_revision=head_revision())
    revision = asyncio.run(current_revision(url))
    return Found(
        revision=revision,
        own_revision=head_revision(),
        steps=steps_from(revision) if revision is not None else [],
        database_bytes=file.stat().st_size if file is not None else None,
        free_bytes=shutil.disk_usage(file.parent).free if file is not None else None,
    )


async def _rehearsed(file: Path, found: Found) -> Found:
    """Upgrade a copy, and read every row of it.

    Raises:
        CommandRefused: something would be wrong afterwards.
        StorageUnavailable: the copy cannot be made, or not be upgraded.

    """
    with tempfile.TemporaryDirectory(prefix="upgrade-check-", dir=file.parent) as folder:
        copy = Path(folder) / file.name
        await asyncio.to_thread(copying.copy_database, file, copy)
        begun_s = time.monotonic()
        await upgrade(url_of(copy))
        took_s = time.monotonic() - begun_s
        checked = await _checked(copy)
        structure = await asyncio.to_thread(copying.integrity_faults, copy)
    faults = [*structure, *(f"{place}: {what}" for place, what in checked.faults)]
    if faults:
        raise CommandRefused(
            f"{len(faults)} things are wrong with a copy that was upgraded, the first is"
            f" {faults[0]}. The database was not changed; `lessonroom db check` of the program that"
            " wrote it says whether they were there before"
        )
    return msgspec.structs.replace(
        found,
        rehearsed_s=round(took_s, 3),
        sessions=checked.sessions,
        events=checked.events,
    )


async def _checked(copy: Path) -> Checked:
    async with reading(url_of(copy)) as store:
        return await checking.check(store, on_progress=lambda _: None)


def _say(found: Found, file: Path | None) -> None:
    if found.revision is None:
        typer.echo(f"there is no database yet: a start makes one of revision {found.own_revision}")
        return
    if not found.steps:
        typer.echo(f"nothing to upgrade: the database is at revision {found.revision} already")
        return
    typer.echo(f"from revision {found.revision} to {found.own_revision}, {len(found.steps)} steps:")
    for step in found.steps:
        number, _, name = step.partition("_")
        typer.echo(f"  {number} {name.replace('_', ' ')}")
    if found.database_bytes is not None and found.free_bytes is not None:
        size, free = map(filesize.decimal, (found.database_bytes, found.free_bytes))
        typer.echo(f"the database has {size}, which its copy takes; {free} are free beside it")
    if found.rehearsed_s is not None:
        typer.echo(
            f"tried on a copy: {found.rehearsed_s:g} s; {found.sessions} sessions,"
            f" {found.events} events: all is well"
        )
    elif file is None:
        typer.echo("not tried: restore a `pg_dump` elsewhere, and call this with its storage.url")
    typer.echo(_WAY_BACK)
