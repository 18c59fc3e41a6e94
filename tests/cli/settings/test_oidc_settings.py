"""What may be said of a school's provider."""

import re
from pathlib import Path

import pytest

from cli.settings.settings import SettingsError, load_settings

RIGHT = 'issuer = "https://id.school.example/realms/x"\nclient_id = "room"\n'
ROLES = '[oidc.roles]\nteachers = "teacher"\n"/school/IT" = "operator"\n'


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "room.toml"
    path.write_text(f"[oidc]\n{text}", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f'issuer = "http://id.example"\nclient_id = "x"\n{ROLES}',
            "not the address",
        ),
        (f'issuer = "id.example"\nclient_id = "x"\n{ROLES}', "not the address"),
        (f'issuer = "https://u:p@id.example"\nclient_id = "x"\n{ROLES}', "not the address"),
        (f'issuer = "https://id.example?x=1"\nclient_id = "x"\n{ROLES}', "not the address"),
        (f'issuer = "https://id.example"\n{ROLES}', "go together"),
        (f'client_id = "x"\n{ROLES}', "go together"),
        (RIGHT, "nobody could come in"),
        (f'{RIGHT}scopes = ["profile"]\n{ROLES}', "lacks openid"),
        (f'{RIGHT}scopes = ["openid", "a b"]\n{ROLES}', "pattern"),
        (f'{RIGHT}client_secret = "s"\nclient_secret_file = "f"\n{ROLES}', "two ways"),
        (f'{RIGHT}[oidc.roles]\nteachers = "admin"\n', "'teacher' or 'operator'"),
        (f"{RIGHT}sign_in_hours = 0\n{ROLES}", "greater than"),
        (f'{RIGHT}otherwise = "operator"\n', "'nobody' or 'teacher'"),
        (f'{RIGHT}groups_claim = ""\n{ROLES}', "at least 1"),
    ],
)
def test_what_is_wrong_or_unsafe_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = config(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    (problem,) = refused.value.problems
    assert reason in str(problem)
    assert re.search(r"room\.toml:\d", str(problem))


@pytest.mark.parametrize(
    "text",
    [
        RIGHT + ROLES,
        f'{RIGHT}otherwise = "teacher"\n[oidc.required]\nhd = "school.example"\n',
        f'issuer = "http://127.0.0.1:9000"\nclient_id = "x"\n{ROLES}',
        f'issuer = "http://localhost:9000"\nclient_id = "x"\n{ROLES}',
        f'{RIGHT}client_secret = "short is theirs to say"\nscopes = "openid, groups"\n{ROLES}',
        'client_secret = ""\n',
    ],
)
def test_what_is_right_is_accepted(tmp_path: Path, text: str) -> None:
    load_settings(config(tmp_path, text), {})


def test_the_secret_is_masked_and_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONROOM_OIDC__CLIENT_SECRET", "of the school")
    settings = load_settings(config(tmp_path, RIGHT + ROLES), {})
    assert "of the school" not in repr(settings)
    assert settings.oidc.client_secret is not None
    assert settings.oidc.client_secret.get_secret_value() == "of the school"
    assert settings.oidc.roles == {"teachers": "teacher", "/school/IT": "operator"}
