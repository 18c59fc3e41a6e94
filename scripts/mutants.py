"""Change the code that decides, see whether a test notices, and write that to the table of proofs.

mutmut makes the changes and runs the tests of `lessonroom`; which files are changed stands in
pyproject.toml. What the type checker refuses counts apart: no test has to notice it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from scripts.reliability import PAGE, RECORDS, ROOT, keep, page_of, read, stamp

MUTANTS: Final = ROOT / "mutants"
KILLED_PERCENT: Final = 85
_BY_TYPES: Final = 37
_SURVIVED: Final = 0
_NO_TESTS: Final = 33


def main(arguments: list[str]) -> int:
    """Run mutmut, keep what came of it, list the survivors; fail where too many survive."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--only-write", action="store_true", help="run nothing, write the page")
    parser.add_argument("--again", action="store_true", help="try the last run's survivors alone")
    options = parser.parse_args(arguments)
    if not options.only_write:
        mutmut = Path(sys.executable).with_name("mutmut")
        survivors = survivors_in(results_in(MUTANTS)) if options.again else []
        subprocess.run([mutmut, "run", *survivors], cwd=ROOT, check=True)  # noqa: S603 - our own
        look_again(MUTANTS)
    results = results_in(MUTANTS)
    keep(RECORDS, [row_of(results) | stamp()])
    PAGE.write_text(page_of(read(RECORDS)), encoding="utf-8")
    print(*survivors_in(results), sep="\n")
    print(row_of(results)["what"])
    return int(percent_killed(results) < KILLED_PERCENT)


def look_again(folder: Path) -> None:
    """Try each survivor in a process of its own.

    mutmut forks processes that have the modules already: what runs as they are imported runs
    there as it was before the change.
    """
    stats = json.loads((folder / "mutmut-stats.json").read_text(encoding="utf-8"))
    tests = stats["tests_by_mangled_function_name"]
    for path in sorted(folder.rglob("*.meta")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        codes = kept["exit_code_by_key"]
        for name in [name for name, code in codes.items() if code == _SURVIVED]:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [
                    *(sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly"),
                    *("-p", "no:cacheprovider", "--hypothesis-seed=0"),
                    *sorted(tests[name.rpartition("__mutmut_")[0]]),
                ],
                cwd=folder,
                env=os.environ | {"MUTANT_UNDER_TEST": name},
                stdout=subprocess.DEVNULL,
                check=False,
            )
            codes[name] = done.returncode
        path.write_text(json.dumps(kept, indent=4), encoding="utf-8")


def results_in(folder: Path) -> dict[str, int]:
    """Return the exit code of the tests for each change, as mutmut has noted them.

    Raises:
        ValueError: a change was not tried.

    """
    results: dict[str, int | None] = {}
    for path in sorted(folder.rglob("*.meta")):
        results |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    tried = {name: code for name, code in results.items() if code is not None}
    if not tried or len(tried) < len(results):
        raise ValueError(f"{len(results) - len(tried)} of {len(results)} changes were not tried")
    return tried


def survivors_in(results: dict[str, int]) -> list[str]:
    """Return the changes that no test has noticed."""
    return sorted(name for name, code in results.items() if code in {_SURVIVED, _NO_TESTS})


def percent_killed(results: dict[str, int]) -> float:
    """Return how many of a hundred changes the tests notice, of those that reach them."""
    reached = [code for code in results.values() if code != _BY_TYPES]
    return 100 * sum(code not in {_SURVIVED, _NO_TESTS} for code in reached) / len(reached)


def row_of(results: dict[str, int]) -> dict[str, Any]:
    """Return the row of docs/reliability.jsonl, without date and commit."""
    kinds = Counter(
        {_BY_TYPES: "types", _SURVIVED: "survived", _NO_TESTS: "survived"}.get(code, "killed")
        for code in results.values()
    )
    return {
        "id": "scripts/mutants.py",
        "test": "T24",
        "what": f"changes of the code that decides: {kinds['types']:,} refused by the type checker,"
        f" {kinds['killed']:,} noticed by the tests, {kinds['survived']:,} not:"
        f" {percent_killed(results):.1f} % of those that reach them",
        "times": len(results),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
