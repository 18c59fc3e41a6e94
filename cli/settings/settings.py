"""Settings from flags, environment, file and defaults, in this order of precedence."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from pydantic import Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from cli.settings.limits import LimitSettings
from cli.settings.lti_settings import LtiSettings
from cli.settings.oidc_settings import OidcSettings
from cli.settings.section import Section
from cli.settings.sections import (
    AuthSettings,
    DocumentSettings,
    ExportSettings,
    LogSettings,
    RecordingSectionSettings,
    RoomSettings,
    ServerSettings,
    StorageSettings,
    TracesSettings,
    WebhookSettings,
    WebrtcSettings,
)
from cli.settings.setting_types import allowed_words

CONFIG_VARIABLE: Final = "LESSONROOM_CONFIG"
DEFAULT_CONFIG_PATH: Final = Path("config.toml")

# Only names with `__` are read: in Kubernetes a service called lessonroom puts LESSONROOM_PORT and
# the like into the environment of every pod, and those are not ours.
_VARIABLE = re.compile(r"LESSONROOM_([A-Za-z0-9]+)__([A-Za-z0-9_]+)")
_SECTION_LINE = re.compile(r"\s*\[\s*([A-Za-z0-9_]+)\s*(?:\.\s*([A-Za-z0-9_-]+)\s*)?\]")
_KEY_LINE = re.compile(r"\s*([A-Za-z0-9_]+)\s*(?:\.\s*([A-Za-z0-9_-]+)\s*)?[.=]")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]*@")
_OTHERS_MAY_READ: Final = 0o077

Values = dict[str, Any]
"""Settings as they were read, before they are checked: section → key → anything."""


class Origin(msgspec.Struct, frozen=True):
    """Where a value came from; `place` is a file and line, a variable's name or a flag."""

    kind: Literal["default", "file", "env", "flag"]
    place: str


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one setting, and what would be right."""

    key: str
    place: str
    reason: str
    given: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        """Return one paragraph for the terminal."""
        given = f" = {self.given}" if self.given else ""
        place = f" ({self.place})" if self.place else ""
        allowed = f"\n    allowed: {self.allowed}" if self.allowed else ""
        return f"{self.key}{given}{place}: {self.reason}{allowed}"


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds everything that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Settings(BaseSettings):
    """Every setting of lessonroom, checked.

    Constructing it reads neither file nor environment, only what it is given; `load_settings` is
    what reads. A field that is not given has its default.
    """

    model_config = SettingsConfigDict(
        env_prefix="LESSONROOM_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    server: ServerSettings = Field(default_factory=ServerSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    auth: AuthSettings = Field(default_factory=AuthSettings)
    oidc: OidcSettings = Field(default_factory=OidcSettings)
    lti: LtiSettings = Field(default_factory=LtiSettings)
    rooms: RoomSettings = Field(default_factory=RoomSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    documents: DocumentSettings = Field(default_factory=DocumentSettings)
    recording: RecordingSectionSettings = Field(default_factory=RecordingSectionSettings)
    webrtc: WebrtcSettings = Field(default_factory=WebrtcSettings)
    export: ExportSettings = Field(default_factory=ExportSettings)
    webhooks: WebhookSettings = Field(default_factory=WebhookSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    traces: TracesSettings = Field(default_factory=TracesSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments alone: what a test constructs does not depend on its machine."""
        return (init_settings,)

    @model_validator(mode="after")
    def _check_secrets_differ(self) -> "Settings":
        turn_secret = self.webrtc.turn_secret
        # coturn's operator learns turn_secret, and could sign tokens with it.
        if turn_secret is not None and turn_secret in self.auth.secret:
            raise ValueError("webrtc.turn_secret must differ from auth.secret")
        return self

    @model_validator(mode="after")
    def _check_booking_issuer(self) -> "Settings":
        issuer = self.webhooks.booking_issuer
        if issuer != "lessonroom" and issuer not in self.auth.api_keys:
            raise ValueError(f"webhooks.booking_issuer {issuer} is none of auth.api_keys")
        return self


