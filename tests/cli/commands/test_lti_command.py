"""`lti`: the platforms that open lessons here.

Tests also: cli/server/lti_calls.py, cli/settings/lti_settings.py.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.cli.calling import call, printed
from tests.serving import RunningServer, start_server

TOLD = (
    *("School", "--issuer", "https://moodle.example", "--client-id", "aB3"),
    *("--auth-url", "https://moodle.example/auth", "--token-url", "https://moodle.example/token"),
    *("--keys-url", "https://moodle.example/keys"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    home = tmp_path_factory.mktemp("server") / "data"
    running = start_server(home, env={"LESSONROOM_LTI__ENABLED": "true"})
    yield running
    assert running.stop() == 0


def lti(server: RunningServer, *words: str) -> str:
    return printed(call("lti", *words, data_dir=server.data_dir))


def test_a_platform_is_added_listed_and_forgotten(server: RunningServer) -> None:
    assert "no platform opens lessons here yet" in lti(server, "list")
    said = lti(server, "add", *TOLD, "--deployment", "1", "--origin", "https://two.example")
    assert f"{server.url}/api/v1/lti/launch/" in said
    (platform,) = json.loads(lti(server, "list", "--json"))["items"]
    assert (platform["client_id"], platform["deployments"]) == ("aB3", ["1"])
    assert platform["origins"] == ["https://moodle.example", "https://two.example"]
    number = str(platform["platform_id"])
    assert "School: 1, 2" in lti(server, "deployment", number, "2")
    assert "https://moodle.example" in lti(server, "list")
    page = httpx.get(f"{server.url}/room/x").headers["content-security-policy"]
    assert "frame-ancestors https://moodle.example https://two.example" in page
    assert "opens nothing any more" in lti(server, "remove", number, "--yes")
    assert "no platform" in lti(server, "list")


def test_keys_are_turned(server: RunningServer) -> None:
    key_id = lti(server, "rotate-keys").split()[1]
    keys = httpx.get(f"{server.url}/api/v1/lti/keys/").json()["keys"]
    assert keys[0]["kid"] == key_id
    assert (server.data_dir / "lti-keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", *TOLD), "--any-deployment"),
        (("add", *TOLD[:2], "http://moodle.example", *TOLD[3:], "--deployment", "1"), "issuer"),
        (("remove", "4711", "--yes"), "there is no such platform"),
        (("deployment", "4711", "1"), "there is no such platform"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    server: RunningServer, words: tuple[str, ...], told: str
) -> None:
    refused = call("lti", *words, data_dir=server.data_dir)
    assert refused.exit_code != 0
    assert told in refused.stderr
