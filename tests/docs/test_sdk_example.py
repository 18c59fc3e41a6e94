"""The program of docs/integrators.md keeps to the SDK's types, and outlives a server's restart."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.calling import lesson
from tests.docs.test_integrators import example
from tests.serving import start_server

ROOT = Path(__file__).parents[2]
SDK = ROOT / "gateway/static/sdk/lessonroom.js"
TYPESCRIPT = ROOT / "frontend/node_modules/typescript"
NODE = shutil.which("node")


def _what_is_missing() -> str | None:
    if NODE is None:
        return "Node is not installed"
    return (
        None if TYPESCRIPT.is_dir() and SDK.is_file() else "the page is not built: run `make page`"
    )


MISSING = _what_is_missing()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The example in a folder of its own, beside the SDK as the server offers it."""
    folder = tmp_path / "plotter"
    folder.mkdir()
    shutil.copy(SDK, folder)
    file = folder / "plotter.mjs"
    file.write_text(example("mjs"), encoding="utf-8")
    return file


def _flags() -> list[str]:
    """Return what the guide says that this Node needs."""
    version = subprocess.run([str(NODE), "--version"], capture_output=True, text=True, check=True)
    return ["--experimental-websocket"] if int(version.stdout[1:].split(".")[0]) < 22 else []


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
def test_the_program_uses_the_sdk_as_its_types_say(program: Path) -> None:
    """By the types that the SDK is written in."""
    (program.parent / "lessonroom.js").unlink()
    shutil.copytree(ROOT / "frontend/src/client", program.parent / "client")
    (program.parent / "lessonroom.d.ts").write_text('export * from "./client/index.ts";\n')
    options = {
        "allowJs": True,
        "checkJs": True,
        "types": ["node"],
        "typeRoots": [str(ROOT / "frontend/node_modules/@types")],
    }
    config = {
        "extends": str(ROOT / "frontend/tsconfig.json"),
        "compilerOptions": options,
        "include": [program.name],
    }
    (program.parent / "tsconfig.json").write_text(json.dumps(config))
    checked = subprocess.run(
        [str(NODE), str(TYPESCRIPT / "bin/tsc"), "-p", str(program.parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
def test_the_program_joins_draws_and_outlives_a_restart(program: Path, tmp_path: Path) -> None:
    """[BD-5] [BD-6] Drawn while the server was away, it is there once, and on disk."""
    server = start_server(tmp_path / "data")
    session = lesson(server)
    arguments = (server.url, session["session_id"], session["access_code"])
    with subprocess.Popen(
        [str(NODE), *_flags(), str(program), *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        lines = iter(running.stdout)
        said = [next(lines).strip()]
        while not said[-1].startswith("on disk as event"):
            said.append(next(lines).strip())
        server.kill()
        while said[-1] != "reconnecting":
            said.append(next(lines).strip())
        again = start_server(tmp_path / "data", "--port", str(urlsplit(server.url).port))
        said += [line.strip() for line in lines]
        assert running.wait(30) == 0
    assert again.stop() == 0
    assert said[-2:] == ["2 squares on the board", "ended"]
    first, second = (int(line.split()[-1]) for line in said if line.startswith("on disk"))
    assert second > first


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
def test_where_there_is_no_websocket_the_sdk_says_what_helps(program: Path) -> None:
    """Node 20 without the flag; here also any newer one, from which it is taken."""
    said = (
        'import { connect } from "./lessonroom.js"; delete globalThis.WebSocket;'
        'connect({ url: "ws://127.0.0.1:1/ws/classroom/a/", token: "t" });'
    )
    file = program.with_name("bare.mjs")
    file.write_text(said, encoding="utf-8")
    ran = subprocess.run(
        [str(NODE), str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode != 0
    assert "run Node 20 with --experimental-websocket" in ran.stderr
