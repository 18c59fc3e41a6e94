"""The examples of docs/integrators.md run as they stand there, on a real server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import RunningServer, start_server

TEXT = (Path(__file__).parents[2] / "docs" / "integrators.md").read_text(encoding="utf-8")
KEY = "a key of thirty-two bytes, at least, of a school"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that knows the platform `school`."""
    server = start_server(tmp_path / "data", env={"LESSONROOM_AUTH__API_KEYS__SCHOOL": KEY})
    yield server
    server.stop()


def example(language: str) -> str:
    """Return the first block of that language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def output_of(program: list[str], server: RunningServer, file: Path, text: str) -> list[str]:
    """Run an example and return its lines."""
    file.write_text(text, encoding="utf-8")
    env = {**os.environ, "LESSONROOM_URL": server.url, "LESSONROOM_KEY": KEY}
    finished = subprocess.run(
        [*program, str(file)], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


def shown(lines: list[str], server: RunningServer) -> list[str]:
    """Return what was printed as the document shows it: another server, id and code."""
    link = re.compile(rf"{re.escape(server.url)}/join/01[0-9a-f-]+#code=[0-9A-Z]{{8}}")
    return [link.sub("http://127.0.0.1:8700/join/01a2…#code=7KQXM2PA", line) for line in lines]


def test_the_example_in_python_does_what_the_guide_says(
    server: RunningServer, tmp_path: Path
) -> None:
    lines = output_of([sys.executable], server, tmp_path / "lesson.py", example("python"))
    assert shown(lines, server) == example("text").splitlines()


def test_the_example_in_node_does_what_the_guide_says(
    server: RunningServer, tmp_path: Path
) -> None:
    """And again, when the answers were lost: it is the same lesson."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    first = output_of([node], server, tmp_path / "lesson.mjs", example("js"))
    assert shown(first, server) == example("text").splitlines()
    second = output_of([node], server, tmp_path / "lesson.mjs", example("js"))
    assert second == ["waiting Ben student", first[-1]]
