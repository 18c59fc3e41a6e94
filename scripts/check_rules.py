"""Check that every rule of the protocol has a test, and that no test cites a rule that is none.

Rules are the rows `| BD-6 | …` of docs/protocol.md. A test cites them at the start of its
docstring: `[BD-6] …`, `[BD-6][SY-3] …` or `[BD-6, SY-3] …`.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

LATER: Final[dict[str, str]] = {}
"""Rules that a later issue brings, with that issue and what it is about."""

_RULE_ROW = re.compile(r"^\|\s*`?([A-Z]{2}-\d+)`?\s*\|", re.MULTILINE)
_CITATIONS = re.compile(r"\s*((?:\[[A-Z]{2}-\d+(?:\s*,\s*[A-Z]{2}-\d+)*\]\s*)+)")
_RULE = re.compile(r"[A-Z]{2}-\d+")


def rules_of(protocol: str) -> set[str]:
    """Return the ids of the rules that the text of docs/protocol.md lays down."""
    return set(_RULE_ROW.findall(protocol))


def citations_of(source: str) -> Iterator[tuple[str, str]]:
    """Yield each cited rule with the name of the test, from the source of a test file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_") and (match := _CITATIONS.match(_docstring(node))):
            yield from ((rule, node.name) for rule in _RULE.findall(match[1]))


def problems_of(protocol: Path, tests: Path, later: dict[str, str]) -> list[str]:
    """Return a line for each rule without a test, each unknown citation, each stale exception."""
    if not protocol.is_file():
        return [f"{protocol} is missing"]
    rules = rules_of(protocol.read_text(encoding="utf-8"))
    if not rules:
        return [f"{protocol} has no rules: rows are expected to begin with `| BD-1 |`"]
    cited: set[str] = set()
    problems: list[str] = []
    for path in sorted(tests.rglob("test_*.py")):
        for rule, test in citations_of(path.read_text(encoding="utf-8")):
            cited.add(rule)
            if rule not in rules:
                problems.append(f"{path}: {test} cites {rule}, which is no rule")
    problems += [f"{rule} has no test" for rule in sorted(rules - cited - later.keys())]
    problems += [
        f"{rule} has a test, or is gone: remove it from LATER"
        for rule in sorted(later.keys() & cited | later.keys() - rules)
    ]
    return problems


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return ast.get_docstring(node) or ""


def main(arguments: list[str]) -> int:
    """Print what is missing; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--protocol", type=Path, default=ROOT / "docs" / "protocol.md")
    parser.add_argument("--tests", type=Path, default=ROOT / "tests")
    options = parser.parse_args(arguments)
    problems = problems_of(options.protocol, options.tests, LATER)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        waiting = "; ".join(f"{rule} ({reason})" for rule, reason in LATER.items())
        print(f"every rule has a test; waiting: {waiting or 'none'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
