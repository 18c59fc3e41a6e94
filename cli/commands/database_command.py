"""`lessonroom db`: upgrade, check, back up and restore the database."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from actors.runtime.clock import SystemClock
from cli.command_errors import CommandRefused, WronglyCalled
from cli.database import reading
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.server.data_dir import prepare_data_dir
from cli.server.exclusive import holding
from cli.server.keeping import kept_before_upgrade
from cli.server.server_files import beside, database_url
from cli.settings.settings import Settings, SettingsError
from storage.engine import file_of, url_of
from storage.errors import StorageError
from storage.migrate import current_revision, head_revision, upgrade
from storage.upkeep import checking, copying, forgetting
from storage.upkeep.checking import Checked

db_app = typer.Typer(
    name="db",
    help="Upgrade, check, back up and restore the database.",
    no_args_is_help=True,
    add_completion=False,
)

_SHOWN: Final = 20


@db_app.command("upgrade")
def upgrade_(
    context: typer.Context,
    makes_backup: Annotated[
        bool | None,
        typer.Option("--backup/--no-backup", help="Instead of storage.backup_before_upgrade."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Bring the database to this version's tables, which `serve` does at its start as well.

    The server must not run. A copy is kept beside the database, as the old program left it: that is
    the way back. `lessonroom upgrade check` tries all of it on another copy before.

    Example: lessonroom db upgrade
    """
    settings = settings_of(
        context,
        config=config,
        data_dir=data_dir,
        flags={"storage.backup_before_upgrade": makes_backup},
    )
    url = database_url(settings)
    try:
        with holding(prepare_data_dir(settings.storage.data_dir)):
            file = file_of(url)
            found = None if file is not None and not file.exists() else _revision(url)
            kept = asyncio.run(kept_before_upgrade(settings, now_ms=SystemClock().now_ms()))
            asyncio.run(upgrade(url))
    except (StorageError, SettingsError) as error:
        raise CommandRefused(str(error)) from None
    if found == head_revision():
        typer.echo(f"the database is at revision {found} already")
    else:
        way_back = f"; as it was it is kept as {kept}" if kept else ""
        typer.echo(f"upgraded from {found or 'nothing'} to {head_revision()}{way_back}")


