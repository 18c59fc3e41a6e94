"""A Debian to install into and to throw away: what is written in it is gone with it."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_TOOLS: Final = ("dpkg", "dpkg-deb", "unshare", "nsenter", "adduser", "deb-systemd-helper")
_LANDLOCK: Final = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
_CHROOT: Final = "/usr/sbin/chroot"
_SHARED: Final = ("proc", "dev")
_UNSHARE: Final = ("unshare", "--mount", "--propagation", "private")
_MOUNTS: Final = """
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
root=$1/root
shift 2
for name; do mount --rbind "/$name" "$root/$name"; done
echo ready
exec cat
"""


def fault() -> str:
    """Return why this machine has no such root; nothing where it has one."""
    if os.geteuid() != 0:
        return "only root makes a root to install into"
    missing = [tool for tool in _TOOLS if shutil.which(tool, path=_path()) is None]
    return f"not on this machine: {', '.join(missing)}" if missing else ""


class DebianRoot:
    """What lies below `lower`, with changes of its own, in a mount namespace of its own."""

    def __init__(self, enter: Sequence[str]) -> None:
        self._enter = enter

    def command(self, *words: str) -> list[str]:
        """Return the command line that runs a command in the root."""
        return [*self._enter, *words]

    def attempt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the root as its root, with nothing in its environment but a PATH."""
        return subprocess.run(
            self.command(*words),
            env={"PATH": _path(), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *words: str) -> str:
        """Run a command in the root and return what it printed."""
        ended = self.attempt(*words)
        assert ended.returncode == 0, (words, ended.stdout, ended.stderr)
        return ended.stdout

    def write(self, path: str, text: str) -> None:
        """Write a file in the root."""
        command = self.command("dd", f"of={path}", "status=none")
        subprocess.run(command, input=text, text=True, check=True)

    def install(self, package: Path, *options: str) -> None:
        """Copy a package in, and install or upgrade it."""
        with package.open("rb") as file:
            subprocess.run(
                self.command("dd", "of=/package.deb", "status=none"), stdin=file, check=True
            )
        self.run("dpkg", *options, "--install", "/package.deb")

    @contextlib.contextmanager
    def booted(self) -> Iterator["DebianRoot"]:
        """Have its own systemd run in it; what is run in what is yielded finds that.

        Raises:
            OSError: it does not get as far as to start services.

        """
        boot = ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit"]
        # What its own filter lacks, as that of a service does.
        boot += [f"--system-call-filter={_LANDLOCK}"]
        boot += ["--link-journal=no", "--console=read-only", "--directory"]
        enter = list(self._enter)
        outside, place = enter[: enter.index(_CHROOT)], enter[-1]
        # It mounts its own.
        mounted = [f"{place}/{name}" for name in _SHARED]
        subprocess.run([*outside, "umount", "--recursive", "--lazy", *mounted], check=True)
        with subprocess.Popen(
            [*outside, *boot, place],
            env={"PATH": _path()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as machine:
            try:
                yield DebianRoot(
                    [_found("nsenter"), "--target", _leader_of(machine), "--all", "--"]
                )
            finally:
                machine.kill()


@contextlib.contextmanager
def debian_root(place: Path, *, lower: Path = Path("/")) -> Iterator[DebianRoot]:
    """Have a root: a copy of this machine's, or of another below `lower`.

    Raises:
        OSError: this machine mounts no overlay.

    """
    with subprocess.Popen(
        [*_UNSHARE, "sh", "-ec", _MOUNTS, "sh", str(place), str(lower), *_SHARED],
        env={"PATH": _path()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline() != "ready\n":
            raise OSError(holder.stderr.read())
        within = [_found("nsenter"), "--target", str(holder.pid), "--mount", "--"]
        yield DebianRoot([*within, _CHROOT, str(place / "root")])
        holder.stdin.close()


def _found(tool: str) -> str:
    return shutil.which(tool, path=_path()) or tool


def _path() -> str:
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _leader_of(machine: subprocess.Popen[str]) -> str:
    """Return the process that is the first one in a booted root, once its services are started."""
    assert machine.stdout is not None
    said = []
    for line in machine.stdout:
        said.append(line)
        if "Reached target" in line and "multi-user" in line:
            children = Path(f"/proc/{machine.pid}/task/{machine.pid}/children")
            return children.read_text(encoding="ascii").split()[0]
    raise OSError("".join(said[-20:]))
