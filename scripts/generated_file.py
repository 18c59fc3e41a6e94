"""Writing a file of docs/ from the code, or checking that it is what the code says."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent


def run(
    arguments: list[str], *, file: str, text: Callable[[], str], says: str, about: str | None
) -> int:
    """Write a generated file where it is out of date; with `--check`, only say so.

    Args:
        arguments: of the command line.
        file: its path below the project's root, if the command line names no other.
        text: makes what it has to hold.
        says: what it has to agree with, for the message: "the code says".
        about: the script's docstring.

    Returns: the exit code; 1 where a check has found it out of date.

    """
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    parser.add_argument("--file", type=Path, default=ROOT / file)
    options = parser.parse_args(arguments)
    return settle(options.file, text(), only_check=options.check, says=says)


def settle(path: Path, wanted: str, *, only_check: bool, says: str) -> int:
    """Have a file hold what is wanted, or say that it does not; return the exit code."""
    if path.is_file() and path.read_text(encoding="utf-8") == wanted:
        return 0
    if only_check:
        print(f"{path} is not what {says}: run `make docs`", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(f"wrote {path}")
    return 0
