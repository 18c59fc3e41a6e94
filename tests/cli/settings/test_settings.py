"""The settings: where each comes from, and what is wrong with one.

Tests also: actors/config.py, cli/settings/limits.py, cli/settings/section.py,
cli/settings/sections.py, cli/settings/setting_types.py, gateway/config.py.
"""

import contextlib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.commands.serve_command import room_config_of
from cli.settings.limits import LimitSettings
from cli.settings.settings import (
    Settings,
    SettingsError,
    load_settings,
    read_settings,
    section_fields,
)
from lessonroom.limits import Limits
from scripts.generated_file import ROOT
from scripts.write_config_reference import config_toml, configuration_md, main

GOOD_SECRET = "k7Jt2vXq9LmZc4RwB8nHs5PdY1uGf6Ea"
WriteConfig = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the repository's config.toml, nor the variables of its machine."""
    monkeypatch.chdir(tmp_path)
    for section in Settings.model_fields:
        for key in section_fields(section):
            monkeypatch.delenv(f"LESSONROOM_{section}__{key}".upper(), raising=False)
    monkeypatch.delenv("LESSONROOM_CONFIG", raising=False)


@pytest.fixture
def write_config(tmp_path: Path) -> WriteConfig:
    def write(text: str) -> Path:
        path = tmp_path / "room.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


def problems_of(config: Path | None = None, **overrides: object) -> list[str]:
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    with pytest.raises(SettingsError) as caught:
        load_settings(config, dotted)
    return [str(problem) for problem in caught.value.problems]


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings(None, {})
    assert settings == Settings()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8700)
    assert settings.storage.durability == "power"
    assert settings.auth.allow_query_token is False


