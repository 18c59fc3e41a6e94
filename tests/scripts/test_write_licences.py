from importlib.metadata import Distribution
from os import PathLike
from pathlib import Path

import pytest

from scripts import write_licences
from scripts.write_licences import FILE, NotOursToPassOn


class Package(Distribution):
    """A package as pip would have installed it, as far as its licence goes."""

    def __init__(self, home: Path, metadata: str, **files: str) -> None:
        self._home = home
        self._texts = {"METADATA": metadata, **files}
        info = home / "odd.dist-info"
        info.mkdir()
        for name, text in self._texts.items():
            (info / name).write_text(text)
        self._texts["RECORD"] = "".join(f"odd.dist-info/{name},,\n" for name in self._texts)

    def read_text(self, filename: str) -> str | None:
        return self._texts.get(filename)

    def locate_file(self, path: str | PathLike[str]) -> Path:
        return self._home / path


def package(home: Path, said: str, **files: str) -> Package:
    return Package(home, f"Metadata-Version: 2.4\nName: odd\nVersion: 1\n{said}\n", **files)


def test_each_package_that_is_installed_has_its_notice() -> None:
    """[API Licences] Those of PostgreSQL among them; none that only tests need."""
    kept = FILE.read_text(encoding="utf-8")
    found = write_licences.packages()
    assert {"fastapi", "asyncpg", "greenlet", "pypdfium2"} <= found.keys()
    assert not {"pytest", "ruff", "hypothesis", "lessonroom"} & found.keys()
    for name, each in found.items():
        at = kept.index(f"\n{name} {each.version} (")
        assert kept[at:].split("\n\n", 2)[1], name
    assert write_licences.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License-Expression: GPL-3.0-only OR MIT", "GPL-3.0-only OR MIT"),
        ("License-Expression: Apache-2.0 AND (BSD-2-Clause)", "Apache-2.0 AND (BSD-2-Clause)"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
        ("License: MIT License", "MIT"),
    ],
)
def test_what_may_be_passed_on_is_known_by_all_its_names(
    tmp_path: Path, said: str, licence: str
) -> None:
    """[API Licences] SPDX's, and the older ones; of several one that is allowed is enough."""
    assert write_licences.licence_of("odd", package(tmp_path, said)) == licence


@pytest.mark.parametrize(
    "said",
    [
        "License-Expression: GPL-3.0-only",
        "License-Expression: MIT AND LGPL-2.1-or-later",
        "License-Expression: MPL-2.0",
        "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        "License: Proprietary",
        "License: UNKNOWN",
        "Author: nobody",
    ],
)
def test_what_asks_for_more_or_says_nothing_stops_the_check(tmp_path: Path, said: str) -> None:
    """[API Licences] With the package's name."""
    with pytest.raises(NotOursToPassOn, match=r"^odd is under "):
        write_licences.licence_of("odd", package(tmp_path, said))


def test_a_package_without_a_notice_stops_the_check(tmp_path: Path) -> None:
    """[API Licences] A name of a licence is no notice."""
    with pytest.raises(NotOursToPassOn, match="odd brings no notice"):
        list(write_licences.notices_of("odd", package(tmp_path, "License: MIT"), "MIT"))


def test_notices_are_found_by_their_names(tmp_path: Path) -> None:
    """[API Licences] However they are spelled."""
    odd = package(tmp_path, "License: MIT", COPYING="be free  \n", **{"LICENCE.md": "so be it"})
    assert list(write_licences.notices_of("odd", odd, "MIT")) == ["be free", "so be it"]
