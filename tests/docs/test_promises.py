"""What docs/promises.md and docs/security.md say of tests is so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CITED = re.compile(r"\[(?:PROMISES )?([PT]\d{1,2})[\],; ]")


def citations() -> Iterator[tuple[Path, str]]:
    """Iterate over the ids that tests cite in their docstrings."""
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for cited in CITED.findall(file.read_text(encoding="utf-8")):
            yield file, cited


@pytest.mark.parametrize("text", [PROMISES, SECURITY], ids=["promises", "security"])
def test_every_test_that_is_named_is_there(text: str) -> None:
    """A file that was renamed is renamed here too."""
    named = set(re.findall(r"`((?:frontend/)?tests/[^`]+)`", text))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_promise_has_a_row_and_every_citation_a_promise() -> None:
    """P1 to P25 and T1 to T29, each once; tests cite no other."""
    rows = re.findall(r"^\| ([PT]\d+) \|", PROMISES, re.MULTILINE)
    assert rows == [f"P{n}" for n in range(1, 26)] + [f"T{n}" for n in range(1, 30)]
    assert [(file, cited) for file, cited in citations() if cited not in rows] == []
    assert {cited for _, cited in citations()} >= {"P1", "P19", "P20"}


def test_every_promise_names_a_test() -> None:
    """But for RP-7, which says what is not promised."""
    for row in re.findall(r"^\| (?:P|RP-)\d+ \|.*$", PROMISES, re.MULTILINE):
        assert "`tests/" in row or "**Not promised" in row, row


def test_recordings_have_promises_and_tests_of_their_own() -> None:
    """Each once, in order. Of those in Python the first file that is named says so itself."""
    rows = re.findall(r"^\| (RP-\d+|RT\d+) \|(.*)$", PROMISES, re.MULTILINE)
    promises = [name for name, _ in rows if name.startswith("RP")]
    assert promises == [f"RP-{n}" for n in range(1, 8)]
    numbers = [int(name[2:]) for name, _ in rows if name.startswith("RT")]
    assert numbers == sorted(set(numbers))
    assert set(range(1, 12)) - set(numbers) <= {10}
    for name, row in rows:
        if name in {"RT2", "RT3", "RT5", "RT8"}:
            (first, *_) = re.findall(r"`(tests/[^`]+)`", row)
            assert name in (ROOT / first).read_text(encoding="utf-8"), first


def test_every_threat_names_a_test() -> None:
    """[SECURITY] A row without one would be a wish."""
    threats, _, _ = SECURITY.partition("\n## ")
    rows = re.findall(r"^\| [A-Z][^|]* \|.*$", threats, re.MULTILINE)
    assert len(rows) > 20
    assert [row for row in rows if "`tests/" not in row] == []


def test_every_kind_of_test_names_its_files() -> None:
    """[P1] All of T1 to T29 but those that are said to be missing."""
    rows = re.findall(r"^\| T\d+ \|.*$", PROMISES, re.MULTILINE)
    assert [row for row in rows if "`tests/" not in row and "not yet" not in row] == []


def test_the_threats_that_tests_cite_are_rows() -> None:
    """`[SECURITY Image]` means the row Image; `[SECURITY]` alone the whole table."""
    rows = set(re.findall(r"^\| ([A-Z][^|]*) \|", SECURITY, re.MULTILINE))
    cited = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"\[SECURITY ([\w ,-]+)\]", file.read_text(encoding="utf-8"))
    }
    assert len(cited) > 5
    assert {name for name in cited if name.lower() not in {row.lower() for row in rows}} == set()
