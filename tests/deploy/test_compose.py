"""The files for containers: they say what our settings know, and take away what is not needed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml  # type: ignore[import-untyped]

from cli.settings.settings import load_settings
from scripts.generated_file import ROOT
from tests.serving import start_server

COMPOSE: Final = ROOT / "deploy/compose"
CONTAINER: Final = ROOT / "deploy/container"
FILES: Final = sorted(COMPOSE.glob("*.yaml"))
_SAMPLES: Final = {
    "LESSONROOM_HOST": "lessons.example.org",
    "POSTGRES_PASSWORD": "a1b2c3d4",
    "TURN_HOST": "turn.example.org",
    "TURN_SECRET": "0123456789abcdef" * 4,
}
_ASKED: Final = re.compile(r"\$\{(\w+)(?::\?[^}]+)?\}")


def _read(file: Path) -> dict[str, Any]:
    """Return what a compose file says, with what somebody would have said beside it."""
    text = _ASKED.sub(lambda found: _SAMPLES[found[1]], file.read_text(encoding="utf-8"))
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def _services() -> list[Any]:
    return [
        pytest.param(service, id=f"{file.stem}-{name}")
        for file in FILES
        for name, service in _read(file)["services"].items()
        if "image" in service
    ]


@pytest.mark.parametrize("more", [[], ["postgres"], ["turn"], ["postgres", "turn"]], ids="+".join)
def test_what_the_server_is_told_are_settings(
    more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """[API Install] Each name is known, and each value allowed; only the proxy is believed."""
    for name in [name for name in os.environ if name.startswith("LESSONROOM_")]:
        monkeypatch.delenv(name)
    for name in ["compose", *more]:
        service = _read(COMPOSE / f"{name}.yaml")["services"]["lessonroom"]
        for variable, text in service["environment"].items():
            monkeypatch.setenv(variable, text)
    settings = load_settings(None, {})
    assert settings.server.behind_proxy
    (subnet,) = _read(COMPOSE / "compose.yaml")["networks"]["inside"]["ipam"]["config"]
    assert [str(each) for each in settings.server.trusted_proxies] == [subnet["subnet"]]
    assert settings.storage.url.startswith("postgresql+asyncpg://") == ("postgres" in more)
    assert len(settings.webrtc.turn_urls) == (2 if "turn" in more else 0)


@pytest.mark.parametrize("service", _services())
def test_every_container_has_no_more_than_it_needs(service: dict[str, Any]) -> None:
    """[API Install] It writes its volumes and what is gone with it, and gains no privilege."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert 0 < service["pids_limit"] <= 512
    assert "privileged" not in service
    if "build" not in service:
        assert not service["image"].endswith(":latest")
        assert ":" in service["image"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    """[API Install] Neither the server nor the database publishes a port."""
    published = [
        name
        for file in FILES
        for name, service in _read(file)["services"].items()
        if service.get("ports")
    ]
    assert published == ["caddy"]
    assert _read(COMPOSE / "postgres.yaml")["networks"]["database"]["internal"] is True


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_file_names_is_there(file: Path) -> None:
    """[API Install] Volumes and networks are declared, mounted and built files exist."""
    read = _read(file)
    base = _read(COMPOSE / "compose.yaml")
    networks = base["networks"] | read.get("networks", {})
    volumes = base["volumes"] | read.get("volumes", {})
    for service in read["services"].values():
        assert set(service.get("networks", ())) <= set(networks)
        for volume in service.get("volumes", ()):
            origin = volume.split(":")[0]
            assert (COMPOSE / origin).is_file() if origin.startswith(".") else origin in volumes
        if "build" in service:
            context = COMPOSE / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).is_file()


def test_the_image_runs_as_nobody_in_particular_and_tells_how_it_is() -> None:
    """[API Install] The last user is a number, so that orchestrators see that it is not root."""
    lines = (CONTAINER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last_stage = lines[max(at for at, line in enumerate(lines) if line.startswith("FROM ")) :]
    said = {line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in last_stage if " " in line}
    uid, gid = said["USER"].split(":")
    assert min(int(uid), int(gid)) > 0
    assert "healthy" in said["HEALTHCHECK"]
    text = "\n".join(last_stage)
    assert f"LESSONROOM_STORAGE__DATA_DIR={said['VOLUME']}" in text
    assert f'["lessons:{said["VOLUME"]}"]' == str(
        _read(COMPOSE / "compose.yaml")["services"]["lessonroom"]["volumes"]
    ).replace("'", '"')


def test_a_container_is_well_while_its_server_can_serve(tmp_path: Path) -> None:
    """[API Install] Asked on the operator's socket, as the image asks."""
    data_dir = tmp_path / "data"

    def asked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(CONTAINER / "healthy.py")],
            env={"LESSONROOM_STORAGE__DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert asked().returncode == 1
    # Another host than the one that browsers ask for.
    server = start_server(data_dir, env={"LESSONROOM_SERVER__PUBLIC_URL": "https://a.example.org"})
    try:
        well = asked()
        assert (well.returncode, '"ready"' in well.stdout) == (0, True), well.stderr
        assert server.stop() == 0
    finally:
        server.kill()
    assert asked().returncode == 1
