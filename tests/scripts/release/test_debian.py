"""The package without its program, which takes minutes to make: that is in `tests/deploy`."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from scripts.generated_file import ROOT
from scripts.release import debian
from tests.debian_root import DebianRoot, debian_root, fault

_PROGRAM: Final = """\
#!/bin/sh
echo "$(id -un) ${LESSONROOM_CONFIG-none} $*"
"""
_CONFIG: Final = "/etc/lessonroom/config.toml"
_DATA: Final = "/var/lib/lessonroom"
_ENABLED: Final = "/etc/systemd/system/multi-user.target.wants/lessonroom.service"
_ENVIRONMENT: Final[Mapping[str, str]] = os.environ | {"SOURCE_DATE_EPOCH": "1790000000"}

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not there")
needs_debian = pytest.mark.skipif(bool(fault()), reason=fault() or "-")

Packer = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Packer:
    """Builds a package of a program that tells who runs it, and how."""

    def packed(version: str = "1.0", *, source: Path = ROOT, umask: int = 0o022) -> Path:
        home = tmp_path / f"home-{len(list(tmp_path.iterdir()))}"
        program = home / "program"
        (program / "_internal").mkdir(parents=True)
        (program / "lessonroom").write_text(_PROGRAM)
        (program / "_internal/library.so").write_bytes(b"\x7fELF\0GLIBC_2.9\0GLIBC_2.31\0")
        before = os.umask(umask)
        try:
            return debian.build(
                program,
                home / "out",
                source=source,
                home=home,
                version=version,
                notices="The notices.",
                env=_ENVIRONMENT,
            )
        finally:
            os.umask(before)

    return packed


@pytest.fixture
def root(tmp_path: Path) -> Iterator[DebianRoot]:
    """This machine as it is, to be thrown away."""
    place = tmp_path / "machine"
    place.mkdir()
    try:
        with debian_root(place) as made:
            yield made
    except OSError as refused:
        pytest.skip(f"this machine mounts no overlay: {refused}")


def test_versions_are_ordered_by_dpkg_as_by_python() -> None:
    """[API Install] What is not released yet comes before the release."""
    versions = ["0.1.0.dev0", "0.1.0a1.dev2", "0.1.0a1", "0.1.0b2", "0.1.0rc1", "0.1.0"]
    versions += ["0.1.0.post1.dev1", "0.1.0.post1", "0.1.1", "1!0.0.1"]
    assert [debian.debian_version(each) for each in versions[:3]] == [
        *("0.1.0~~dev0", "0.1.0~a1~~dev2", "0.1.0~a1")
    ]
    if shutil.which("dpkg") is None:
        pytest.skip("dpkg is not there")
    for lower, higher in pairwise(versions):
        words = [debian.debian_version(lower), "lt", debian.debian_version(higher)]
        subprocess.run(["dpkg", "--compare-versions", *words], check=True)


@needs_dpkg
def test_the_same_program_makes_the_same_package(pack: Packer) -> None:
    """[API Install] Whatever the umask, the order of files, or the time."""
    assert pack().read_bytes() == pack(umask=0o077).read_bytes()


@needs_dpkg
def test_a_package_says_what_is_in_it_and_what_it_needs(pack: Packer) -> None:
    """[API Install] Root's files, that everyone may read; glibc as new as the libraries ask for."""
    package = pack("0.1.0.dev0")
    assert package.name == "lessonroom_0.1.0~~dev0_amd64.deb"

    def told(*words: str) -> str:
        return subprocess.run(
            ["dpkg-deb", *words, str(package)], capture_output=True, text=True, check=True
        ).stdout

    assert "Depends: adduser, libc6 (>= 2.31), zlib1g\n" in told("--field")
    listed = [line.split() for line in told("--contents").splitlines()]
    assert {line[1] for line in listed} == {"root/root"}
    modes = {line[5]: line[0] for line in listed}
    assert modes["./usr/bin/lessonroom"] == modes["./usr/lib/lessonroom/lessonroom"] == "-rwxr-xr-x"
    assert modes["./etc/lessonroom/config.toml"] == "-rw-r--r--"
    assert modes["./usr/share/doc/lessonroom/licences.txt.gz"] == "-rw-r--r--"


@needs_debian
def test_a_package_runs_as_its_own_user_with_its_own_settings(
    pack: Packer, root: DebianRoot
) -> None:
    """[API Install] Made at the installation: the user, a directory and a file of theirs alone."""
    root.install(pack())
    assert _owner(root, _DATA) == "lessonroom:lessonroom 700"
    assert _owner(root, _CONFIG) == "lessonroom:lessonroom 600"
    assert root.run("lessonroom", "rooms", "list") == f"lessonroom {_CONFIG} rooms list\n"
    assert root.run("readlink", _ENABLED).strip().endswith("/systemd/system/lessonroom.service")
    # Who starts a server of their own has settings of their own.
    other = root.run("setpriv", "--reuid=65534", "--clear-groups", "lessonroom", "serve")
    assert other == "nobody none serve\n"


@needs_debian
def test_an_upgrade_keeps_settings_and_data(pack: Packer, root: DebianRoot, tmp_path: Path) -> None:
    """[API Install] Also where the new package brings other settings, and what was disabled."""
    root.install(pack("1.0.dev0"))
    root.run("sh", "-c", f"echo '# ours' >> {_CONFIG}; chmod 400 {_CONFIG}; echo 1 > {_DATA}/db")
    root.run("rm", _ENABLED)
    newer = tmp_path / "newer"
    for name in ("deploy", "CHANGELOG.md", "config.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        newer.mkdir(exist_ok=True)
        copy(ROOT / name, newer / name)
    (newer / "deploy/debian/config.toml").write_text("# of another time\n")
    root.install(pack("1.0", source=newer), "--force-confold")
    assert root.run("dpkg-query", "--show", "lessonroom") == "lessonroom\t1.0\n"
    assert root.run("cat", _CONFIG).endswith("# ours\n")
    assert _owner(root, _CONFIG) == "lessonroom:lessonroom 400"
    assert root.run("cat", f"{_DATA}/db") == "1\n"
    assert root.attempt("test", "-L", _ENABLED).returncode == 1


@needs_debian
def test_data_goes_when_the_package_is_purged_and_not_before(
    pack: Packer, root: DebianRoot
) -> None:
    """[API Install] A removed one is installed again, and goes on with what was kept."""
    package = pack()
    root.install(package)
    root.run("sh", "-c", f"echo '# ours' >> {_CONFIG}; echo 1 > {_DATA}/db")
    root.run("dpkg", "--remove", "lessonroom")
    assert root.attempt("test", "-e", "/usr/lib/lessonroom").returncode == 1
    assert root.run("cat", f"{_DATA}/db") == "1\n"
    root.install(package)
    assert root.run("cat", _CONFIG).endswith("# ours\n")
    assert _owner(root, _DATA) == "lessonroom:lessonroom 700"
    root.run("dpkg", "--purge", "lessonroom")
    left = root.run("sh", "-c", "ls -d /etc/lessonroom /var/lib/lessonroom 2>/dev/null || true")
    assert left == ""
    units = root.run("sh", "-c", "find /etc/systemd /var/lib/systemd -name '*lessonroom*'")
    assert units == ""


def _owner(root: DebianRoot, path: str) -> str:
    return root.run("stat", "--format", "%U:%G %a", path).strip()
