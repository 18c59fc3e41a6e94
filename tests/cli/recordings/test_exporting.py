"""Takes are saved as files, and the index says where each lies on the lesson's time.

Tests also: cli/recordings/listed.py.
"""

import asyncio
import hashlib
import io
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest
from rich.console import Console

from cli.command_errors import CommandRefused
from cli.recordings.exporting import INDEX, Exported, export, file_name
from cli.recordings.listed import TakeLine, names_of, table, takes_of
from cli.server.operator_client import decoded
from gateway.identity.claims import Scope
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import clock, opened, school, url_of
from tests.gateway.rest.endpoints.recordings.test_takes import Recorded, recorded_in
from tests.gateway.rest.school import API, School

__all__ = ["clock", "opened", "school", "url_of"]


class Operator:
    """Asks the application of a school, whose loop goes on meanwhile."""

    def __init__(self, school: School) -> None:
        self._school = school
        self._loop = asyncio.get_running_loop()
        self._token = school.user_token("Operator", scope=Scope.OPERATOR)

    def download(self, path: str, parameters: Mapping[str, str | int]) -> httpx.Response:
        calling = self._school.call("GET", f"{API}/{path}", token=self._token, params=parameters)
        response = asyncio.run_coroutine_threadsafe(calling, self._loop).result()
        if not response.is_success:
            decoded(response, dict)
        return response

    def save_answer(self, path: str, target: BinaryIO) -> None:
        target.write(self.download(path, {}).content)


async def exported(recorded: Recorded, folder: Path) -> list[Exported]:
    operator, session_id = Operator(recorded.school), recorded.session["session_id"]

    def run() -> list[Exported]:
        takes, names = takes_of(operator, session_id), names_of(operator, session_id)
        return list(export(operator, session_id, takes, names, folder))

    return await asyncio.to_thread(run)


async def said(recorded: Recorded, lasts_s: float) -> None:
    """Send a voice and close it."""
    assert (await recorded.open()).status_code == 201
    chunks = list(voice(lasts_s))
    for chunk in chunks:
        assert (await recorded.send(chunk)).status_code == 200
    await recorded.close(len(chunks))


async def test_each_voice_is_a_file_at_its_place_in_the_lesson(
    school: School, tmp_path: Path
) -> None:
    """[RC-7] For whoever ran the command alone; what the index says is so."""
    recorded = await recorded_in(school)
    await said(recorded, 10)
    folder = tmp_path / "new" / "lesson"
    (file,) = await exported(recorded, folder)
    assert file.file == "01-Ben-voice.webm"
    content = (folder / file.file).read_bytes()
    assert content == (await recorded.media()).content
    assert (file.size_bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (file.offset_ms, file.name, file.kind) == (0, "Ben", "audio")
    assert abs(file.duration_ms - 10_000) < 200
    index = json.loads((folder / INDEX).read_text())
    assert index["session_id"] == recorded.session["session_id"]
    assert index["begins_at"] == index["files"][0]["start_at"]
    assert sorted(path.name for path in folder.iterdir()) == ["01-Ben-voice.webm", INDEX]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


async def test_an_export_is_never_written_over(school: School, tmp_path: Path) -> None:
    """Nor is what one cannot write to left half done without a word."""
    recorded = await recorded_in(school)
    await said(recorded, 4)
    await exported(recorded, tmp_path)
    with pytest.raises(CommandRefused, match="holds an export already"):
        await exported(recorded, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(CommandRefused, match="cannot be written"):
        await exported(recorded, tmp_path / "file")


async def test_of_a_take_of_which_nothing_is_kept_there_is_no_file(
    school: School, tmp_path: Path
) -> None:
    """Its line in the list says so."""
    recorded = await recorded_in(school)
    assert (await recorded.open()).status_code == 201
    await recorded.close(0)
    assert await exported(recorded, tmp_path) == []
    assert json.loads((tmp_path / INDEX).read_text())["files"] == []


def line(**changes: Any) -> TakeLine:  # noqa: ANN401 - fields
    fields: dict[str, Any] = {
        "take_id": "019a9c31-5a2b-4c11-9d3e-2f6b8a40c7de",
        "recording_id": "r",
        "user_id": 7,
        "kind": "audio",
        "state": "sealed",
        "media_type": "audio/webm;codecs=opus",
        "start_at": None,
        "duration_ms": 90_000,
        "size_bytes": 400_000,
        "gaps": [(1, 2)],
    }
    return TakeLine(**fields | changes)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Оля Коваль", "01-Оля-Коваль-voice.webm"),
        ("../../etc/passwd", "01-etc-passwd-voice.webm"),
        ("a" * 300, f"01-{'a' * 40}-voice.webm"),
        ("\u202e\x00\n", "01-7-voice.webm"),
        ("--help", "01-help-voice.webm"),
        ("", "01-7-voice.webm"),
    ],
)
def test_a_name_is_made_safe_for_a_file(name: str, wanted: str) -> None:
    """[T22] It is what people wrote."""
    assert file_name(1, name, line()) == wanted


def test_what_a_newer_server_keeps_has_a_name_too() -> None:
    """Kinds and types that this program does not know."""
    assert file_name(12, "Ada", line(kind="slides", media_type="video/mp4")) == "12-Ada-take.bin"


def test_the_list_shows_whose_it_is() -> None:
    """[T22] And no name drives the terminal."""
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table([line(), line(user_id=8, kind="video")], {7: "Ada\x1b[2J"}))
    shown = console.export_text()
    assert "Ada\\x1b[2J" in shown
    assert "019a9c31-5a2b" in shown
    assert [word in shown for word in ("voice", "face", "1.5", "0.4", "sealed")] == [True] * 5
