"""Every source file has a test file of its own, or a test file that names it."""

from pathlib import Path

import pytest

from scripts.check_tests import complaints, mirror


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with one source file that has its test."""
    _write(tmp_path, "lessonroom/log/undo.py")
    _write(tmp_path, "tests/lessonroom/log/test_undo.py")
    return tmp_path


def _write(root: Path, name: str, docstring: str = "") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'"""A file.{docstring}"""\n', encoding="utf-8")


def test_a_source_with_a_test_of_its_own_is_fine(root: Path) -> None:
    """At the same place below `tests/`."""
    assert mirror(Path("lessonroom/log/undo.py")) == Path("tests/lessonroom/log/test_undo.py")
    assert complaints(root) == []


@pytest.mark.parametrize("name", ["lessonroom/new.py", "storage/log/new.py", "cli/new.py"])
def test_a_source_without_a_test_is_named(root: Path, name: str) -> None:
    """With where its test would stand."""
    _write(root, name)
    (complaint,) = complaints(root)
    assert complaint.startswith(f"{name}: no {mirror(Path(name))}")


@pytest.mark.parametrize(
    "line",
    [
        "\n\nTests also: actors/room/lesson.py.\n",
        "\n\nTests also: actors/room/persistence/saving.py, actors/room/lesson.py\n\nAnd more.\n",
        "\n\nTests also: actors/room/persistence/saving.py,\nactors/room/lesson.py.\n",
    ],
)
def test_another_test_may_say_that_it_tests_it(root: Path, line: str) -> None:
    """In its docstring, several to a line."""
    _write(root, "actors/room/lesson.py")
    if "saving" in line:
        _write(root, "actors/room/persistence/saving.py")
    _write(root, "tests/actors/lessons/test_order.py", line)
    assert complaints(root) == []


def test_a_line_that_names_nothing_is_a_complaint(root: Path) -> None:
    """The file was moved, and the line stayed behind."""
    _write(root, "tests/actors/lessons/test_order.py", "\n\nTests also: actors/gone.py\n")
    assert complaints(root) == [
        "tests/actors/lessons/test_order.py: tests also actors/gone.py, which is not there"
    ]


def test_a_line_that_is_not_needed_any_more_is_a_complaint(root: Path) -> None:
    """The file has its own test by now."""
    _write(root, "tests/lessonroom/test_room.py", "\n\nTests also: lessonroom/log/undo.py\n")
    (complaint,) = complaints(root)
    assert "of its own" in complaint


@pytest.mark.parametrize(
    "name", ["lessonroom/__init__.py", "cli/__main__.py", "storage/migrations/versions/0001_a.py"]
)
def test_what_holds_nothing_needs_no_test(root: Path, name: str) -> None:
    """Packages, ways in, and migrations, which kept databases test."""
    _write(root, name)
    assert complaints(root) == []
