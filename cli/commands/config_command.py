"""`lessonroom config`: check the settings, and show what holds and where it came from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.settings.section import Section
from cli.settings.settings import (
    LoadedSettings,
    Settings,
    SettingsError,
    read_settings,
    section_fields,
    shown,
)

EXIT_REFUSED: Final = 1

config_app = typer.Typer(
    name="config", help="Check and show the settings.", no_args_is_help=True, add_completion=False
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The file to read instead of ./config.toml.")
]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="Where lessons are kept.", file_okay=False)
]


@config_app.command()
def check(
    context: typer.Context, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Say whether the server would start with these settings."""
    loaded = _load(context, config, data_dir)
    typer.echo(f"the settings are valid ({loaded.config_path or 'no file, only defaults'})")


@config_app.command()
def show(
    context: typer.Context,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print each setting, secrets masked, and where its value came from."""
    loaded = _load(context, config, data_dir)
    if as_json:
        typer.echo(json.dumps(_document(loaded), indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for section, keys in _document(loaded).items():
        for key, entry in keys.items():
            value = json.dumps(entry["value"], ensure_ascii=False)
            place = entry["place"] or entry["from"]
            table.add_row(f"{section}.{key}", escape(value), escape(str(place)))
    Console().print(table)


def _load(context: typer.Context, config: Path | None, data_dir: Path | None) -> LoadedSettings:
    """Read the settings for a command, or print what is wrong with them and exit."""
    # Options may stand before the sub-command as well, where cli.app puts them into `obj`.
    outer: Mapping[str, Path | None] = context.obj if isinstance(context.obj, dict) else {}
    try:
        return read_settings(
            config or outer.get("config"),
            {"storage.data_dir": data_dir or outer.get("data_dir")},
        )
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(EXIT_REFUSED) from None


def _document(loaded: LoadedSettings) -> dict[str, dict[str, dict[str, object]]]:
    """Return section → key → `{value, from, place}`, ready for JSON."""
    return {
        section: {
            key: {
                "value": _value(loaded.settings, section, key),
                "from": loaded.origin(section, key).kind,
                "place": loaded.origin(section, key).place,
            }
            for key in section_fields(section)
        }
        for section in Settings.model_fields
    }


def _value(settings: Settings, section: str, key: str) -> object:
    holder = getattr(settings, section)
    if not isinstance(holder, Section):
        raise TypeError(f"{section} is no section")
    value: object = json.loads(shown(getattr(holder, key), section_fields(section)[key]))
    return value