class LoadedSettings(msgspec.Struct, frozen=True):
    """Settings, and where each of them came from."""

    settings: Settings
    origins: dict[tuple[str, str], Origin]
    config_path: Path | None

    def origin(self, section: str, key: str) -> Origin:
        """Return where the value of `section.key` came from."""
        return self.origins.get((section, key), Origin("default", ""))


def load_settings(config_path: Path | None, overrides: Mapping[str, object]) -> Settings:
    """Return the settings that hold for this process.

    Args:
        config_path: The file to read. None means `$LESSONROOM_CONFIG`, or else `config.toml` in the
            working directory if there is one.
        overrides: Values of flags by dotted key (`{"server.port": 0}`). None stands for a flag
            that was not given.

    Raises `SettingsError` with all problems at once.
    """
    return read_settings(config_path, overrides).settings


def read_settings(config_path: Path | None, overrides: Mapping[str, object]) -> LoadedSettings:
    """Return what `load_settings` returns, with the origin of each value."""
    path = _find_config(config_path)
    values: Values = {}
    origins: dict[tuple[str, str], Origin] = {}
    problems: list[Problem] = []
    if path is not None:
        _read_file(path, values, origins)
    _read_environment(values, origins)
    _read_overrides(overrides, values, origins)
    if path is not None:
        problems += _exposed_secrets(path, values, origins)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_problem(details, values, origins) for details in error.errors()]
        raise SettingsError(problems) from None  # the cause would print secrets
    if problems:
        raise SettingsError(problems)
    return LoadedSettings(settings=settings, origins=origins, config_path=path)


def is_secret(field: FieldInfo) -> bool:
    """Whether the values of `field` must never be shown."""
    return "SecretStr" in repr(field.annotation) or "EndpointSettings" in repr(field.annotation)


def shown(value: object, field: FieldInfo | None = None) -> str:
    """Return `value` as it may be shown to people: in TOML's notation, secrets masked."""
    if field is not None and is_secret(field):
        return '"********"' if value else '""'
    text = json.dumps(value, default=str, ensure_ascii=False)
    return _URL_PASSWORD.sub(r"\1:********@", text)


def section_fields(section: str) -> Mapping[str, FieldInfo]:
    """Return the fields of a section by key; empty for a section that does not exist."""
    field = Settings.model_fields.get(section)
    model = field.annotation if field is not None else None
    if isinstance(model, type) and issubclass(model, Section):
        return model.model_fields
    return {}


class _Environment(EnvSettingsSource):
    """pydantic-settings' reader of the environment, which leaves judging values to the model."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: object) -> object:
        """Decode JSON; other text goes on as it is, to be split or refused with its name."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def _find_config(config_path: Path | None) -> Path | None:
    if config_path is None and (named := os.environ.get(CONFIG_VARIABLE)):
        config_path = Path(named)
    if config_path is not None:
        return config_path
    return DEFAULT_CONFIG_PATH if DEFAULT_CONFIG_PATH.is_file() else None


