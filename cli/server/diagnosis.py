"""What `lessonroom doctor` looks at: one function for each thing, with verdicts and advice.

Nothing here changes anything. A check that cannot be made says so, and does not end the others.
"""

import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from rich import filesize

from cli.command_errors import CommandError
from cli.server.certificates import CERTIFICATE_FILE, KEY_FILE, read_certificate, require_private
from cli.server.data_dir import SECRET_FILE
from cli.server.operator_client import OperatorClient
from cli.server.reachability import is_port_free, turn_fault
from cli.server.server_files import OPERATOR_SOCKET, RECORDINGS, SERVER_FILE, database_url
from cli.settings.settings import Settings, SettingsError
from gateway.confinement import landlock
from gateway.documents.office import fault_of
from gateway.export import more_fonts
from gateway.recordings.take_files import TakeFiles
from storage.engine import file_of
from storage.errors import StorageError
from storage.upkeep import copying

_MIB: Final = 1024 * 1024
_LITTLE_DISK_BYTES: Final = 1024 * _MIB
_NO_DISK_BYTES: Final = 100 * _MIB
_TLS_SOON: Final = timedelta(days=21)
_SKEW: Final = timedelta(minutes=2)
_NEARLY: Final = 0.9
_OTHERS_MAY: Final = 0o077
_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "glusterfs", "ceph", "afs"}
)


class Verdict(StrEnum):
    """How something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `advice` says what to do where it is not well."""

    thing: str
    verdict: Verdict
    what: str
    advice: str = ""


def diagnose(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at everything; yields a finding at least for each thing."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python,
        _confinement,
        lambda: _office(settings),
        lambda: _sqlite(settings),
        lambda: _files(settings),
        lambda: _disk(settings),
        lambda: _recordings(settings),
        lambda: _clock(settings, now),
        lambda: _port(settings),
        lambda: _tls(settings, now),
        lambda: _turn(settings),
        lambda: _fonts(settings),
        lambda: _database(settings),
    )
    for check in checks:
        yield from check()


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", Verdict.OK, version)


def _confinement() -> Iterator[Finding]:
    """Say whether processes that decode what people sent can read the server's files."""
    if found := landlock.version():
        what = f"what decodes images and draws exports reads no file of yours (Landlock {found})"
        yield Finding("confinement", Verdict.OK, what)
    else:
        yield Finding(
            "confinement",
            Verdict.WARN,
            "this kernel has no Landlock: what decodes images could read what this user can",
            "use Linux 5.13 or newer with `landlock` among its security modules (lsm=)",
        )


def _office(settings: Settings) -> Iterator[Finding]:
    """Say whether office documents can be imported, where they are to be."""
    program = settings.documents.office
    if program is None:
        return
    if (fault := fault_of(program)) is None:
        yield Finding("office documents", Verdict.OK, f"{program} makes PDF of them")
    else:
        yield Finding(
            "office documents",
            Verdict.WARN,
            f"{fault}; they are not taken",
            "name LibreOffice's soffice in documents.office, on Linux 5.13 or newer",
        )


def _fonts(settings: Settings) -> Iterator[Finding]:
    """Say which scripts come out as boxes in exports."""
    try:
        missing = more_fonts.missing(more_fonts.found(settings.export.fonts))
    except more_fonts.NoFont as wrong:
        yield Finding("fonts", Verdict.FAIL, str(wrong), "see export.fonts")
        return
    if not missing:
        yield Finding("fonts", Verdict.OK, "exports are drawn in every script that is looked for")
        return
    yield Finding(
        "fonts",
        Verdict.WARN,
        f"in exports these scripts are boxes: {', '.join(missing)}",
        "install fonts (Debian: fonts-noto-cjk, fonts-noto-core) and name files in export.fonts",
    )


def _sqlite(settings: Settings) -> Iterator[Finding]:
    if file_of(database_url(settings)) is None:
        return
    version, is_safe = copying.sqlite_version()
    if is_safe:
        yield Finding("SQLite", Verdict.OK, version)
    else:
        yield Finding(
            "SQLite",
            Verdict.WARN,
            f"{version} can corrupt a database that two processes write at once",
            "never write to the database with another program; 3.51.3 is safe from this",
        )


