"""`lessonroom pack`: look at a lesson pack, for which no server has to run."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import ConfigOption, DataDirOption, JsonOption
from cli.rooms.packing import print_checked

pack_app = typer.Typer(
    name="pack",
    help="Look at a lesson pack: whether anything in it was changed.",
    no_args_is_help=True,
    add_completion=False,
)


@pack_app.callback()
def _packs() -> None:
    """Look at a lesson pack: whether anything in it was changed."""


@pack_app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The pack.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - as each command has it
    data_dir: DataDirOption = None,  # noqa: ARG001 - as each command has it
) -> None:
    """Say whether a lesson pack is as it was written; exit with 1 and name what is not.

    The number that is printed is the end of the log's chain: whoever kept it elsewhere knows by
    it that nothing of the log was changed, even by somebody who worked out all hashes anew.

    Example: lessonroom pack check lesson.zip
    """
    if not print_checked(file, as_json=as_json):
        raise typer.Exit(1)
