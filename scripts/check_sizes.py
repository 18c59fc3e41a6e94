"""No file is too long to be read at once, no folder too full to be looked over.

`scripts/check_sizes.py` names what has more than `LINES` lines, and each folder of code with more
than `FILES` files of its own. What is larger for a reason stands in `EXCUSED`, with the reason; an
excuse that is not needed any more fails as well.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path(__file__).parent.parent
LINES: Final = 400
FILES: Final = 18
CODE: Final = frozenset({".py", ".ts", ".tsx", ".css", ".mjs", ".cjs"})
_UNCOUNTED: Final = frozenset({"__init__.py", "conftest.py"})

EXCUSED: Final[Mapping[str, str]] = {
    "frontend/src/client/wire_types.ts": "written by a script",
    "clients/python/lessonroom_client/_async_operations.py": "written by a script",
    "clients/python/lessonroom_client/_sync_operations.py": "written by a script",
    "clients/python/lessonroom_client/models.py": "written by a script",
    "storage/migrations/versions": "a file for each step, and none is ever merged or moved",
}


def complaints(lengths: Mapping[str, int], excused: Mapping[str, str]) -> list[str]:
    """Say what is too long or too full, a line each.

    Args:
        lengths: how many lines each file of code has, by its path in the repository.
        excused: files and folders that may be larger, each with the reason.

    """
    found = {
        path: f"{path}: {lines} lines; {LINES} at most"
        for path, lines in lengths.items()
        if lines > LINES
    }
    full = Counter(
        str(path.parent) for path in map(PurePosixPath, lengths) if path.name not in _UNCOUNTED
    )
    found |= {
        folder: f"{folder}/: {files} files; {FILES} at most"
        for folder, files in full.items()
        if files > FILES
    }
    unneeded = [f"{path}: excused, and need not be" for path in excused if path not in found]
    return sorted([said for path, said in found.items() if path not in excused] + unneeded)


def measured(root: Path, names: Iterable[str]) -> dict[str, int]:
    """Return how many lines each file of code among the names has; what is deleted has none."""
    return {
        name: len((root / name).read_bytes().splitlines())
        for name in names
        if PurePosixPath(name).suffix in CODE and (root / name).is_file()
    }


def main() -> int:
    """Print the complaints; 1 if there are any."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = complaints(measured(ROOT, listed.stdout.split("\0")), EXCUSED)
    for complaint in found:
        print(complaint)
    if not found:
        print("no file is too long, no folder too full")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
