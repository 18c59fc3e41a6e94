"""Sealed files in a real browser: decoded to their ends, found by seeking, appended in parts."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.job import SealedTake
from tests.gateway.recordings.takes import STREAMS, recorded, recorded_chunks, sealed

ROOT: Final = Path(__file__).parents[3]


def _what_is_missing() -> str | None:
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (ROOT / "frontend/node_modules/playwright-core").is_dir():
        return "the page is not built: run `make page`"
    if not Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists():
        return "Chromium is not at /usr/bin/chromium; the variable CHROMIUM names another place"
    return None


MISSING: Final = _what_is_missing()
pytestmark = [
    pytest.mark.skipif(MISSING is not None, reason=MISSING or ""),
    pytest.mark.slow,
]


def torn(name: str, lost_ms: int) -> list[Chunk]:
    """Return a stream of which all chunks but the first come later: sound was lost before them.

    They are cut up: of the last five it cannot be told whether they are late.
    """
    pieces: list[Chunk] = []
    for chunk in recorded_chunks(name):
        at_ms = chunk.at_ms + (lost_ms if chunk.n else 0)
        size = len(chunk.data) // 4 + 1
        for at in range(0, len(chunk.data), size):
            pieces.append(Chunk(len(pieces), at_ms, at_ms + 40, chunk.data[at : at + size]))
    return pieces


def test_sealed_files_play_to_their_ends(tmp_path: Path) -> None:
    """RT11: what Chromium recorded, as it came and with three seconds lost in the middle."""
    takes = {name: recorded_chunks(name) for name in sorted(recorded())}
    takes["torn"] = torn("voice", 3_000)
    made = {name: _write(tmp_path / name, chunks) for name, chunks in takes.items()}
    played = dict(zip(takes, _played([tmp_path / name for name in takes]), strict=True))
    for name, said in played.items():
        index = made[name]
        lasts_s = index.duration_ms / 1000
        assert said["durationS"] == pytest.approx(lasts_s, abs=0.001), name
        assert said["endedAtS"] == pytest.approx(lasts_s, abs=0.1), name
        if index.codec == "opus":
            assert said["decodedS"] == pytest.approx(lasts_s, abs=0.03), name
            assert max(said["loudness"]) > 0.01, name
        else:
            assert said["width"] == 320, name
            assert said["bufferedS"] == pytest.approx([0, lasts_s], abs=0.2), name
    assert played["torn"]["decodedS"] == pytest.approx(played["voice"]["decodedS"] + 3, abs=0.1)
    # What stands for the lost seconds is silent, and what comes after them is heard.
    first_s = (recorded()["voice"]["chunks"][0][1] - made["voice"].start_at) / 1000
    loudness = played["torn"]["loudness"]
    silent = loudness[round(10 * first_s) + 2 : round(10 * (first_s + 3)) - 2]
    assert len(silent) > 20
    assert max(silent) < 0.001
    assert max(loudness[round(10 * (first_s + 3)) :]) > 0.01


def _write(path: Path, chunks: list[Chunk]) -> SealedTake:
    index, content = sealed(chunks)
    path.write_bytes(content)
    path.with_name(f"{path.name}.json").write_bytes(msgspec.json.encode(index))
    return index


def _played(paths: list[Path]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", str(STREAMS / "play.mjs"), *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
