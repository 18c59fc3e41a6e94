import json
import re
from pathlib import Path

import pytest

from scripts.generated_file import ROOT
from scripts.release.bill_of_materials import bill_of_materials
from scripts.write_licences import NotOursToPassOn

LOCK = ROOT / "frontend/package-lock.json"


def test_it_names_what_runs_and_nothing_that_only_builds() -> None:
    """[API Install] Python's packages and the page's, each with version, licence and address."""
    bill = json.loads(bill_of_materials(LOCK, version="1.2", made_at_s=1_700_000_000))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    names = {component["name"] for component in bill["components"]}
    assert {"msgspec", "asyncpg", "preact", "@preact/signals"} <= names
    assert "lessonroom-client" in names
    assert not {"pytest", "hatchling", "vite", "lessonroom"} & names
    for component in bill["components"]:
        assert component["version"], component
        assert component["licenses"][0]["expression"], component
        assert re.fullmatch(r"pkg:(pypi|npm)/[\w.%/-]+@[\w.+-]+", component["purl"]), component


def test_what_is_ours_has_a_version_of_its_own_registry() -> None:
    """[API Install] As npm spells it, and as Python does."""
    bill = json.loads(bill_of_materials(LOCK, version="1.2.0.dev3", made_at_s=1))
    purls = {component["purl"] for component in bill["components"]}
    assert {"pkg:npm/lessonroom-sdk@1.2.0-dev.3", "pkg:pypi/lessonroom-client@1.2.0.dev3"} <= purls


def test_what_depends_on_what_is_in_it() -> None:
    """[API Install] Each reference is one that is there; each component has one line."""
    bill = json.loads(bill_of_materials(LOCK, version="1.2", made_at_s=1))
    refs = {component["bom-ref"] for component in bill["components"]}
    assert len(refs) == len(bill["components"])
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert set(needs["pkg:pypi/lessonroom@1.2"]) == refs
    assert refs.issuperset(ref for each in needs.values() for ref in each)
    (httpx,) = (ref for ref in refs if ref.startswith("pkg:pypi/httpx@"))
    assert needs["pkg:pypi/lessonroom-client@1.2"] == [httpx]
    (starlette,) = (ref for ref in refs if ref.startswith("pkg:pypi/starlette@"))
    assert starlette in next(needs[ref] for ref in needs if ref.startswith("pkg:pypi/fastapi@"))


def test_the_same_is_the_same_and_another_is_told_apart() -> None:
    """[API Install] To the byte; another version has another number."""
    first, second, other = (
        bill_of_materials(LOCK, version=version, made_at_s=1) for version in ("1", "1", "2")
    )
    assert first == second
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]


@pytest.mark.parametrize(
    ("name", "licence", "told"),
    [
        ("odd", "AGPL-3.0-only", r"odd is under AGPL-3\.0-only"),
        ("odd", "MPL-2.0", r"odd is under MPL-2\.0"),
        ("odd", None, "odd is under no licence"),
        # What one may be under is not what it may be under later.
        ("mediabunny", "AGPL-3.0-only", "mediabunny is under AGPL"),
    ],
)
def test_a_package_of_the_page_that_may_not_be_passed_on_is_refused(
    name: str, licence: str | None, told: str, tmp_path: Path
) -> None:
    """[API Licences] As one of Python is."""
    lock = tmp_path / "package-lock.json"
    package = {"version": "1", "license": licence, "integrity": "sha512-AA=="}
    lock.write_text(json.dumps({"packages": {f"node_modules/{name}": package}}))
    with pytest.raises(NotOursToPassOn, match=told):
        bill_of_materials(lock, version="1", made_at_s=1)
