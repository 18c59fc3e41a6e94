"""Every source file has a test file of its own, or one that names it: `scripts/check_tests.py`.

`lessonroom/log/undo.py` is tested by `tests/lessonroom/log/test_undo.py`. Where another test
file proves it, because nothing of it can be seen without its neighbour, that file says so in a line
of its docstring, `Tests also: lessonroom/log/undo.py, …`. What is left over fails, and so does a
line that names what is not there, or what has a test file of its own by now.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("lessonroom", "actors", "bus", "storage", "gateway", "cli")
_ALSO: Final = re.compile(r"^Tests also: (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def sources(root: Path) -> Iterator[Path]:
    """Yield the files that need a test, relative to the root.

    What only re-exports, starts a program, or was run once on each database does not: a migration
    is tested by the databases that it is kept for.
    """
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            relative = path.relative_to(root)
            if path.stem not in {"__init__", "__main__"} and "migrations" not in relative.parts:
                yield relative


def mirror(source: Path) -> Path:
    """Return where the test file of a source stands."""
    return Path("tests", source.parent, f"test_{source.name}")


def also_tested(root: Path) -> dict[Path, list[Path]]:
    """Return what test files say that they test besides, and which say so."""
    named: dict[Path, list[Path]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        for line in _ALSO.findall(docstring):
            for name in re.split(r"[,\s]+", line.strip().rstrip(".")):
                named.setdefault(Path(name), []).append(path.relative_to(root))
    return named


def complaints(root: Path) -> list[str]:
    """Return what is wrong, a line each; empty where every source has its test."""
    wanted = set(sources(root))
    named = also_tested(root)
    found = [
        f"{source}: no {mirror(source)}, and no test file says `Tests also: {source}`"
        for source in sorted(wanted)
        if source not in named and not (root / mirror(source)).exists()
    ]
    for source, tests in sorted(named.items()):
        where = ", ".join(map(str, tests))
        if source not in wanted:
            found.append(f"{where}: tests also {source}, which is not there")
        elif (root / mirror(source)).exists():
            found.append(f"{where}: tests also {source}, which has {mirror(source)} of its own")
    return found


def main() -> int:
    """Print the complaints; 1 if there are any."""
    found = complaints(ROOT)
    for complaint in found:
        print(complaint)
    if not found:
        print("every source file has its test")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
