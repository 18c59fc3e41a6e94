"""The statement on accessibility claims what tests show, and leaves nothing out."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
STATEMENT: Final = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
_CRITERIA: Final = (
    "1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4"
    " 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3"
    " 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2"
    " 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3"
)
"""Those of WCAG 2.2 on levels A and AA."""
LINES: Final = re.findall(
    r"^\| (\d+\.\d+\.\d+) [^|]+\| A{1,2} \| ([^|]+) \|", STATEMENT, re.MULTILINE
)
TESTS: Final = re.findall(r"^\| (T\d+) \| `([^`]+)` \| (.+) \|$", STATEMENT, re.MULTILINE)


def test_every_criterion_has_its_line_in_order() -> None:
    """WCAG 2.2, levels A and AA, which EN 301 549 points to."""
    assert [criterion for criterion, _ in LINES] == _CRITERIA.split()


@pytest.mark.parametrize(("criterion", "claim"), LINES, ids=[line[0] for line in LINES])
def test_what_is_met_names_a_test_and_the_rest_says_so(criterion: str, claim: str) -> None:
    """No other words: a reader looks for these."""
    assert re.fullmatch(r"met: T\d+(, T\d+)*|partly(: T\d+(, T\d+)*)?|read|not yet", claim), (
        criterion
    )


@pytest.mark.parametrize(("number", "file", "title"), TESTS, ids=[test[0] for test in TESTS])
def test_a_test_that_is_named_is_there_and_cited(number: str, file: str, title: str) -> None:
    """By its title, or what its title begins with where it runs for each of several screens."""
    source = (ROOT / "tests/browser" / file).read_text(encoding="utf-8")
    assert f'test("{title}"' in source or f"test(`{title} ${{" in source
    assert any(re.search(rf"\b{number}\b", claim) for _, claim in LINES)


def test_no_claim_cites_a_test_that_is_not_listed() -> None:
    """The list stands at the end of the page."""
    cited = {number for _, claim in LINES for number in re.findall(r"T\d+", claim)}
    assert cited == {number for number, _, _ in TESTS}
