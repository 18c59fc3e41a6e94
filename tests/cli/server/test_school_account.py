"""The provider as the settings have it."""

from pathlib import Path

import pytest

from cli.server.school_account import oidc_config_of
from cli.settings.oidc_settings import OidcSettings
from cli.settings.settings import Settings, SettingsError


def settings_with(**more: object) -> Settings:
    told = {"issuer": "https://id.example", "client_id": "x", "roles": {"it": "operator"}, **more}
    return Settings(oidc=OidcSettings.model_validate(told))


def test_without_an_issuer_there_is_no_provider() -> None:
    assert oidc_config_of(Settings()) is None


def test_the_secret_comes_from_where_it_is(tmp_path: Path) -> None:
    """[SECURITY Secrets] A file that others may read is refused."""
    file = tmp_path / "secret"
    file.write_text("of the school\n", encoding="utf-8")
    file.chmod(0o600)
    for told, secret in (
        ({}, ""),
        ({"client_secret": "here"}, "here"),
        ({"client_secret_file": file}, "of the school"),
    ):
        config = oidc_config_of(settings_with(**told))
        assert config is not None
        assert config.client_secret == secret
        assert (config.sign_in_s, config.leeway_s) == (12 * 3_600, 30)
        assert "school" not in repr(config)


@pytest.mark.parametrize(
    ("mode", "content", "reason"),
    [
        (0o644, b"of the school", "others may read"),
        (0o600, b" \n", "is empty"),
        (0o600, b"\xff", "cannot be read"),
        (None, b"", "cannot be read"),
    ],
)
def test_a_file_that_holds_no_secret_stops_the_start(
    tmp_path: Path, mode: int | None, content: bytes, reason: str
) -> None:
    file = tmp_path / "secret"
    if mode is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(SettingsError, match=reason) as refused:
        oidc_config_of(settings_with(client_secret_file=file))
    assert "of the school" not in str(refused.value)
