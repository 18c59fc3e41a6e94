import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cli.server.data_dir import SECRET_FILE, load_or_create_secret, prepare_data_dir
from cli.settings.settings import SettingsError


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return prepare_data_dir(tmp_path / "above" / "data")


def test_the_directory_is_made_for_its_owner_alone(data_dir: Path) -> None:
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert prepare_data_dir(data_dir) == data_dir


def test_a_directory_that_others_may_open_is_refused_and_left_as_it_is(data_dir: Path) -> None:
    data_dir.chmod(0o755)
    with pytest.raises(SettingsError, match=r"mode 0755.*\n.*chmod 700"):
        prepare_data_dir(data_dir)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o755


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SettingsError, match="cannot be made: File exists"):
        prepare_data_dir(tmp_path / "data")


def test_the_secret_is_made_once_and_then_stays(data_dir: Path) -> None:
    secret = load_or_create_secret(data_dir)
    assert len(secret) == 43
    assert load_or_create_secret(data_dir) == secret
    assert [path.name for path in data_dir.iterdir()] == [SECRET_FILE]
    assert stat.S_IMODE((data_dir / SECRET_FILE).stat().st_mode) == 0o600


def test_two_directories_have_two_secrets(data_dir: Path, tmp_path: Path) -> None:
    other = prepare_data_dir(tmp_path / "other")
    assert load_or_create_secret(data_dir) != load_or_create_secret(other)


def test_all_who_start_at_once_get_the_same_secret(data_dir: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(load_or_create_secret, [data_dir] * 64))
    assert len(secrets) == 1
    assert [path.name for path in data_dir.iterdir()] == [SECRET_FILE]


def test_a_secret_that_others_may_read_is_refused(data_dir: Path) -> None:
    load_or_create_secret(data_dir)
    (data_dir / SECRET_FILE).chmod(0o640)
    with pytest.raises(SettingsError, match=r"mode 0640.*\n.*chmod 600"):
        load_or_create_secret(data_dir)


def test_a_secret_that_is_too_short_is_refused(data_dir: Path) -> None:
    path = data_dir / SECRET_FILE
    path.write_bytes(b"x" * 31)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="holds 31 bytes"):
        load_or_create_secret(data_dir)
