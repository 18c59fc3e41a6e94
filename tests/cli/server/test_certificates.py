"""The server's own certificate, and keys that others may read."""

import hashlib
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cli.server import certificates
from cli.server.certificates import own_names, read_certificate, require_private, self_signed
from cli.settings.settings import SettingsError
from tests.cli.calling import call
from tests.serving import start_server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = ("localhost", "127.0.0.1", "::1", "school.local")


def test_it_is_for_the_names_and_private(tmp_path: Path) -> None:
    """[SECURITY Secure defaults] Both files 0600; 397 days, as browsers take at most."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    assert made.names == set(NAMES)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.certificate.stat().st_mode) == 0o600
    assert made.not_after == NOW + timedelta(days=396)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        certificates.CERTIFICATE_FILE,
        certificates.KEY_FILE,
    ]


def test_the_fingerprint_is_the_one_that_browsers_show(tmp_path: Path) -> None:
    """[API serve --tls] SHA-256 of the DER form, in pairs of digits."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    der = ssl.PEM_cert_to_DER_cert(made.certificate.read_text())
    digest = hashlib.sha256(der).hexdigest().upper()
    assert made.fingerprint == ":".join(digest[n : n + 2] for n in range(0, 64, 2))


def test_it_stays_until_it_ends_soon(tmp_path: Path) -> None:
    """[API serve --tls] Who has trusted it once is not asked at every restart."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    still = self_signed(tmp_path, names=NAMES[:2], now=made.not_after - timedelta(days=31))
    assert still.fingerprint == made.fingerprint
    renewed = self_signed(tmp_path, names=NAMES, now=made.not_after - timedelta(days=30))
    assert renewed.fingerprint != made.fingerprint


def test_a_new_address_makes_a_new_one(tmp_path: Path) -> None:
    """[API serve --tls] A machine that moved to another network is reachable there."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    moved = self_signed(tmp_path, names=[*NAMES, "192.0.2.7"], now=NOW)
    assert moved.fingerprint != made.fingerprint
    assert "192.0.2.7" in moved.names


@pytest.mark.parametrize("file", [certificates.CERTIFICATE_FILE, certificates.KEY_FILE])
def test_half_a_pair_is_made_anew(tmp_path: Path, file: str) -> None:
    """[P9] A crash between the two files needs no manual step."""
    self_signed(tmp_path, names=NAMES, now=NOW)
    (tmp_path / file).unlink()
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    assert read_certificate(made.certificate, made.key) == made


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """[SECURITY Secrets] Whoever has read it can read along for a year."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    made.key.chmod(0o640)
    with pytest.raises(SettingsError, match=r"private key that others may open \(mode 0640\)"):
        self_signed(tmp_path, names=NAMES, now=NOW)
    with pytest.raises(SettingsError, match="chmod 600"):
        require_private(made.key)
    made.key.chmod(0o400)
    require_private(made.key)


def test_the_server_refuses_such_a_key_from_the_settings(tmp_path: Path) -> None:
    """[SECURITY Secrets] `tls_key` too, before anything listens."""
    made = self_signed(tmp_path, names=NAMES, now=NOW)
    made.key.chmod(0o644)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[server]\nport = 0\ntls_cert = "{made.certificate}"\ntls_key = "{made.key}"\n'
    )
    result = call("serve", "--config", config, data_dir=tmp_path / "data")
    assert result.exit_code == 1
    assert "private key that others may open" in result.stderr


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    """[API doctor] The key of another certificate, or no PEM at all."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = self_signed(tmp_path / "a", names=NAMES, now=NOW)
    other = self_signed(tmp_path / "b", names=NAMES, now=NOW)
    with pytest.raises(ValueError, match="is not the key of"):
        read_certificate(one.certificate, other.key)
    with pytest.raises(ValueError, match="cannot be read"):
        read_certificate(tmp_path / "missing.pem", one.key)
    one.certificate.write_text("no certificate")
    with pytest.raises(ValueError, match="PEM"):
        read_certificate(one.certificate, one.key)


def test_own_names_are_names() -> None:
    """[API serve --tls] Loopback and the host's name always; nothing that means every address."""
    names = own_names("0.0.0.0", "::", "school.example.org", "fe80::1%eth0")  # noqa: S104 - on purpose
    assert {"localhost", "127.0.0.1", "::1", "school.example.org"} <= names
    assert not {"0.0.0.0", "::", "fe80::1%eth0"} & names  # noqa: S104 - as above


def test_the_server_listens_with_it(tmp_path: Path) -> None:
    """[API serve --tls] A client that trusts the certificate connects; others are told of it."""
    server = start_server(tmp_path / "data", "--tls", "self-signed")
    try:
        assert server.url.startswith("https://")
        trusting = ssl.create_default_context(
            cafile=str(server.data_dir / certificates.CERTIFICATE_FILE)
        )
        assert httpx.get(f"{server.url}/healthz", verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
            httpx.get(f"{server.url}/healthz")
        listed = call("rooms", "list", "--json", data_dir=server.data_dir)
        assert listed.exit_code == 0, listed.output
    finally:
        assert server.stop() == 0
