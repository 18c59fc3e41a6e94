"""The unit of the service: what it takes away, and what it must not take away."""

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cli.settings.settings import Settings
from gateway.confinement import landlock
from scripts.generated_file import ROOT
from tests.debian_root import debian_root, fault

UNIT: Final = ROOT / "deploy/lessonroom.service"
_LANDLOCK: Final = frozenset(
    {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
)


def _service() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_confined_processes_may_take_their_own_rights_away() -> None:
    """[API Install] @system-service lacks Landlock: what is not named would be refused."""
    allowed = " ".join(_service()["SystemCallFilter"]).split()
    assert set(allowed) >= _LANDLOCK


def test_office_documents_can_still_be_read() -> None:
    """[API Install] LibreOffice wants to see /proc, and to make code in memory."""
    assert not {"ProcSubset", "MemoryDenyWriteExecute"} & _service().keys()


def test_a_stop_and_a_full_server_have_what_they_need() -> None:
    """[API Install] Time to commit, and two descriptors for each connection."""
    service, server = _service(), Settings().server
    assert int(service["TimeoutStopSec"][0]) > server.shutdown_timeout_s
    assert int(service["LimitNOFILE"][0]) > 2 * server.max_connections


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there")
def test_the_unit_is_exposed_to_little() -> None:
    """[API Install] As systemd counts it, of 10; an error in the unit counts as well."""
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-400:] + judged.stderr
    assert "Unknown" not in judged.stderr, judged.stderr


_TELLS: Final = """
import os
from gateway.confinement import landlock
print("has Landlock", landlock.version() > 0)
os.nice(5)
print("gives way")
"""
_PROBE: Final = "/etc/probe.py"
_NO_BOOT: Final = fault() or (
    "" if shutil.which("systemd-nspawn") else "systemd-nspawn is not there"
)


@contextlib.contextmanager
def _skipped_where_refused() -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        pytest.skip(f"no systemd boots here: {refused}")


# It boots a machine, in which a checkout below /tmp is not seen.
@pytest.mark.proof
@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
@pytest.mark.skipif(bool(_NO_BOOT), reason=_NO_BOOT or "-")
@pytest.mark.parametrize(("without", "has_landlock"), [("", True), (" landlock_\\w+", False)])
def test_a_process_confines_itself_below_the_unit(
    *, without: str, has_landlock: bool, tmp_path: Path
) -> None:
    """[SECURITY image] As a systemd that booted carries it out; without its exception it could not.

    The interpreter of the tests may lie in somebody's home, so that is read there.
    """
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    taken = lines[lines.index("NoNewPrivileges=yes") : lines.index("[Install]")]
    unit = [
        *("[Service]", "Type=oneshot", f"WorkingDirectory={ROOT}"),
        *(f"Environment=PYTHONPATH={ROOT}", f"ExecStart={sys.executable} {_PROBE}"),
        *(re.sub(without, "", line) if without else line for line in taken),
        *("ProtectHome=read-only",),
    ]
    place = tmp_path / "machine"
    place.mkdir()
    with _skipped_where_refused(), debian_root(place) as root:
        root.run("sh", "-c", "rm -f /etc/systemd/system/*.wants/*")
        root.write(_PROBE, _TELLS)
        root.write("/etc/systemd/system/probe.service", "\n".join(unit))
        with root.booted() as machine:
            machine.attempt("systemctl", "start", "probe")
            said = machine.run("journalctl", "--unit=probe", "--output=cat")
    assert f"has Landlock {has_landlock}\ngives way\n" in said
