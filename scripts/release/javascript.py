"""The JavaScript SDK as a package for npm: the module that the server offers, and its types.

    python -m scripts.release.javascript [--out FOLDER]

What it is made of has to be there: the page built, and `frontend/node_modules`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scripts.generated_file import ROOT

SOURCE: Final = "clients/javascript"
MODULE: Final = "gateway/static/sdk/lessonroom.js"
_COMPILER: Final = "frontend/node_modules/typescript/bin/tsc"
_OWN: Final = (f"{SOURCE}/package.json", f"{SOURCE}/README.md", MODULE, "LICENSE")
_IMPORT: Final = re.compile(r"""((?:from|import)\s*\(?\s*["']\.[^"']*)\.ts(["'])""")


class NotBuilt(Exception):  # noqa: N818 - says what is wrong
    """Something is missing, or a step failed."""


def npm_version(version: str) -> str:
    """Return a version as npm spells it: `0.1.0-dev.0` of `0.1.0.dev0`."""
    return re.sub(r"\.?(dev|rc|a|b)(\d+)$", r"-\1.\2", version)


def build(root: Path, out: Path, *, env: Mapping[str, str] | None = None) -> Path:
    """Write the package into `out` and return it; the same bytes of the same sources.

    Args:
        root: a checkout in which the page is built.
        out: a folder; made where missing.
        env: of what is run.

    Raises:
        NotBuilt: there is no Node, the page is not built, or a step failed.

    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NotBuilt("the JavaScript SDK needs Node and npm")
    for needed in (MODULE, _COMPILER):
        if not (root / needed).is_file():
            raise NotBuilt(f"there is no {needed}: run `make page`")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lessonroom-sdk-") as folder:
        home = Path(folder)
        for name in _OWN:
            shutil.copy(root / name, home)
        types = ["--project", str(root / SOURCE), "--outDir", str(home / "types")]
        _run([node, str(root / _COMPILER), *types], at=root, env=env)
        for file in sorted((home / "types").rglob("*.d.ts")):
            file.write_text(_resolvable(file.read_text("utf-8")), "utf-8")
        packed = [npm, "pack", "--ignore-scripts", "--pack-destination", str(out.absolute())]
        name = _run(packed, at=home, env=env).strip().splitlines()[-1]
    return out / name


def _resolvable(declarations: str) -> str:
    """Return declarations that name the modules beside them as TypeScript finds them anywhere."""
    return _IMPORT.sub(r"\1.js\2", declarations)


def _run(command: Sequence[str], *, at: Path, env: Mapping[str, str] | None) -> str:
    ended = subprocess.run(  # noqa: S603 - ours
        command,
        cwd=at,
        env={**(os.environ if env is None else env), "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise NotBuilt(f"{Path(command[0]).name} ended so: {ended.stdout}{ended.stderr}".strip())
    return ended.stdout


def main(arguments: Sequence[str]) -> int:
    """Make the package of this checkout and name it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to; ./dist")
    try:
        print(build(ROOT, parser.parse_args(arguments).out))
    except NotBuilt as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
