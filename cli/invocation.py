"""The settings that hold for one call of a command."""

from collections.abc import Mapping
from pathlib import Path

import typer

from cli.command_errors import CommandRefused
from cli.settings.settings import Settings, SettingsError, load_settings


def settings_of(
    context: typer.Context,
    *,
    config: Path | None,
    data_dir: Path | None,
    flags: Mapping[str, object] | None = None,
) -> Settings:
    """Return the settings; an option after the command wins over the same one before it.

    Args:
        context: of the command; holds the options in front of it.
        config: `--config` of the command itself.
        data_dir: `--data-dir` of the command itself.
        flags: the command's own flags, as `section.key`; None is not given.

    Raises:
        CommandRefused: the settings are wrong; the message names each problem on a line.

    """
    outer: Mapping[str, Path | None] = context.obj if isinstance(context.obj, dict) else {}
    try:
        return load_settings(
            config or outer.get("config"),
            {"storage.data_dir": data_dir or outer.get("data_dir"), **(flags or {})},
        )
    except SettingsError as error:
        raise CommandRefused(str(error)) from None
