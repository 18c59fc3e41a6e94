"""Run the proofs and write docs/reliability.md from what they measured.

Each proof records its own figures; this script adds the date and the commit, keeps them in
docs/reliability.jsonl, a line for each proof, and prints them as a table. A run of some of the
proofs replaces their lines alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
RECORDS: Final = ROOT / "docs" / "reliability.jsonl"
PAGE: Final = ROOT / "docs" / "reliability.md"

_FIGURES: Final = ("lost", "doubled", "diverged", "crashed", "errors_5xx", "leaked", "control")
_HEADINGS: Final = (
    *("test", "tried", "times", "lost", "doubled", "diverged", "crashed", "5xx", "leaked"),
    *("control", "date", "commit"),
)

_COUNTED: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    (
        *("T1", "tests/storage/test_kill.py"),
        "rounds of two kills -9 of a process that writes to the store",
        {"lost": 0, "doubled": 0},
    ),
    (
        *("T2", "tests/e2e/test_kill.py"),
        "runs of 150 kills of the server under a class of 20",
        {"lost": 0, "doubled": 0, "diverged": 0},
    ),
    (
        *("T6", "tests/lessonroom/protocol/test_decoding_is_total.py"),
        "deep runs of the decoder over mutated messages",
        {"crashed": 0},
    ),
    (
        *("T7", "tests/storage/test_contract.py"),
        "bad events beside a good one, refused by SQLite or by PostgreSQL",
        {"lost": 0},
    ),
    (
        *("T7", "tests/actors/house/test_journal.py"),
        "commits of three rooms of which the database refuses one room's event",
        {"lost": 0},
    ),
    (
        *("T9", "tests/gateway/rest/test_authorisation.py"),
        "routes, each as ten kinds of caller",
        {"errors_5xx": 0},
    ),
    (
        *("T9", "tests/scripts/test_walk_endpoints.py"),
        "walks over every endpoint of a real server, each as seven kinds of caller",
        {"errors_5xx": 0},
    ),
    (
        *("T21", "tests/gateway/rest/endpoints/board/test_assets.py"),
        "uploads: no image, cut off, bombs, other formats, polyglots, places",
        {"crashed": 0},
    ),
    (
        *("T21", "tests/gateway/confinement/test_confinement.py"),
        "images that want more memory or time than they are allowed",
        {"crashed": 0},
    ),
    (
        *("T22", "tests/browser/test_browser.py"),
        "runs of 77 hostile texts, at every place and on every page, in Chromium",
        {"control": "without the policy and the escaping they do harm"},
    ),
    (
        *("RT2", "tests/gateway/recordings/test_clock.py"),
        "clocks, losses and delays of takes: within 60 ms, 100 where sound is lost all the time",
        {"control": "without the rule the same takes lie further off"},
    ),
    (
        *("RT5", "tests/gateway/rest/endpoints/recordings/test_takes.py"),
        "ways to end what may be kept of one whose page sends on: nothing of later is in the file",
        {},
    ),
    (
        *("RT6", "tests/gateway/recordings/webm/test_reading.py"),
        "streams that are no take, or more than one",
        {"crashed": 0},
    ),
    (
        *("RT11", "tests/gateway/recordings/test_sealing.py"),
        "sealings of what Chromium records, cut at every byte, torn, or not to be kept",
        {},
    ),
)
"""Tests that keep no figures of their own: number, file, what one of its cases is, and what a case
that passes has asserted. How often comes from the run."""

_HEAD: Final = """\
# Reliability

Written by `make proof` from what its tests measured; nobody types a figure. What each test does,
and the promise that it is about, stands in its docstring. A control is a server or a setting that
is broken on purpose: the test has to find it, or it would prove nothing.

"Lost" counts acknowledged events that are not in the log afterwards; "doubled" submissions that are
there twice; "diverged" boards, orders or histories that differ from what the log comes to; "leaked"
what a server holds after its visitors have gone. A dash is a figure that the test does not look at.

"""

_FOOT: Final = """
`lessonroom torture` runs T2 on your own machine and disk. `make proof ARGS="--scale 0.1"` tries a
tenth of everything, `ARGS="tests/proof/disk/test_power_cut.py"` one file.