def test_flags_beat_variables_beat_the_file_beats_defaults(
    write_config: WriteConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config("[server]\nport = 1\nmax_connections = 11\nidle_timeout_s = 12\n")
    monkeypatch.setenv("LESSONROOM_SERVER__PORT", "2")
    monkeypatch.setenv("LESSONROOM_SERVER__MAX_CONNECTIONS", "22")
    loaded = read_settings(config, {"server.port": 3, "server.host": None})
    server = loaded.settings.server
    assert (server.port, server.max_connections, server.idle_timeout_s) == (3, 22, 12)
    assert server.host == "127.0.0.1"
    assert [
        (loaded.origin("server", key).kind, loaded.origin("server", key).place)
        for key in ("port", "max_connections", "idle_timeout_s", "host")
    ] == [
        ("flag", "--port"),
        ("env", "LESSONROOM_SERVER__MAX_CONNECTIONS"),
        ("file", f"{config}:4"),
        ("default", ""),
    ]


def test_config_toml_of_the_working_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[server]\nport = 9\n")
    assert load_settings(None, {}).server.port == 9


def test_the_variable_names_another_file(
    write_config: WriteConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONROOM_CONFIG", str(write_config("[server]\nport = 9\n")))
    assert load_settings(None, {}).server.port == 9


def test_all_problems_are_told_at_once_each_with_its_line(
    write_config: WriteConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(
        "# a comment\n[server]\nport = 70000\nprot = 1\n\n[sever]\nport = 1\n[log]\nlevel = 'all'\n"
    )
    monkeypatch.setenv("LESSONROOM_ROOMS__GRACE_S", "soon")
    assert problems_of(config, limits__layers=0) == [
        (
            f"server.port = 70000 ({config}:3): input should be less than or equal to 65535\n"
            "    allowed: a whole number from 0 to 65535"
        ),
        f"server.prot ({config}:4): is no setting\n    allowed: port? The names are "
        + ", ".join(section_fields("server")),
        (
            'rooms.grace_s = "soon" (LESSONROOM_ROOMS__GRACE_S): input should be a valid number, '
            "unable to parse string as a number\n    allowed: a number from 0 to 600"
        ),
        (
            "limits.layers = 0 (--layers): input should be greater than or equal to 1\n"
            "    allowed: a whole number from 1 to 10000"
        ),
        (
            f'log.level = "all" ({config}:9): '
            "input should be 'debug', 'info', 'warning' or 'error'\n"
            '    allowed: one of "debug", "info", "warning", "error"'
        ),
        f"sever ({config}:6): is no section\n    allowed: server? The names are "
        + ", ".join(Settings.model_fields),
    ]


def test_a_key_outside_of_its_section_is_told_where_it_belongs(write_config: WriteConfig) -> None:
    config = write_config("port = 8700\n")
    assert problems_of(config) == [f"port ({config}:1): belongs into [server]"]


def test_variables_of_unknown_sections_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONROOM_SERVR__PORT", "1")
    (problem,) = problems_of()
    assert problem.startswith("servr (LESSONROOM_SERVR__PORT): is no section\n    allowed: server?")


def test_variables_that_an_orchestrator_sets_are_none_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Kubernetes sets these for a service that is called lessonroom."""
    monkeypatch.setenv("LESSONROOM_PORT", "tcp://10.0.0.1:8700")
    monkeypatch.setenv("LESSONROOM_SERVICE_HOST", "10.0.0.1")
    assert load_settings(None, {}) == Settings()


@pytest.mark.parametrize(
    "value", ["https://a.org, https://b.org:8443", '["https://a.org","https://b.org:8443"]']
)
def test_lists_come_from_the_environment_as_words_or_json(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONROOM_SERVER__ALLOWED_ORIGINS", value)
    origins = load_settings(None, {}).server.allowed_origins
    assert origins == ("https://a.org", "https://b.org:8443")


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONROOM_SERVER__TLS_CERT", "")
    monkeypatch.setenv("LESSONROOM_SERVER__PORT", "")
    assert load_settings(None, {}) == Settings()


@pytest.mark.parametrize("text", ["[server\n", "[server]\nport = \n", "\x00"])
def test_a_file_that_is_not_toml_is_refused_with_the_line(
    text: str, write_config: WriteConfig
) -> None:
    (problem,) = problems_of(write_config(text))
    assert re.search(r"room\.toml: is not TOML: .*line \d", problem)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "gone.toml")
    assert problem.endswith("gone.toml: cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[server]\nport = true\n", "is true or false where a number belongs"),
        ("[server]\nport = 1.5\n", "fractional part"),
        ("server = 3\n", "is a section"),
        ('[server]\npublic_url = "lessons.example.org"\n', "is not an origin"),
        ('[server]\npublic_url = "https://a.org/api"\n', "begins like one"),
        ('[server]\npublic_url = "https://a.org/a b"\n', "the path of"),
        ('[server]\npublic_url = "https://a.org/?q"\n', "no query"),
        ('[server]\nallowed_origins = ["*"]\n', "is not an origin"),
        ('[server]\nallowed_origins = ["https://a.org/page"]\n', "is not an origin"),
        ('[server]\nallowed_origins = ["https://u@a.org"]\n', "is not an origin"),
        ('[server]\nallowed_origins = ["https://a.org:99999"]\n', "out of range"),
        ('[server]\ntrusted_proxies = ["proxy"]\n', "IPv4 or IPv6"),
        ('[server]\ntls_cert = "a.pem"\n', "go together"),
        ('[server]\nhost = "0.0.0.0"\n', "nothing encrypts"),
        ('[server]\nhost = ""\n', "pattern"),
        ('[server]\nhost = "::"\nbehind_proxy = true\ntrusted_proxies = []\n', "proxy's address"),
        ('[storage]\nurl = "mysql://h/d"\n', "does not know"),
        ('[storage]\ndurability = "some"\n', "'power' or 'process'"),
        ("[limits]\noutbox_hard_bytes = 65536\n", "less than outbox_hard_bytes"),
        ('[webrtc]\nstun_urls = ["turn:a.org"]\n', "does not begin with stun:"),
        ('[webrtc]\nturn_urls = ["turn://a.org"]\n', "not an ICE server"),
        ('[webrtc]\nturn_urls = ["turn:a.org"]\n', "need turn_secret"),
        ('[webrtc]\nice_policy = "relay"\n', "needs turn_urls"),
        ('[auth]\nsecret = "short"\n', "5 bytes long"),
        ('[auth]\nsecret = "changeme-changeme-changeme-changeme"\n', "anyone could guess"),
        (f'[auth]\nsecret = "{"ab" * 20}"\n', "repeats so few characters"),
        (f'[auth]\nsecret = ["{GOOD_SECRET}", "short"]\n', "5 bytes long"),
        (f'[auth.api_keys]\nlessonroom = "{GOOD_SECRET}"\n', "server's own"),
        (f'[auth.api_keys]\n"a b" = "{GOOD_SECRET}"\n', "other characters"),
        ('[auth.api_keys]\nschool = "short"\n', "5 bytes long"),
        (
            f'[auth]\nsecret = "{GOOD_SECRET}"\n[webrtc]\nturn_secret = "{GOOD_SECRET}"\n',
            "must differ from auth.secret",
        ),
    ],
)
def test_what_is_wrong_or_unsafe_is_refused(
    text: str, reason: str, write_config: WriteConfig
) -> None:
    config = write_config(text)
    (problem,) = problems_of(config)
    assert reason in problem
    assert f"{config}:" in problem
    assert GOOD_SECRET not in problem
    assert '"short"' not in problem


@pytest.mark.parametrize(
    "text",
    [
        '[server]\nhost = "0.0.0.0"\nbehind_proxy = true\n',
        '[server]\nhost = "0.0.0.0"\ntls_cert = "a.pem"\ntls_key = "b.pem"\n',
        '[server]\npublic_url = "https://lessons.example.org:8443"\n',
        '[server]\npublic_url = "https://school.example.org/lessons/"\n',
        '[server]\npublic_url = "HTTPS://Schüle.example:443"\n',
        '[server]\nhost = "::1"\n',
        f'[webrtc]\nturn_urls = ["turn:a.org:3478?transport=udp"]\nturn_secret = "{GOOD_SECRET}"\n',
        f'[auth]\nsecret = ["{GOOD_SECRET}", "{GOOD_SECRET[::-1]}"]\n',
        f'[auth]\nsecret = "{GOOD_SECRET}"\n[auth.api_keys]\nschool-1 = "{GOOD_SECRET}"\n',
    ],
)
def test_what_is_right_is_accepted(text: str, write_config: WriteConfig) -> None:
    load_settings(write_config(text), {})


@pytest.mark.parametrize(
    ("policy", "has_turn", "told"),
    [
        ("auto", False, "all"),
        ("auto", True, "relay"),
        ("all", True, "all"),
        ("relay", True, "relay"),
    ],
)
def test_rooms_relay_what_the_settings_say(
    policy: str, told: str, *, has_turn: bool, write_config: WriteConfig
) -> None:
    turn = f'turn_urls = ["turn:a.org"]\nturn_secret = "{GOOD_SECRET}"\n' if has_turn else ""
    settings = load_settings(write_config(f'[webrtc]\nice_policy = "{policy}"\n{turn}'), {})
    assert room_config_of(settings).ice_policy == told


def test_rooms_save_as_often_as_the_settings_say(write_config: WriteConfig) -> None:
    settings = load_settings(write_config("[rooms]\nautosave_s = 7\nsnapshot_events = 41\n"), {})
    config = room_config_of(settings)
    assert (config.autosave_s, config.snapshot_events) == (7, 41)


def test_one_secret_is_a_list_of_one_even_with_a_comma_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LESSONROOM_AUTH__SECRET", f"{GOOD_SECRET},x")
    (secret,) = load_settings(None, {}).auth.secret
    assert secret.get_secret_value() == f"{GOOD_SECRET},x"


def test_secrets_are_masked_in_repr_and_in_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONROOM_AUTH__SECRET", GOOD_SECRET)
    monkeypatch.setenv("LESSONROOM_AUTH__API_KEYS__SCHOOL", GOOD_SECRET)
    settings = load_settings(None, {})
    assert GOOD_SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert settings.auth.api_keys["school"].get_secret_value() == GOOD_SECRET
    monkeypatch.setenv("LESSONROOM_SERVER__PORT", "-1")
    assert GOOD_SECRET not in "".join(problems_of())


@pytest.mark.parametrize("mode", [0o640, 0o604])
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f'[auth]\nsecret = "{GOOD_SECRET}"\n', "auth.secret"),
        (f'[auth.api_keys]\nschool = "{GOOD_SECRET}"\n', "auth.api_keys"),
        (f'[webrtc]\nturn_secret = "{GOOD_SECRET}"\n', "webrtc.turn_secret"),
        ('[storage]\nurl = "postgresql+asyncpg://me:pw@host/db"\n', "storage.url"),
    ],
)
def test_a_secret_in_a_file_that_others_may_read_is_refused(
    text: str, key: str, mode: int, write_config: WriteConfig
) -> None:
    config = write_config(text)
    load_settings(config, {})
    config.chmod(mode)
    (problem,) = problems_of(config)
    assert problem.startswith(f"{key} ({config}:")
    assert f"mode 0{mode:o}" in problem
    assert "chmod 600" in problem


def test_a_file_without_secrets_may_be_read_by_all(write_config: WriteConfig) -> None:
    config = write_config("[server]\nport = 1\n")
    config.chmod(0o644)
    assert load_settings(config, {}).server.port == 1


def test_the_generated_references_are_what_the_model_says() -> None:
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == config_toml()
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == configuration_md()
    assert main(["--check"]) == 0


def test_config_toml_holds_every_key_with_its_default(write_config: WriteConfig) -> None:
    """With every line uncommented it is valid, complete, and changes nothing."""
    text = re.sub(r"(?m)^# (\w+ = )", r"\1", config_toml())
    values = tomllib.loads(text)
    assert {section: set(keys) for section, keys in values.items()} == {
        section: set(section_fields(section)) for section in Settings.model_fields
    }
    assert load_settings(write_config(text), {}) == Settings()


def test_the_limits_of_the_core_are_the_limits_of_the_settings() -> None:
    """[BD-9] The names and defaults are the same, so that one can be made of the other."""
    limits, settings = Limits(), LimitSettings()
    for name in Limits.__struct_fields__:
        assert getattr(settings, name) == getattr(limits, name), name


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(
        [f"{section}.{key}" for section in Settings.model_fields for key in section_fields(section)]
    ),
)
def test_no_value_ends_in_anything_but_settings_or_a_problem(value: object, key: str) -> None:
    with contextlib.suppress(SettingsError):
        assert isinstance(load_settings(None, {key: value}), Settings)
