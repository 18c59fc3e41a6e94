"""The JavaScript SDK as others install it: what is in the package, its types, and its sample.

Run by this Node, as one that has a WebSocket of its own, and as one that is given it.
"""

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from lessonroom_client import ApiKey, Client
from scripts.generated_file import ROOT
from scripts.release import javascript
from tests.serving import RunningServer

NODE, NPM = shutil.which("node"), shutil.which("npm")
TSC = ROOT / "frontend/node_modules/typescript/bin/tsc"
README = (ROOT / javascript.SOURCE / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(
    NODE is None or NPM is None or not TSC.is_file() or not (ROOT / javascript.MODULE).is_file(),
    reason="the page is not built: run `make page`",
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package."""
    return javascript.build(ROOT, tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def project(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody else's, with the package installed, without a network."""
    home = tmp_path_factory.mktemp("project")
    (home / "package.json").write_text('{"name": "plotter", "private": true, "type": "module"}')
    command = [str(NPM), "install", "--offline", "--no-audit", "--no-fund", str(package)]
    subprocess.run(command, cwd=home, check=True, capture_output=True, timeout=120)
    return home


def run(command: list[str], at: Path) -> str:
    ended = subprocess.run(
        command, cwd=at, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_package_holds_the_module_its_types_and_nothing_else(package: Path) -> None:
    """[API SDK] No sources, no tests, nothing of this machine."""
    assert package.name == f"lessonroom-sdk-{manifest()['version']}.tgz"
    with tarfile.open(package) as archive:
        files = {
            member.name.removeprefix("package/"): (opened.read() if opened else b"")
            for member in archive
            for opened in [archive.extractfile(member)]
        }
        assert {member.mtime for member in archive} == {499_162_500}
    types = {name for name in files if name.startswith("types/")}
    assert files.keys() - types == {"package.json", "README.md", "LICENSE", "lessonroom.js"}
    assert "types/index.d.ts" in types
    assert all(name.endswith(".d.ts") for name in types)
    for name, text in files.items():
        assert str(ROOT).encode() not in text, name
        assert b"sourceMappingURL" not in text, name
    assert files["lessonroom.js"] == (ROOT / javascript.MODULE).read_bytes()
    # Whatever one names beside it is there.
    for name in types:
        for named in re.findall(r"""["'](\.[^"']+)["']""", files[name].decode()):
            target = (Path("/", name).parent / named).resolve().relative_to("/")
            assert named.endswith(".js"), (name, named)
            assert str(target.with_suffix(".d.ts")) in types, (name, named)


def manifest() -> dict[str, object]:
    return dict(json.loads((ROOT / javascript.SOURCE / "package.json").read_text("utf-8")))


def test_what_the_manifest_names_is_there_and_its_version_is_the_server_s() -> None:
    """[API SDK] In npm's spelling: `0.1.0-dev.0` for `0.1.0.dev0`."""
    server = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert server is not None
    assert manifest()["version"] == javascript.npm_version(server[1])
    assert javascript.npm_version("0.1.0.dev0") == "0.1.0-dev.0"
    assert javascript.npm_version("1.0.0rc1") == "1.0.0-rc.1"
    assert javascript.npm_version("1.2.3") == "1.2.3"
    assert manifest()["license"] == "MIT"
    assert "dependencies" not in manifest()


def test_two_packages_are_the_same_bytes(package: Path, tmp_path: Path) -> None:
    """[API Install] Of the same sources."""
    assert javascript.build(ROOT, tmp_path).read_bytes() == package.read_bytes()


@pytest.mark.parametrize("has_socket", [True, False], ids=["own", "given"])
def test_the_sample_of_the_readme_prints_what_it_says(
    has_socket: bool,  # noqa: FBT001
    project: Path,
    server: RunningServer,
    key: ApiKey,
) -> None:
    """[API SDK] Node 22 has a WebSocket, Node 20 is given one."""
    sample, said = re.findall(r"^```(?:mjs|text)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[:2]
    (project / "plotter.mjs").write_text(sample, encoding="utf-8")
    # The WebSocket of Node itself stands for the package `ws`, and is hidden otherwise.
    (project / "hide.mjs").write_text(
        "globalThis.kept = globalThis.WebSocket; delete globalThis.WebSocket;"
    )
    given = project / "node_modules" / "ws"
    given.mkdir(exist_ok=True)
    (given / "package.json").write_text('{"name": "ws", "type": "module", "exports": "./ws.js"}')
    (given / "ws.js").write_text("export const WebSocket = globalThis.kept;")
    with Client(server.url, key.platform_token) as school:
        launched = school.launch_session(
            external_id=f"js-{has_socket}",
            people=[{"subject": "teacher-js", "name": "Ada", "role": "host"}],
        )
        ada = school.acting_as(lambda: key.user_token("teacher-js", "Ada"))
        session_id = launched["session"]["session_id"]
        ada.start_session(session_id)
        code = launched["session"]["access_code"]
        hiding = [] if has_socket else ["--import", "./hide.mjs"]
        arguments = ["plotter.mjs", server.url, session_id, str(code)]
        printed = run([str(NODE), *_flags(), *hiding, *arguments], project)
        assert printed == said
        assert len(ada.export_board(session_id)["board"]["elements"]) == 1


def _flags() -> list[str]:
    """Return what has Node 20 have what Node 22 has."""
    version = run([str(NODE), "--version"], ROOT)
    return ["--experimental-websocket"] if int(version[1:].split(".")[0]) < 22 else []


CHECKED = """\
import { connect, type Board, type RoomClient, type Element } from "lessonroom-sdk";
const room: RoomClient = connect({ url: "ws://127.0.0.1/", token: "t" });
const board: Board = room.board;
const seq: Promise<number> = room.edit([{ op: "remove", ids: ["e1"] }]);
const elements: Element[] = [...board.elements.values()].map((each) => each);
room.on("refused", ({ error }) => console.log(error.code satisfies string, seq, elements));
// @ts-expect-error nothing is called so
room.draw();
// @ts-expect-error a url is needed
connect({ token: "t" });
"""


@pytest.mark.parametrize("resolution", ["nodenext", "bundler"])
def test_the_types_are_found_and_hold(resolution: str, project: Path) -> None:
    """[API SDK] By TypeScript as Node and as bundlers have it, with its libraries checked, too."""
    (project / "checked.ts").write_text(CHECKED, encoding="utf-8")
    options = {
        "module": "nodenext" if resolution == "nodenext" else "esnext",
        "moduleResolution": resolution,
        "target": "es2022",
        "lib": ["ES2023", "DOM", "DOM.Iterable"],
        "strict": True,
        "noEmit": True,
        "types": [],
        "skipLibCheck": False,
    }
    config = {"compilerOptions": options, "files": ["checked.ts"]}
    (project / "tsconfig.json").write_text(json.dumps(config))
    run([str(NODE), str(TSC), "-p", "."], project)


def test_without_the_page_it_says_what_to_do(tmp_path: Path) -> None:
    """[API Install] And makes nothing."""
    with pytest.raises(javascript.NotBuilt, match="run `make page`"):
        javascript.build(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
