"""Writes requirements.lock: pip-compile's, and what only another Python needs besides.

pip-compile resolves for the Python that runs it, and leaves out what a package wants on another
one; with hashes required, pip then refuses the whole lock there. So the packages that are installed
here are asked what they would want on each Python that we support.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.generated_file import ROOT

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
"""Those that the lock installs on; `pyproject.toml` names them as classifiers."""
LOCK: Final = ROOT / "requirements.lock"

_PLATFORMS: Final = (
    "manylinux2014_x86_64",
    "manylinux2014_aarch64",
    "macosx_11_0_arm64",
    "macosx_11_0_x86_64",
)
_PIP_COMPILE: Final = (
    *("--quiet", "--upgrade", "--extra", "dev", "--generate-hashes", "--allow-unsafe"),
    *("--strip-extras", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-emit-trusted-host", "--no-emit-options"),
)


def locked(lock: str, python: str) -> dict[str, Requirement]:
    """Return what a lock has pip install on a Python, by name."""
    environment = _environment(python)
    found: dict[str, Requirement] = {}
    for line in lock.splitlines():
        if line and line[0].isalpha():
            requirement = Requirement(line.removesuffix("\\").strip())
            if requirement.marker is None or requirement.marker.evaluate(environment):
                found[canonicalize_name(requirement.name)] = requirement
    return found


def wanted(python: str) -> dict[str, Requirement]:
    """Return what lessonroom and its tools want on a Python, as far as they are installed here."""
    environment = _environment(python)
    found: dict[str, Requirement] = {}
    asked: deque[tuple[str, str]] = deque([("lessonroom", ""), ("lessonroom", "dev")])
    seen = set(asked)
    while asked:
        name, extra = asked.popleft()
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, requirements):
            marker = requirement.marker
            if marker is not None and not marker.evaluate({**environment, "extra": extra}):
                continue
            key = canonicalize_name(requirement.name)
            found.setdefault(key, requirement)
            more = [(key, each) for each in ("", *requirement.extras)]
            asked += [each for each in more if each not in seen]
            seen.update(more)
    return found


def missing(lock: str, python: str) -> list[Requirement]:
    """Return what a lock lacks on a Python."""
    there = locked(lock, python)
    return [requirement for name, requirement in wanted(python).items() if name not in there]


def _environment(python: str) -> dict[str, str]:
    environment = {name: str(value) for name, value in default_environment().items()}
    return {**environment, "python_version": python, "python_full_version": f"{python}.0"}


def _entry(requirement: Requirement, python: str) -> str:
    """Return the lines of the lock for a package that one Python needs."""
    versions: set[str] = set()
    hashes: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for platform in _PLATFORMS:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
            target = ["--target", folder, "--only-binary=:all:", "--report", "-"]
            other = ["--python-version", python, "--platform", platform]
            what = f"{requirement.name}{requirement.specifier}"
            report = subprocess.run(  # noqa: S603 - our own command
                [*pip, *target, *other, what], check=True, capture_output=True, text=True
            )
            (package,) = json.loads(report.stdout)["install"]
            versions.add(package["metadata"]["version"])
            hashes.add(package["download_info"]["archive_info"]["hashes"]["sha256"])
    (version,) = versions
    head = f'{canonicalize_name(requirement.name)}=={version} ; python_version == "{python}"'
    return " \\\n    ".join([head, *(f"--hash=sha256:{each}" for each in sorted(hashes))]) + "\n"


def main() -> None:
    """Write the lock."""
    command = [sys.executable, "-m", "piptools", "compile", *_PIP_COMPILE]
    subprocess.run(  # noqa: S603 - our own command
        [*command, "--output-file", str(LOCK), "pyproject.toml"],
        check=True,
        cwd=ROOT,
        env=os.environ | {"CUSTOM_COMPILE_COMMAND": "make lock"},
    )
    complete()


def complete() -> None:
    """Add to the lock what it lacks on other Pythons than this one."""
    lock = LOCK.read_text(encoding="utf-8")
    entries = [_entry(each, python) for python in PYTHONS for each in missing(lock, python)]
    if entries:
        head = "\n# Wanted by what stands above, on other Pythons than the one that wrote this:\n"
        LOCK.write_text(lock + head + "".join(entries), encoding="utf-8")


if __name__ == "__main__":
    main()
