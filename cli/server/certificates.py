"""The certificate that the server makes for itself, for networks without names or a proxy.

A browser asks its user before it trusts one; whoever is asked can compare the fingerprint. For
more than a classroom, a certificate of an authority is the better choice.
"""

import contextlib
import hashlib
import ipaddress
import os
import socket
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cli.settings.settings import Problem, SettingsError

CERTIFICATE_FILE: Final = "tls-certificate.pem"
KEY_FILE: Final = "tls-key.pem"

_VALID: Final = timedelta(days=397)
"""Browsers take no certificate of a longer life (CA/Browser Forum ballot SC31)."""
_RENEW: Final = timedelta(days=30)
_OTHERS_MAY: Final = 0o077
# Nothing is sent to them: connecting a UDP socket only chooses the way there, and so our address.
_FAR_AWAY: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate and its key, PEM files both."""

    certificate: Path
    key: Path
    names: frozenset[str]
    """Host names and IP addresses that it is for."""
    not_after: datetime
    fingerprint: str
    """SHA-256 of its DER form, in the notation of browsers: `AB:CD:...`."""


def self_signed(home: Path, *, names: Iterable[str], now: datetime) -> Certificate:
    """Return the server's own certificate, made anew where it ends soon or lacks a name.

    Both files have mode 0600.

    Args:
        home: the data directory.
        names: host names and IP addresses by which browsers may reach the server.
        now: the time, with its zone.

    Raises:
        SettingsError: the key is open to others, or the files cannot be written.

    """
    wanted = frozenset(names)
    key_path = home / KEY_FILE
    if key_path.exists():
        require_private(key_path)
    try:
        found = read_certificate(home / CERTIFICATE_FILE, key_path)
    except ValueError:
        found = None
    if found is not None and found.not_after - now > _RENEW and wanted <= found.names:
        return found
    try:
        _make(home, wanted, now)
    except OSError as error:
        raise _refused(home, f"takes no certificate: {error.strerror}") from error
    return read_certificate(home / CERTIFICATE_FILE, key_path)


def read_certificate(certificate: Path, key: Path) -> Certificate:
    """Return what a pair of PEM files holds; of a chain, its first certificate.

    Raises:
        ValueError: a file cannot be read, or they are not a certificate and its key.

    """
    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read: {error.strerror}") from error
    except TypeError as error:
        raise ValueError(f"{key} is encrypted: the server has no password for it") from error
    if leaf.public_key() != private.public_key():
        raise ValueError(f"{key} is not the key of {certificate}")
    return Certificate(
        certificate=certificate,
        key=key,
        names=_names_of(leaf),
        not_after=leaf.not_valid_after_utc,
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(":").upper(),
    )


def require_private(key: Path) -> None:
    """Refuse a private key that other users of the machine may read.

    Raises:
        SettingsError: they may, or there is no such file.

    """
    try:
        mode = stat.S_IMODE(key.stat().st_mode)
    except OSError as error:
        raise _refused(key, f"cannot be read: {error.strerror}") from error
    if os.name == "posix" and mode & _OTHERS_MAY:
        raise _refused(
            key,
            f"is a private key that others may open (mode {mode:04o})",
            allowed=f"mode 0600 (chmod 600 {key})",
        )


def own_names(*more: str) -> frozenset[str]:
    """Return the names and addresses of this machine, as far as it knows them, and `more`."""
    host = socket.gethostname()
    names = {"localhost", "127.0.0.1", "::1", host, *more}
    for family, far_away in _FAR_AWAY:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far_away, 9))
                names.add(str(probe.getsockname()[0]))
        except OSError:
            continue  # no way there, so no address
    # Machines that do not know their own name are common.
    with contextlib.suppress(OSError):
        names |= {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    return frozenset(name for name in names if _is_name(name))


def _is_name(name: str) -> bool:
    """Whether a certificate can be for it: neither for every address nor for one of a link."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and name.isascii() and ":" not in name
    return not (address.is_unspecified or address.is_link_local)


def _make(home: Path, names: frozenset[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lessonroom, self-signed")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A browser whose clock is behind would refuse one that begins this moment.
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + _VALID - timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in sorted(names)]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(home / KEY_FILE, private)
    _write(home / CERTIFICATE_FILE, certificate.public_bytes(pem))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names_of(certificate: x509.Certificate) -> frozenset[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    addresses = names.get_values_for_type(x509.IPAddress)
    return frozenset(names.get_values_for_type(x509.DNSName)) | set(map(str, addresses))


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{hashlib.sha256(content).hexdigest()[:16]}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _refused(path: Path, reason: str, allowed: str = "") -> SettingsError:
    return SettingsError([Problem(str(path), "", reason, allowed=allowed)])
