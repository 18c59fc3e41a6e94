"""The bill of materials of a release, in CycloneDX: each package, its version, and its licence.

Of Python what lessonroom runs with, as `requirements.lock` has it; of the page what is bundled into
it, as `package-lock.json` has it. What only builds or tests is not in a release, and not in here.
The same commit gives the same bytes.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import write_licences
from scripts.release.javascript import npm_version

_EXCEPTIONS: Final = {
    # Makes films: a file of its own, changed by nobody (frontend/vite.licences.ts).
    "mediabunny": "MPL-2.0",
}
"""Packages of the page under another licence, each with the reason why it does no harm."""
_OURS: Final[Mapping[str, tuple[str, ...]]] = {
    "pkg:npm/lessonroom-sdk": (),
    "pkg:pypi/lessonroom-client": ("httpx",),
}
"""What a release has besides the server, of our own, and what that needs."""
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:lessonroom:bill-of-materials")


def bill_of_materials(lock: Path, *, version: str, made_at_s: int) -> str:
    """Return the document.

    Args:
        lock: the page's `package-lock.json`.
        version: of lessonroom.
        made_at_s: what the document is dated, in seconds since 1970.

    Raises:
        NotOursToPassOn: a package is under a licence that may not be passed on.

    """
    itself = f"pkg:pypi/lessonroom@{version}"
    installed = write_licences.packages()
    of_python = [_of_python(name, package) for name, package in installed.items()]
    of_page = _of_page(json.loads(lock.read_text(encoding="utf-8"))["packages"])
    ours = [_of_ours(purl, version) for purl in _OURS]
    components = sorted(of_python + of_page + ours, key=lambda component: str(component["bom-ref"]))
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(made_at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": "lessonroom",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
                "purl": itself,
            },
        },
        "components": components,
        "dependencies": [
            {"ref": itself, "dependsOn": sorted(str(each["bom-ref"]) for each in components)},
            *(
                {
                    "ref": _own_purl(purl, version),
                    "dependsOn": sorted(_purl(name, installed[name]) for name in needs),
                }
                for purl, needs in _OURS.items()
            ),
            *(
                {"ref": _purl(name, package), "dependsOn": _needs(package, installed)}
                for name, package in installed.items()
            ),
        ],
    }
    # Told apart by what it says, so that the same says the same.
    document["serialNumber"] = uuid.uuid5(_NAMESPACE, json.dumps(document)).urn
    return json.dumps(document, indent=2) + "\n"


def _own_purl(purl: str, version: str) -> str:
    return f"{purl}@{npm_version(version) if purl.startswith('pkg:npm/') else version}"


def _of_ours(purl: str, version: str) -> dict[str, object]:
    identified = _own_purl(purl, version)
    return {
        "type": "library",
        "bom-ref": identified,
        "name": purl.rpartition("/")[2],
        "version": identified.rpartition("@")[2],
        "licenses": [{"expression": "MIT"}],
        "purl": identified,
    }


def _purl(name: str, package: Distribution) -> str:
    return f"pkg:pypi/{name}@{package.version}"


def _of_python(name: str, package: Distribution) -> dict[str, object]:
    purl = _purl(name, package)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": package.version,
        "licenses": [{"expression": write_licences.licence_of(name, package)}],
        "purl": purl,
    }


def _needs(package: Distribution, installed: Mapping[str, Distribution]) -> list[str]:
    """Return what a package asks for without its extras, of what is there."""
    asked = [Requirement(text) for text in package.requires or ()]
    names = {
        canonicalize_name(each.name)
        for each in asked
        if each.marker is None or each.marker.evaluate({"extra": ""})
    }
    return sorted(_purl(name, installed[name]) for name in names & installed.keys())


def _of_page(packages: Mapping[str, Mapping[str, Any]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for path, package in packages.items():
        _, is_package, name = path.rpartition("node_modules/")
        if not is_package or package.get("dev"):
            continue
        licence = package.get("license") or "no licence that it names"
        if licence not in write_licences.ALLOWED and _EXCEPTIONS.get(name) != licence:
            raise write_licences.NotOursToPassOn(f"{name} is under {licence}")
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        algorithm, _, digest = str(package["integrity"]).partition("-")
        found.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": package["version"],
                "hashes": [
                    {
                        "alg": algorithm.upper().replace("SHA", "SHA-"),
                        "content": base64.b64decode(digest).hex(),
                    }
                ],
                "licenses": [{"expression": package["license"]}],
                "purl": purl,
            }
        )
    return found
