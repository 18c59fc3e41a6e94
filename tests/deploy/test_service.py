"""The unit of the service: what it takes away, and what it must not take away."""

import shutil
import subprocess
from typing import Final

import pytest

from cli.settings.settings import Settings
from scripts.generated_file import ROOT

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
