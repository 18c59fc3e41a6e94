"""The lock holds what every Python that we support needs."""

import tomllib

import pytest

from scripts.generated_file import ROOT
from scripts.write_lock import LOCK, PYTHONS, locked, missing, wanted


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_lacks_nothing_on_any_python_that_we_support(python: str) -> None:
    """With hashes required, one package that is not in the lock has pip refuse all of it."""
    assert missing(LOCK.read_text(encoding="utf-8"), python) == []


@pytest.mark.parametrize("python", PYTHONS)
def test_every_version_in_the_lock_is_one_that_was_asked_for(python: str) -> None:
    there = locked(LOCK.read_text(encoding="utf-8"), python)
    for name, requirement in wanted(python).items():
        (version,) = (each.version for each in there[name].specifier)
        assert requirement.specifier.contains(version, prereleases=True), name


def test_what_only_another_python_wants_is_found_missing() -> None:
    """`libcst` wants `pyyaml-ft` on 3.13 alone; whoever resolves on 3.11 never hears of it."""
    lock = LOCK.read_text(encoding="utf-8")
    without = "\n".join(line for line in lock.splitlines() if not line.startswith("pyyaml-ft"))
    assert [each.name for each in missing(without, "3.13")] == ["pyyaml-ft"]
    assert missing(without, "3.12") == []


def test_the_package_names_the_pythons_that_the_lock_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {
        line.rpartition(" ")[2]
        for line in project["classifiers"]
        if line.startswith("Programming Language :: Python :: 3.")
    }
    assert named == set(PYTHONS)