Damage is told by the checksums of events, boards, sessions and seats, and by SQLite's own checks of
its pages.
"""


def main(arguments: list[str]) -> int:
    """Run the proofs, keep what they measured and write the page; return pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0, help="part of each figure to try")
    parser.add_argument("--only-write", action="store_true", help="run nothing, write the page")
    parser.add_argument("paths", nargs="*", help="files of tests; without any, all proofs")
    options = parser.parse_args(arguments)
    code = 0
    if not options.only_write:
        code, measured = _run(options.paths, scale=options.scale)
        keep(RECORDS, measured)
    rows = read(RECORDS)
    PAGE.write_text(page_of(rows), encoding="utf-8")
    print(table_of(rows))
    return code


def _run(paths: list[str], *, scale: float) -> tuple[int, list[dict[str, Any]]]:
    """Run pytest; return its exit code and a row for each proof that has passed."""
    with tempfile.TemporaryDirectory() as scratch:
        record, junit = Path(scratch) / "record", Path(scratch) / "junit.xml"
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [
                *(sys.executable, "-m", "pytest", "-m", "proof or counted"),
                *(f"--junitxml={junit}", *paths),
            ],
            cwd=ROOT,
            env=os.environ
            | {"LESSONROOM_PROOF_RECORD": str(record), "LESSONROOM_PROOF_SCALE": str(scale)},
            check=False,
        )
        rows = [*of_passed(read(record), junit), *_counted(junit)]
    return done.returncode, [row | stamp() for row in rows]


def of_passed(rows: list[dict[str, Any]], junit: Path) -> list[dict[str, Any]]:
    """Return the rows of those proofs that passed: a figure may be told before it is judged."""
    if not junit.exists():
        return []
    passed = {
        (str(case.get("classname")), str(case.get("name")))
        for case in ET.parse(junit).getroot().iter("testcase")  # noqa: S314 - pytest wrote it
        if not len(case)
    }
    return [row for row in rows if _case(row) in passed]


def _case(row: dict[str, Any]) -> tuple[str, str]:
    """Return what a junit file calls a row's test."""
    path, _, name = str(row["id"]).partition("::")
    return path.removesuffix(".py").replace("/", "."), name


def stamp() -> dict[str, str]:
    """Return what tells when something was measured, and of what."""
    return {"date": datetime.now(UTC).date().isoformat(), "commit": _commit()}


def keep(path: Path, measured: Iterable[dict[str, Any]]) -> None:
    """Put rows in the place of earlier ones of the same tests, whatever their parameters were."""
    new = list(measured)
    functions = {_function(row) for row in new}
    rows = [row for row in read(path) if _function(row) not in functions] + new
    ordered = sorted(rows, key=lambda row: (_number(row["test"]), row["id"]))
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in ordered]
    path.write_text("".join(lines), encoding="utf-8")


def _number(test: str) -> tuple[int, int]:
    """Return where a test stands among others: T29 before RT1, RT2 before RT10."""
    letters = test.rstrip("0123456789")
    return len(letters), int(test[len(letters) :])


def _function(row: dict[str, Any]) -> str:
    return str(row["id"]).partition("[")[0]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows that are kept in a file; none where there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _counted(junit: Path) -> Iterator[dict[str, Any]]:
    """Make a row of the cases of each file that keeps no figures; none where one has failed."""
    if not junit.exists():
        return
    cases = list(ET.parse(junit).getroot().iter("testcase"))  # noqa: S314 - pytest wrote it
    for test, path, what, figures in _COUNTED:
        name = path.removesuffix(".py").replace("/", ".")
        of_file = [case for case in cases if case.get("classname", "").startswith(name)]
        if of_file and not any(len(case) for case in of_file):
            yield {"id": path, "test": test, "what": what, "times": len(of_file), **figures}


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def page_of(rows: list[dict[str, Any]]) -> str:
    """Return docs/reliability.md."""
    return _HEAD + table_of(rows) + _FOOT


def table_of(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [_line(_HEADINGS), _line("---" for _ in _HEADINGS)]
    for row in rows:
        figures = (row.get(name, "-") for name in _FIGURES)
        times = f"{row['times']:,}"
        lines.append(
            _line((row["test"], row["what"], times, *figures, row["date"], f"`{row['commit']}`"))
        )
    return "".join(lines)


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