def _files(settings: Settings) -> Iterator[Finding]:
    home = settings.storage.data_dir
    if not home.is_dir():
        yield Finding("data directory", Verdict.OK, f"{home} will be made at the first start")
        return
    names = (SECRET_FILE, OPERATOR_SOCKET, SERVER_FILE, KEY_FILE)
    paths = [home, *(home / name for name in names)]
    if (database := file_of(database_url(settings))) is not None:
        paths += [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    faults = [fault for path in paths if (fault := _mode_fault(path)) is not None]
    yield from faults
    if not faults:
        yield Finding("data directory", Verdict.OK, f"{home} is this user's alone")


def _mode_fault(path: Path) -> Finding | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Finding(
            "files",
            Verdict.FAIL,
            f"{path}: {error.strerror}",
            "run this as the user who runs the server",
        )
    mode = stat.S_IMODE(found.st_mode)
    wanted = 0o700 if path.is_dir() else 0o600
    if mode & _OTHERS_MAY:
        return Finding(
            "files",
            Verdict.FAIL,
            f"{path} is open to other users of this machine (mode {mode:04o})",
            f"chmod {wanted:o} {path}",
        )
    if found.st_uid != os.geteuid():
        return Finding(
            "files",
            Verdict.WARN,
            f"{path} belongs to another user (uid {found.st_uid})",
            "run this, and the server, as one user",
        )
    return None


def _disk(settings: Settings) -> Iterator[Finding]:
    place = _nearest(settings.storage.data_dir)
    free = shutil.disk_usage(place).free
    what = f"{filesize.decimal(free)} free at {place}"
    advice = "free some: without space lessons can be read and not written"
    if free < _NO_DISK_BYTES:
        yield Finding("disk", Verdict.FAIL, what, advice)
    elif free < _LITTLE_DISK_BYTES:
        yield Finding("disk", Verdict.WARN, what, advice)
    else:
        yield Finding("disk", Verdict.OK, what)
    kind = _file_system_of(place)
    if kind in _NETWORK_FILE_SYSTEMS:
        yield Finding(
            "disk",
            Verdict.FAIL,
            f"{place} is on a network file system ({kind}), where SQLite's locks do not hold",
            "move the data directory to a local disk",
        )


def _recordings(settings: Settings) -> Iterator[Finding]:
    recording = settings.recording
    used = TakeFiles(settings.storage.data_dir / RECORDINGS).size_bytes()
    if not recording.enabled:
        yield Finding("recordings", Verdict.OK, "this server does not record")
        return
    place = _nearest(settings.storage.data_dir)
    free = shutil.disk_usage(place).free
    what = f"{filesize.decimal(used)} of takes; {filesize.decimal(free)} free"
    if free < recording.free_bytes:
        least = filesize.decimal(recording.free_bytes)
        advice = f"recordings end below {least}: free some, or lower recording.free_bytes"
        yield Finding("recordings", Verdict.WARN, what, advice)
    elif recording.bytes_total and used > _NEARLY * recording.bytes_total:
        most = filesize.decimal(recording.bytes_total)
        advice = f"recordings end at {most}: delete some, or raise recording.bytes_total"
        yield Finding("recordings", Verdict.WARN, what, advice)
    else:
        yield Finding("recordings", Verdict.OK, what)


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest directory above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def _file_system_of(place: Path) -> str | None:
    """Return the kind of file system that holds a path, where Linux tells."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = [line.split()[1:3] for line in mounts.splitlines() if len(line.split()) > 2]  # noqa: PLR2004 - device, place, kind
    resolved = place.resolve()
    holding = [(where, kind) for where, kind in found if resolved.is_relative_to(_unescaped(where))]
    return max(holding, key=lambda entry: len(entry[0]))[1] if holding else None


def _unescaped(place: str) -> str:
    """Return a path of /proc/self/mounts as it is; blanks are written in octal there."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)


def _clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Compare the clock with when this program and the database were last written."""
    written = [Path(__file__)]
    if (database := file_of(database_url(settings))) is not None:
        written += [database, database.with_name(f"{database.name}-wal")]
    for path in written:
        if not path.exists():
            continue
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if at - now > _SKEW:
            yield Finding(
                "clock",
                Verdict.FAIL,
                f"it says {now:%Y-%m-%d %H:%M} UTC, and {path.name} was written on"
                f" {at:%Y-%m-%d %H:%M}: it has gone back",
                "set it by NTP; tokens and expiry go by it",
            )
            return
    yield Finding("clock", Verdict.OK, f"{now:%Y-%m-%d %H:%M} UTC")


def _port(settings: Settings) -> Iterator[Finding]:
    server = settings.server
    where = f"{server.host}:{server.port}"
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            rooms = len(operator.rooms())
    except CommandError:
        pass
    else:
        opened = "one room open" if rooms == 1 else f"{rooms or 'no'} rooms open"
        yield Finding("server", Verdict.OK, f"it runs, with {opened}")
        return
    if server.port == 0:
        yield Finding("server", Verdict.OK, "it is not running; it will pick a free port")
    elif (fault := is_port_free(server.host, server.port)) is None:
        yield Finding("server", Verdict.OK, f"it is not running; {where} is free")
    else:
        yield Finding(
            "server",
            Verdict.FAIL,
            f"it is not running, and {where} cannot be listened on: {fault}",
            "stop the other program, or set another server.port",
        )


def _tls(settings: Settings, now: datetime) -> Iterator[Finding]:
    server, home = settings.server, settings.storage.data_dir
    if server.tls == "self-signed":
        certificate, key = home / CERTIFICATE_FILE, home / KEY_FILE
        if not certificate.exists():
            yield Finding("TLS", Verdict.OK, "a certificate will be made at the next start")
            return
    elif server.tls_cert is not None and server.tls_key is not None:
        certificate, key = server.tls_cert, server.tls_key
    else:
        by = "a proxy does it" if server.behind_proxy else "off: this machine alone can connect"
        yield Finding("TLS", Verdict.OK, by)
        return
    try:
        require_private(key)
        found = read_certificate(certificate, key)
    except (SettingsError, ValueError) as error:
        yield Finding("TLS", Verdict.FAIL, str(error).replace("\n    ", "; "), "see above")
        return
    left = found.not_after - now
    what = f"for {', '.join(sorted(found.names))}; ends on {found.not_after:%Y-%m-%d}"
    if left <= timedelta(0):
        yield Finding("TLS", Verdict.FAIL, what, "renew it, then restart the server")
    elif left < _TLS_SOON:
        yield Finding("TLS", Verdict.WARN, what, "renew it, then restart the server")
    else:
        yield Finding("TLS", Verdict.OK, what)


def _turn(settings: Settings) -> Iterator[Finding]:
    urls = settings.webrtc.turn_urls
    if not urls:
        yield Finding(
            "TURN",
            Verdict.WARN,
            "none is set: calls fail between some networks, and people see each other's addresses",
            "run coturn and set webrtc.turn_urls (docs/operations.md)",
        )
    for url in urls:
        fault = turn_fault(url)
        if fault is None:
            yield Finding("TURN", Verdict.OK, f"{url} answers")
        else:
            yield Finding(
                "TURN", Verdict.FAIL, f"{url}: {fault}", "start it, or let this machine through"
            )


def _database(settings: Settings) -> Iterator[Finding]:
    file = file_of(database_url(settings))
    if file is None:
        return
    if not file.exists():
        yield Finding("database", Verdict.OK, "it will be made at the first start")
        return
    try:
        faults = copying.integrity_faults(file, is_quick=True)
    except StorageError as error:
        yield Finding("database", Verdict.FAIL, str(error), "restore a backup")
        return
    if faults:
        yield Finding(
            "database", Verdict.FAIL, faults[0], "stop the server, keep the file, restore a backup"
        )
    else:
        size = filesize.decimal(file.stat().st_size)
        yield Finding("database", Verdict.OK, f"{file.name}, {size}; quick_check finds nothing")
