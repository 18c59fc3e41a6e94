"""The program of docs/integrators.md is sound TypeScript, and outlives its server's restart."""

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
TO_JAVASCRIPT = """
const [typescript, file] = process.argv.slice(1);
const ts = require(typescript);
const fs = require("node:fs");
const compilerOptions = { module: "esnext", target: "es2022" };
const { outputText } = ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions });
fs.writeFileSync(file.replace(/ts$/, "mjs"), outputText);
"""


def _what_is_missing() -> str | None:
    if NODE is None:
        return "Node is not installed"
    return (
        None if TYPESCRIPT.is_dir() and SDK.is_file() else "the page is not built: run `make page`"
    )


MISSING = _what_is_missing()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The example in a folder of its own, where `lessonroom` is the SDK that the server offers."""
    package = tmp_path / "node_modules" / "lessonroom"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "main": "lessonroom.js"}')
    shutil.copy(SDK, package)
    file = tmp_path / "plotter.ts"
    file.write_text(example("ts"), encoding="utf-8")
    return file


@pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
def test_the_program_is_sound_typescript(program: Path) -> None:
    """By the types that the SDK is written in."""
    options = {
        "paths": {"lessonroom": [str(ROOT / "frontend/src/client/index.ts")]},
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
    subprocess.run(
        [str(NODE), "-e", TO_JAVASCRIPT, str(TYPESCRIPT), str(program)], timeout=60, check=True
    )
    server = start_server(tmp_path / "data")
    session = lesson(server)
    arguments = (server.url, session["session_id"], session["access_code"])
    with subprocess.Popen(
        [str(NODE), "--experimental-websocket", str(program.with_suffix(".mjs")), *arguments],
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
