"""The wheel alone, where there is neither Node nor a network: it serves the page, and the rest."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hatch_build import VARIABLE
from scripts.write_licences import packages
from tests.deploy.installed import ROOT, alone

BUILT = (ROOT / "gateway/static/index.html").is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, with the page as it was built."""
    if not BUILT:
        pytest.skip("the page is not built")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)]
    subprocess.run(
        command, cwd=ROOT, env=os.environ | {VARIABLE: "skip"}, capture_output=True, check=True
    )
    (made,) = folder.iterdir()
    return made


def test_a_wheel_holds_the_page_the_migrations_and_all_notices(wheel: Path) -> None:
    """[API Install] What a server needs that is not code is in there, and nothing of the tests."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        *("gateway/static/index.html", "gateway/static/licences.txt"),
        *("storage/migrations/versions/0001_foundation.py", "gateway/export/fonts/OFL.txt"),
    } <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENCES-PYTHON.txt") for name in names)
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {
        *("lessonroom", "actors", "bus", "storage", "gateway", "cli")
    }


def test_an_unpacked_wheel_serves_the_page_and_exports(wheel: Path, tmp_path: Path) -> None:
    """[API Install] No Node, no network: page, lesson, PNG, PDF, backup."""
    python = _environment(tmp_path / "venv")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(_packages_of(tmp_path / "venv"))
    _copy_dependencies(_packages_of(tmp_path / "venv"))
    home = tmp_path / "home"
    home.mkdir()
    found = alone(home, [str(python), "-c", "from cli.app import app; app()"], how="brief")
    _assert_sound(found)


@pytest.mark.proof
def test_a_wheel_in_an_empty_environment_does_all_that_a_checkout_does(
    wheel: Path, tmp_path: Path
) -> None:
    """[API Install] Installed by pip with what it asks for; then the demo, exports, a backup."""
    python = _environment(tmp_path / "venv")
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*command, str(wheel)], check=True)
    home = tmp_path / "home"
    home.mkdir()
    found = alone(home, [str(python.with_name("lessonroom"))], how="whole")
    _assert_sound(found)
    assert found["interfaces"] == ["lo"]


def _environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin/python"


def _copy_dependencies(target: Path) -> None:
    """Copy what lessonroom says that it needs, and nothing else that is installed here."""
    for package in packages().values():
        for file in package.files or ():
            if ".." not in file.parts:
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(package.locate_file(file)), target / file)


def _packages_of(folder: Path) -> Path:
    return next(folder.glob("lib/python*/site-packages"))


def _assert_sound(found: dict[str, object]) -> None:
    assert int(str(found["page_bytes"])) > 100_000
    assert (found["png"], found["pdf"]) == ("\x89PNG", "%PDF")
    assert "checked; 1 sessions" in str(found["backup"])
