"""The running server, as a command calls it."""

from pathlib import Path

import typer

from cli.invocation import settings_of
from cli.server.operator_client import OperatorClient


def operator_of(
    context: typer.Context, *, config: Path | None, data_dir: Path | None
) -> OperatorClient:
    """Return a client of the server whose data directory the options name; see `settings_of`."""
    return OperatorClient(settings_of(context, config=config, data_dir=data_dir).storage.data_dir)
