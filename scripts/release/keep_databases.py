"""Makes the databases in tests/storage/kept/upgrades, each by the program of its time.

    python -m scripts.release.keep_databases [REVISION...]

For each migration the last commit that knew no later one is unpacked; its own `serve` and `demo`
(with a short lesson) write the database, and its own code says what is in it: session, people,
events, and the SHA-256 of the board after each. Packages are those that are installed here. Needs
git's history.
"""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from scripts.generated_file import ROOT

KEPT: Final = ROOT / "tests/storage/kept/upgrades"
COMMITS: Final[Mapping[str, str]] = {
    f"{number:04}": commit
    for number, commit in enumerate(
        (
            *("eed12a0c", "c31104b8", "c1ebd80d", "cb3e3cc9", "87808436", "c8b6f049", "a43c5953"),
            *("649d5f65", "65caddba", "bba8795a", "b8703c5c", "88259671", "d8ab73cc", "e20791ab"),
            *("f08e9816", "9f92e818", "197ee6bb", "5d583a2d", "6e96c121", "c110b06d", "6de0b006"),
            *("8efedc46", "095db84f", "354213cb", "4003813d", "73732600", "343eb88d"),
        ),
        start=1,
    )
}
"""The program that each migration's database is made by."""
_PARTS: Final = ("lessonroom", "actors", "storage", "gateway", "cli")
_STROKES_OF_EACH: Final = 3
_PROGRAM: Final = "from cli.app import app; app()"
_TELLS: Final = """
import asyncio, hashlib, json, sys
import msgspec
from cli.demo.agreement import logged_board
from lessonroom.state import RoomState
from storage.records import Durability
from storage.store import Store

async def main():
    store = await Store.open(sys.argv[1], durability=Durability.POWER)
    with_id = sys.argv[2]
    session = await store.session(with_id)
    events = await store.events(with_id)
    state = RoomState(session)
    digests = []
    for event in events:
        state.apply(event)
        digests.append(hashlib.sha256(state.board.encode()).hexdigest())
    board = await logged_board(store, with_id, seq=events[-1].seq)
    assert hashlib.sha256(board.encode()).hexdigest() == digests[-1]
    people = [
        [each.user_id, each.name, str(each.role), each.total_ms]
        for each in await store.participants(with_id)
    ]
    print(json.dumps({
        "session": {
            name: msgspec.to_builtins(getattr(session, name))
            for name in ("session_id", "title", "host_id", "access_code")
        },
        "events": [[each.seq, str(each.type), each.user_id, each.at_ms] for each in events],
        "digests": digests,
        "elements": len(board.elements),
        "people": people,
    }))
    await store.close()

asyncio.run(main())
"""


def keep(revision: str, commit: str) -> int:
    """Make one database and what its program says of it; return the bytes of both."""
    with tempfile.TemporaryDirectory(prefix="lessonroom-kept-") as folder:
        home = Path(folder)
        archive = subprocess.run(  # noqa: S603 - ours
            ["git", "archive", commit, *_PARTS],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            opened.extractall(home / "tree", filter="data")
        _shorten(home / "tree/cli/demo/strokes.json")
        demo = _play(home)
        file = home / "data/lessonroom.db"
        said = _run(home, _TELLS, f"sqlite+aiosqlite:///{file}", demo["session_id"])
        told = json.loads(said) | {"revision": revision, "commit": commit}
        KEPT.mkdir(parents=True, exist_ok=True)
        texts = {
            f"{revision}.sqlite3.gz": gzip.compress(file.read_bytes(), 9, mtime=0),
            f"{revision}.json": (json.dumps(told, separators=(",", ":")) + "\n").encode(),
        }
        for name, text in texts.items():
            (KEPT / name).write_bytes(text)
        return sum(map(len, texts.values()))


def _shorten(strokes: Path) -> None:
    """Leave of the demo's lesson a few strokes of each, one of which is erased again."""
    lesson = json.loads(strokes.read_text(encoding="utf-8"))
    every = lesson["strokes"]
    chosen: list[int] = []
    for author in dict.fromkeys(stroke["author"] for stroke in every):
        of_author = [at for at, stroke in enumerate(every) if stroke["author"] == author]
        chosen += of_author[:_STROKES_OF_EACH]
    for at, stroke in enumerate(every):
        if stroke.get("erases") is not None:
            chosen += [stroke["erases"], at]
    chosen = sorted(set(chosen))
    lesson["strokes"] = [every[at] for at in chosen]
    for stroke in lesson["strokes"]:
        if stroke.get("erases") is not None:
            stroke["erases"] = chosen.index(stroke["erases"])
    strokes.write_text(json.dumps(lesson), encoding="utf-8")


def _play(home: Path) -> dict[str, Any]:
    with (
        (home / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - ours
            _command(_PROGRAM, "serve", "--port", "0", "--data-dir", str(home / "data")),
            cwd=home,
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None  # noqa: S101 - a pipe was asked for
            while "listening on" not in (line := server.stdout.readline()):
                if not line:
                    raise RuntimeError((home / "log").read_text(encoding="utf-8"))
            played: dict[str, Any] = json.loads(
                _run(
                    *(home, _PROGRAM, "demo", "--speed", "0", "--keep", "--json"),
                    *("--data-dir", str(home / "data")),
                )
            )
            return played
        finally:
            server.terminate()


def _run(home: Path, program: str, *arguments: str) -> str:
    ended = subprocess.run(  # noqa: S603 - ours
        _command(program, *arguments),
        cwd=home,
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RuntimeError(ended.stdout + ended.stderr)
    return ended.stdout


def _command(program: str, *arguments: str) -> list[str]:
    # -P: what is imported is the tree's, and not what lies where this was called.
    return [sys.executable, "-P", "-c", program, *arguments]


def _environment(home: Path) -> Mapping[str, str]:
    return os.environ | {"PYTHONPATH": str(home / "tree"), "PYTHONUNBUFFERED": "1"}


def main(revisions: Sequence[str]) -> None:
    """Make those that are named, or all."""
    for revision in revisions or COMMITS:
        print(f"{revision}: {keep(revision, COMMITS[revision]):,} bytes", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
