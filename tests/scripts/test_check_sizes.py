"""Files that are too long and folders that are too full are named."""

from pathlib import Path

from scripts.check_sizes import FILES, LINES, complaints, measured


def test_a_file_that_is_too_long_is_named() -> None:
    assert complaints({"a/long.py": LINES + 1, "a/fits.py": LINES}, {}) == [
        f"a/long.py: {LINES + 1} lines; {LINES} at most"
    ]


def test_a_folder_that_is_too_full_is_named() -> None:
    files = {f"a/b/{n}.ts": 1 for n in range(FILES + 1)}
    assert complaints(files, {}) == [f"a/b/: {FILES + 1} files; {FILES} at most"]


def test_what_says_nothing_of_its_own_fills_no_folder() -> None:
    files = {f"a/{n}.py": 1 for n in range(FILES)}
    assert complaints(files | {"a/__init__.py": 1, "a/conftest.py": 9, "a/b/c.py": 1}, {}) == []


def test_what_is_excused_is_passed_over_as_long_as_it_has_to_be() -> None:
    long = {"a/long.py": LINES + 1}
    assert complaints(long, {"a/long.py": "a table"}) == []
    assert complaints({"a/long.py": 1}, {"a/long.py": "a table"}) == [
        "a/long.py: excused, and need not be"
    ]


def test_only_code_is_measured(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n2\n", encoding="utf-8")
    (tmp_path / "a.md").write_text("1\n" * 900, encoding="utf-8")
    assert measured(tmp_path, ["a.py", "a.md", "gone.py", ""]) == {"a.py": 2}
