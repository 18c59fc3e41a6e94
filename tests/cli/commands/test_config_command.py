import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.commands.config_command import config_app
from cli.settings.settings import Settings, section_fields

GOOD_SECRET = "k7Jt2vXq9LmZc4RwB8nHs5PdY1uGf6Ea"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LESSONROOM_CONFIG", raising=False)
    monkeypatch.setenv("LESSONROOM_AUTH__SECRET", GOOD_SECRET)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "room.toml"
    path.write_text('[server]\nport = 9\n[storage]\nurl = "postgresql+asyncpg://me:pw@h/d"\n')
    path.chmod(0o600)
    return path


def test_check_says_that_the_settings_are_valid(config: Path) -> None:
    result = CliRunner().invoke(config_app, ["check", "--config", str(config)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "valid" in result.stdout
    assert "room.toml" in result.stdout


def test_check_prints_every_problem_and_exits_with_1(config: Path) -> None:
    config.write_text("[server]\nport = -9\nprt = 1\n")
    result = CliRunner().invoke(config_app, ["check", "--config", str(config)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "server.port = -9" in result.stderr
    assert "server.prt" in result.stderr


def test_wrong_usage_exits_with_2() -> None:
    assert CliRunner().invoke(config_app, ["check", "--what"]).exit_code == 2


def test_show_as_json_has_every_setting_and_its_origin(config: Path, tmp_path: Path) -> None:
    arguments = ["show", "--json", "--config", str(config), "--data-dir", str(tmp_path / "d")]
    result = CliRunner().invoke(config_app, arguments)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert {section: set(keys) for section, keys in document.items()} == {
        section: set(section_fields(section)) for section in Settings.model_fields
    }
    assert document["server"]["port"] == {"value": 9, "from": "file", "place": f"{config}:2"}
    assert document["server"]["host"] == {"value": "127.0.0.1", "from": "default", "place": ""}
    assert document["storage"]["data_dir"] == {
        "value": str(tmp_path / "d"),
        "from": "flag",
        "place": "--data-dir",
    }
    assert document["auth"]["secret"] == {
        "value": "********",
        "from": "env",
        "place": "LESSONROOM_AUTH__SECRET",
    }
    assert not document["webrtc"]["turn_secret"]["value"]


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_show_masks_secrets_and_passwords(config: Path, flags: list[str]) -> None:
    result = CliRunner().invoke(config_app, ["show", "--config", str(config), *flags])
    assert result.exit_code == 0
    assert GOOD_SECRET not in result.output
    assert "me:pw@" not in result.output
    assert "********" in result.output


def test_options_of_the_program_hold_for_the_command(config: Path, tmp_path: Path) -> None:
    app = typer.Typer()

    @app.callback()
    def main(context: typer.Context) -> None:
        context.obj = {"config": config, "data_dir": tmp_path / "outer"}

    app.add_typer(config_app)
    result = CliRunner().invoke(app, ["config", "show", "--json"])
    document = json.loads(result.stdout)
    assert document["server"]["port"]["value"] == 9
    assert document["storage"]["data_dir"]["value"] == str(tmp_path / "outer")