def _read_file(path: Path, values: Values, origins: dict[tuple[str, str], Origin]) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        values.update(tomllib.loads(text))
    except OSError as error:
        problem = Problem(str(path), "", f"cannot be read: {error.strerror}")
        raise SettingsError([problem]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError([Problem(str(path), "", f"is not TOML: {error}")]) from error
    lines = _key_lines(text)
    for section, keys in values.items():
        for key in keys if isinstance(keys, dict) else ("",):
            line = lines.get((section, key)) or lines.get((section, ""))
            place = f"{path}:{line}" if line else str(path)
            origins[section, key] = Origin("file", place)
        origins.setdefault((section, ""), Origin("file", f"{path}:{lines.get((section, ''), 1)}"))


def _key_lines(text: str) -> dict[tuple[str, str], int]:
    """Find the line of each `section.key`, which tomllib does not tell; ("s", "") is `[s]`."""
    lines: dict[tuple[str, str], int] = {}
    section, parent = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _SECTION_LINE.match(line):
            section, parent = match[1], match[2] or ""
            lines.setdefault((section, parent), number)
        elif match := _KEY_LINE.match(line):
            key, sub_key = match[1], match[2] or ""
            path = (section, parent or key) if section else (key, sub_key)
            lines.setdefault(path, number)
    return lines


def _read_environment(values: Values, origins: dict[tuple[str, str], Origin]) -> None:
    names = sorted(name for name, value in os.environ.items() if value and "__" in name)
    for name in names:
        if match := _VARIABLE.fullmatch(name):
            section, key = match[1].lower(), match[2].lower().split("__")[0]
            origins[section, key] = Origin("env", name)
            if section not in Settings.model_fields:
                values.setdefault(section, {})
                origins[section, ""] = Origin("env", name)
    for section, keys in _Environment(Settings)().items():
        _merge(values, section, keys)


def _read_overrides(
    overrides: Mapping[str, object],
    values: Values,
    origins: dict[tuple[str, str], Origin],
) -> None:
    for dotted, value in overrides.items():
        if value is not None:
            section, _, key = dotted.partition(".")
            _merge(values, section, {key: value})
            origins[section, key] = Origin("flag", "--" + key.replace("_", "-"))


def _merge(values: Values, section: str, keys: object) -> None:
    present = values.get(section)
    if isinstance(present, dict) and isinstance(keys, dict):
        values[section] = present | keys
    elif isinstance(keys, dict) and present is not None:
        return  # the file's section is no table: the model refuses it
    else:
        values[section] = keys


def _exposed_secrets(
    path: Path, values: Values, origins: dict[tuple[str, str], Origin]
) -> list[Problem]:
    mode = path.stat().st_mode & 0o777
    if os.name != "posix" or not mode & _OTHERS_MAY_READ:
        return []
    return [
        Problem(
            f"{section}.{key}",
            origins[section, key].place,
            f"is a secret in a file that others may read (mode {mode:04o})",
            allowed=f"mode 0600 (chmod 600 {path}), or the variable "
            f"LESSONROOM_{section.upper()}__{key.upper()}",
        )
        for section, keys in values.items()
        for key in (keys if isinstance(keys, dict) else ())
        if origins[section, key].kind == "file"
        and keys[key]
        and _holds_secret(section, key, keys[key])
    ]


def _holds_secret(section: str, key: str, value: object) -> bool:
    field = section_fields(section).get(key)
    has_password = isinstance(value, str) and _URL_PASSWORD.search(value) is not None
    return has_password or (field is not None and is_secret(field))


def _problem(
    details: ErrorDetails, values: Values, origins: dict[tuple[str, str], Origin]
) -> Problem:
    section, key = ([str(part) for part in details["loc"]] + ["", ""])[:2]
    field = section_fields(section).get(key)
    reason = details["msg"].removeprefix("Value error, ")
    if details["type"] == "extra_forbidden" and field is None:
        return _unknown(section, key, origins)
    if details["type"] == "model_type":
        place = origins.get((section, ""), Origin("file", "")).place
        return Problem(section, place, "is a section", allowed=f"[{section}] with keys below it")
    if field is None:
        return Problem(section or "settings", _places(section, reason, origins), reason)
    return Problem(
        f"{section}.{key}",
        origins.get((section, key), Origin("default", "")).place,
        reason[0].lower() + reason[1:],
        given=shown(values[section][key], field),
        allowed=allowed_words(field),
    )


def _unknown(section: str, key: str, origins: dict[tuple[str, str], Origin]) -> Problem:
    place = origins.get((section, key), Origin("file", "")).place
    if not key:
        homes = [home for home in Settings.model_fields if section in section_fields(home)]
        if homes:
            return Problem(section, place, f"belongs into [{homes[0]}]")
        names = list(Settings.model_fields)
        return Problem(section, place, "is no section", allowed=_nearest(section, names))
    names = list(section_fields(section))
    return Problem(f"{section}.{key}", place, "is no setting", allowed=_nearest(key, names))


def _nearest(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"{near[0]}? The names are " if near else "the names are "
    return hint + ", ".join(names)


def _places(section: str, reason: str, origins: dict[tuple[str, str], Origin]) -> str:
    """Name where the keys that a rule over several keys speaks of were set."""
    words = set(re.findall(r"\w+", reason))
    places = [
        origin.place
        for (home, key), origin in origins.items()
        if key in words and section in {home, ""}
    ]
    if not places and (section, "") in origins:
        return origins[section, ""].place
    return ", ".join(dict.fromkeys(places))
