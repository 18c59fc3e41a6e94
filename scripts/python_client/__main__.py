"""Writes the models and the operations of the Python client from the OpenAPI document.

With `--check` nothing is written: exit code 1 says that a file is not what the code says.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

from gateway.rest.app import api_document
from scripts.generated_file import ROOT, settle
from scripts.python_client.models import models
from scripts.python_client.operations import operations

FOLDER: Final = "clients/python/lessonroom_client"


def files() -> dict[str, str]:
    """Return the text of each file, by its name."""
    document = api_document()
    return {
        name: _formatted(text)
        for name, text in (
            ("models.py", models(document)),
            ("_sync_operations.py", operations(document, is_async=False)),
            ("_async_operations.py", operations(document, is_async=True)),
        )
    }


def _formatted(text: str) -> str:
    """Return a file as the project formats its code."""
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", f"{FOLDER}/written.py", "-"]
    ended = subprocess.run(  # noqa: S603 - ours
        command, cwd=ROOT, input=text, capture_output=True, text=True, check=True
    )
    return ended.stdout


def main(arguments: list[str]) -> int:
    """Write the files, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    parser.add_argument("--folder", type=Path, default=ROOT / FOLDER)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    return max(
        settle(options.folder / name, text, only_check=options.check, says="the code says")
        for name, text in files().items()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
