"""The Debian package on a Debian that has nothing else: installed, booted, used, upgraded."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from scripts.release.make_release import make_release
from tests.debian_root import DebianRoot, debian_root, fault
from tests.deploy.installed import alone

MOST_BYTES: Final = 60_000_000
_CONFIG: Final = "/etc/lessonroom/config.toml"
_DATA: Final = "/var/lib/lessonroom"
_NEEDED: Final = ("debootstrap", "systemd-nspawn")
_MISSING: Final = [tool for tool in _NEEDED if shutil.which(tool) is None]
_TIMEOUT_S: Final = 60.0

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(bool(fault()), reason=fault() or "-"),
    pytest.mark.skipif(bool(_MISSING), reason=f"not on this machine: {', '.join(_MISSING)}"),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of what is committed."""
    made = make_release(tmp_path_factory.mktemp("release"))
    (package,) = (file for file in made if file.suffix == ".deb")
    return package


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian as small as it boots."""
    place = tmp_path_factory.mktemp("bare") / "root"
    wanted = ["--variant=minbase", "--include=adduser,systemd,systemd-sysv", "bookworm"]
    made = subprocess.run(
        ["debootstrap", *wanted, str(place)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        pytest.skip(f"debootstrap reaches no archive: {made.stdout[-300:]}")
    return place


@pytest.fixture
def root(bare: Path, package: Path, tmp_path: Path) -> Iterator[DebianRoot]:
    """One of them with the package, to be thrown away; any port, where others may have ours."""
    place = tmp_path / "machine"
    place.mkdir()
    with debian_root(place, lower=bare) as made:
        made.install(package)
        made.run("sed", "--in-place", r"s/^\[server\]/[server]\nport = 0/", _CONFIG)
        yield made


def test_a_package_does_everything_where_nothing_else_is(
    package: Path, root: DebianRoot, tmp_path: Path
) -> None:
    """[API Install] No Python, no network, no systemd that runs: page, demo, exports, backup."""
    assert package.stat().st_size <= MOST_BYTES
    program = root.command("/usr/bin/env", "PATH=/usr/sbin:/usr/bin", "lessonroom")
    found = alone(tmp_path, program, how="service")
    assert found["interfaces"] == ["lo"]
    assert found["help"]
    assert (found["png"], found["pdf"]) == ("\x89PNG", "%PDF")
    assert found["demo"]["is_agreed"]
    assert "checked; 1 sessions" in found["backup"]
    assert root.run("find", _DATA, "!", "-user", "lessonroom") == ""


def test_a_booted_machine_serves_confined_and_goes_on_after_an_upgrade(
    package: Path, root: DebianRoot, tmp_path: Path
) -> None:
    """[API Install] By its unit: at boot, after a crash, an upgrade and a new installation."""
    with root.booted() as machine:
        url = _url(machine)
        demo = json.loads(machine.run("lessonroom", "demo", "--speed", "0", "--keep", "--json"))
        assert demo["is_agreed"]
        _export(machine, url, demo["session_id"])
        doctor = {each["thing"]: each for each in json.loads(_doctor(machine))}
        assert {each["verdict"] for each in doctor.values()} <= {"ok", "warn"}, doctor
        machine.run("systemctl", "kill", "--signal=KILL", "lessonroom")
        url = _url(machine, unlike=url)
        machine.install(_newer(package, tmp_path))
        url = _url(machine, unlike=url)
        _export(machine, url, demo["session_id"])
        journal = machine.run("journalctl", "--unit=lessonroom", "--output=cat")
        assert journal.count("listening on ") == 3, journal
        # Its filter of calls lets processes take their own rights away.
        assert "Landlock" not in journal, journal
        machine.run("dpkg", "--remove", "lessonroom")
        assert machine.attempt("systemctl", "is-active", "lessonroom").stdout == "inactive\n"
        machine.install(package)
        _export(machine, _url(machine, unlike=url), demo["session_id"])
        machine.run("dpkg", "--purge", "lessonroom")
        assert machine.attempt("test", "-e", _DATA).returncode == 1


def _url(machine: DebianRoot, *, unlike: str = "") -> str:
    """Return where the server listens, as soon as that is another address than before."""
    deadline_s = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline_s:
        told = machine.attempt("cat", f"{_DATA}/server.json")
        if told.returncode == 0 and (url := str(json.loads(told.stdout)["url"])) != unlike:
            return url
        machine.attempt("systemctl", "is-active", "--wait", "lessonroom")
    raise AssertionError(machine.attempt("journalctl", "--unit=lessonroom").stdout[-3_000:])


def _export(machine: DebianRoot, url: str, session_id: str) -> None:
    """Have a lesson drawn, in processes that the unit confines as well."""
    token = machine.run("lessonroom", "token", "user", "A", "--sub", "a", "--scope", "operator")
    headers = {"Authorization": f"Bearer {token.strip()}"}
    with httpx.Client(base_url=url, timeout=_TIMEOUT_S, headers=headers) as client:
        for kind, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
            drawn = client.get(
                f"/api/v1/classroom/sessions/{session_id}/export/", params={"format": kind}
            )
            assert drawn.raise_for_status().content.startswith(begins)


def _doctor(machine: DebianRoot) -> str:
    return machine.run("lessonroom", "doctor", "--json")


def _newer(package: Path, place: Path) -> Path:
    """Return the same package with a higher version."""
    unpacked, newer = place / "unpacked", place / "newer.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(unpacked)], check=True)
    control = unpacked / "DEBIAN/control"
    text = control.read_text(encoding="utf-8").replace("\nVersion: ", "\nVersion: 9:")
    control.write_text(text, encoding="utf-8")
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(unpacked), str(newer)],
        capture_output=True,
        check=True,
    )
    return newer
