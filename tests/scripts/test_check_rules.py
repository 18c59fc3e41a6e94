from pathlib import Path

import pytest

from scripts.check_rules import main, problems_of

PROTOCOL = """\
| rule | |
|---|---|
| HS-1 | A rule. |
| BD-6 | Another. |
| SY-3 | A third. |
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "protocol.md").write_text(PROTOCOL)
    return tmp_path


def problems(tree: Path, docstring: str, later: dict[str, str] | None = None) -> list[str]:
    source = f'async def test_one() -> None:\n    """{docstring}"""\n'
    (tree / "tests" / "test_some.py").write_text(source)
    return problems_of(tree / "protocol.md", tree / "tests", later or {})


@pytest.mark.parametrize(
    "docstring",
    ["[HS-1, BD-6, SY-3] Words.", "[HS-1][BD-6][SY-3] Words.", "[HS-1] [BD-6,SY-3] Words."],
)
def test_every_way_to_cite_several_rules_counts(tree: Path, docstring: str) -> None:
    """All three rules are covered by one docstring."""
    assert problems(tree, docstring) == []


def test_a_rule_without_a_test_is_named(tree: Path) -> None:
    """Two of three rules are covered."""
    assert problems(tree, "[HS-1][SY-3] Words.") == ["BD-6 has no test"]


def test_only_the_start_of_a_docstring_cites(tree: Path) -> None:
    """A rule that is mentioned further on is not proved."""
    assert problems(tree, "[HS-1][SY-3] Unlike [BD-6].") == ["BD-6 has no test"]


def test_a_citation_of_no_rule_is_named_with_its_test(tree: Path) -> None:
    """The id looks like a rule and is none."""
    (problem,) = problems(tree, "[HS-1][BD-6][SY-3][BD-99] Words.")
    assert problem.endswith("test_one cites BD-99, which is no rule")


def test_a_rule_may_wait_for_a_later_issue(tree: Path) -> None:
    """It is no problem while it has no test, and one as soon as it has."""
    later = {"BD-6": "issue 9"}
    assert problems(tree, "[HS-1][SY-3] Words.", later) == []
    assert problems(tree, "[HS-1][SY-3][BD-6] Words.", later) == [
        "BD-6 has a test, or is gone: remove it from LATER"
    ]


def test_a_protocol_without_rules_is_a_problem(tree: Path) -> None:
    """A changed table must not switch the check off in silence."""
    (tree / "protocol.md").write_text("nothing")
    (problem,) = problems(tree, "Words.")
    assert "has no rules" in problem


def test_the_exit_code_tells(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing protocol is an error, with the file's name on stderr."""
    arguments = ["--protocol", str(tree / "gone.md"), "--tests", str(tree / "tests")]
    assert main(arguments) == 1
    assert "gone.md is missing" in capsys.readouterr().err