@db_app.command()
def check(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Read every row and compare it with its checksum; the server may go on meanwhile.

    Looked for are damaged events and boards, gaps in logs, rows that belong to nothing, and what
    the database itself finds wrong with its file. Exit code 1 where something is.

    Example: lessonroom db check
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    url = database_url(settings)
    checked = _checked(url)
    file = file_of(url)
    try:
        structure = copying.integrity_faults(file) if file is not None else []
    except StorageError as error:
        raise CommandRefused(str(error)) from None
    _report(checked, structure, as_json=as_json)


@db_app.command()
def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; nothing may be there.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Copy the database to one file while the server runs, and check the copy.

    It holds all that was acknowledged before this was called. Images that were uploaded (`assets`)
    and the signing secret are files of the data directory: keep copies of them as well.

    Example: lessonroom db backup /backup/lessonroom-monday.db
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    source = _file(settings)
    if target.exists():
        raise CommandRefused(f"there is something at {target} already")
    if not source.is_file():
        raise CommandRefused(f"there is no database at {source}")
    draft = target.with_name(f"{target.name}.unchecked")
    try:
        draft.unlink(missing_ok=True)
        copying.copy_database(source, draft)
        checked = _checked(_url(draft))
        structure = copying.integrity_faults(draft)
        if checked.faults or structure:
            _report(checked, structure, as_json=False, of=f"the copy, left at {draft},")
        draft.rename(target)
    except (StorageError, OSError) as error:
        raise CommandRefused(f"no backup was made: {error}") from None
    typer.echo(
        f"{target}: {target.stat().st_size} bytes, checked; {checked.sessions} sessions,"
        f" {checked.events} events, {checked.snapshots} snapshots"
    )


@db_app.command()
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `db backup` made.")],
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Put a backup in the place of the database; what was there is kept beside it.

    The server must not run. Everyone has to join anew: tokens of seats from before this are void.
    Whoever was kicked after the backup was made is let in again.

    Example: lessonroom db restore /backup/lessonroom-monday.db
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    file = _file(settings)
    if not source.is_file():
        raise CommandRefused(f"there is no file {source}")
    now_ms = SystemClock().now_ms()
    aside = beside(file, "before-restore", now_ms=now_ms)
    try:
        with holding(prepare_data_dir(settings.storage.data_dir)):
            _check_backup(source)
            if not is_sure:
                _ask_whether_sure(source, file)
            copying.put_in_place(source, file, aside=aside, now_ms=now_ms)
    except (StorageError, SettingsError) as error:
        raise CommandRefused(str(error)) from None
    kept = f"; what was there is kept as {aside}" if aside.exists() else ""
    typer.echo(f"restored {source}{kept}")


@db_app.command()
def compact(
    context: typer.Context, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Write the database anew: no trace is left of what was deleted, and free space is given back.

    The server must not run. It takes about as long as copying the file, and as much free space.

    Example: lessonroom db compact
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    url = database_url(settings)
    try:
        with holding(prepare_data_dir(settings.storage.data_dir)):
            is_done = asyncio.run(_compact(url))
    except (StorageError, SettingsError) as error:
        raise CommandRefused(str(error)) from None
    if not is_done:
        raise CommandRefused("somebody else reads the database; end that, and try again")
    typer.echo("the database was written anew")


async def _compact(url: str) -> bool:
    async with reading(url) as store:
        return await forgetting.forget(store, is_quiet=True, is_whole=True)


def _check_backup(source: Path) -> None:
    """Refuse what is no backup, or a damaged one. It is copied first: nobody writes to a backup."""
    structure = copying.integrity_faults(source)
    if structure:
        raise CommandRefused(f"{source} is damaged: {structure[0]}")
    found = _revision(_url(source))
    if found is None:
        raise CommandRefused(f"{source} is no database of lessonroom")
    if found == head_revision():
        checked = _checked(_url(source))
        if checked.faults:
            place, what = checked.faults[0]
            raise CommandRefused(f"{source} is damaged: {place}: {what}")


def _ask_whether_sure(source: Path, file: Path) -> None:
    if not sys.stdin.isatty():
        raise WronglyCalled("nobody can be asked whether this is meant: add --yes")
    if not typer.confirm(f"Replace {file} by {source}?", err=True):
        raise CommandRefused("nothing was done")


def _checked(url: str) -> Checked:
    async def run() -> Checked:
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task("checking", total=None)
            async with reading(url) as store:
                return await checking.check(
                    store,
                    on_progress=lambda done: progress.update(
                        bar, completed=done.sessions, total=done.of_sessions
                    ),
                )

    return asyncio.run(run())


def _report(
    checked: Checked, structure: list[str], *, as_json: bool, of: str = "the database"
) -> None:
    """Print what was found; end with exit code 1 where something is wrong."""
    faults = [("database", what) for what in structure] + list(checked.faults)
    if as_json:
        document = msgspec.to_builtins(checked) | {
            "faults": [{"place": place, "what": what} for place, what in faults]
        }
        typer.echo(json.dumps(document, indent=2))
    else:
        typer.echo(
            f"{checked.sessions} sessions, {checked.events} events,"
            f" {checked.snapshots} snapshots: {'damaged' if faults else 'all is well'}"
        )
        for place, what in faults[:_SHOWN]:
            typer.echo(f"{place}: {what}")
    if faults:
        raise CommandRefused(f"{len(faults)} things are wrong with {of}")


def _file(settings: Settings) -> Path:
    file = file_of(database_url(settings))
    if file is None:
        raise CommandRefused(
            "the database is PostgreSQL, which has its own tools for this: pg_dump and pg_restore"
        )
    return file


def _url(file: Path) -> str:
    return url_of(file)


def _revision(url: str) -> str | None:
    return asyncio.run(current_revision(url))
