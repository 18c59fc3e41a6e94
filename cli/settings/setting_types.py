"""The types of settings, each with the words that say which values it allows."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from annotated_types import Ge, Le
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo

from gateway.public_address import PublicAddress, normal_origin
from gateway.webhooks.webhook_signatures import decoded_secret

MIN_SECRET_BYTES: Final = 32
"""RFC 7518 section 3.2: an HS256 key is at least as long as the hash's output."""

_MIN_DISTINCT_CHARACTERS: Final = 8
_SAMPLE_WORDS: Final = ("changeme", "change-me", "change_me", "example", "password", "your-secret")


class Allowed(msgspec.Struct, frozen=True):
    """What a setting may be, in words for the person who got it wrong."""

    words: str


def allowed_words(field: FieldInfo) -> str:
    """Say which values `field` allows, from its type and bounds."""
    for entry in field.metadata:
        if isinstance(entry, Allowed):
            return entry.words
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(field.annotation))
    if field.annotation is bool:
        return "true or false"
    kind = "a whole number" if field.annotation is int else "a number"
    low = next((entry.ge for entry in field.metadata if isinstance(entry, Ge)), None)
    high = next((entry.le for entry in field.metadata if isinstance(entry, Le)), None)
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    return kind


def _refuse_bool(value: object) -> object:
    # Python's bool is an int: without this, `port = true` would be port 1.
    if isinstance(value, bool):
        raise ValueError("is true or false where a number belongs")  # noqa: TRY004 - pydantic's contract
    return value


def split(value: object) -> object:
    """Take `a, b` from the environment as a list."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def none_if_empty(value: object) -> object:
    """Take `""` for none: TOML has no null, and `tls_cert = ""` says that there is none."""
    return None if value == "" else value


def _check_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    n_bytes = len(text.encode())
    if n_bytes < MIN_SECRET_BYTES:
        raise ValueError(f"is {n_bytes} bytes long, which is too short to be safe")
    if any(word in text.lower() for word in _SAMPLE_WORDS):
        raise ValueError("is a sample that anyone could guess")
    if len(set(text)) < _MIN_DISTINCT_CHARACTERS:
        raise ValueError("repeats so few characters that anyone could guess it")
    return value


def _one_or_more(value: object) -> object:
    # Not split at commas: a comma may be part of a secret.
    if isinstance(value, str | SecretStr):
        return (value,) if value else ()
    return value


def _check_public_url(value: str) -> str:
    return PublicAddress.of(value).url if value else value


def _with_valid_port(value: str) -> str:
    # Reading the port is what makes urlsplit check it.
    if urlsplit(value).port == 0:
        raise ValueError(f"{value!r} has no usable port")
    return value


def _check_network(value: str) -> str:
    return str(ipaddress.ip_network(value, strict=False))


def _check_ice_url(value: str) -> str:
    _, _, rest = value.partition(":")
    if not rest or rest.startswith("//") or any(map(str.isspace, value)):
        raise ValueError(f"{value!r} is not an ICE server's URL")
    return value


def _check_stun_url(value: str) -> str:
    if not value.startswith(("stun:", "stuns:")):
        raise ValueError(f"{value!r} does not begin with stun: or stuns:")
    return _check_ice_url(value)


def _check_turn_url(value: str) -> str:
    if not value.startswith(("turn:", "turns:")):
        raise ValueError(f"{value!r} does not begin with turn: or turns:")
    return _check_ice_url(value)


def _check_database_url(value: str) -> str:
    drivers = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")
    if value and not value.startswith(drivers):
        raise ValueError("names a database or driver that lessonroom does not know")
    return value


def _check_key_id(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) is None:
        # Not shown: whoever mixes up id and secret would find the secret in a log.
        raise ValueError("holds an id with other characters, or of another length")
    if value == "lessonroom":
        raise ValueError("the id `lessonroom` is the server's own")
    return value


def _check_issuer(value: str) -> str:
    return value if value == "lessonroom" else _check_key_id(value)


def _resolve(value: Path) -> Path:
    return value.expanduser().absolute()


Whole = Annotated[int, BeforeValidator(_refuse_bool)]
Seconds = Annotated[float, BeforeValidator(_refuse_bool)]

DirectoryPath = Annotated[Path, AfterValidator(_resolve), Allowed("a path of a directory")]
OptionalFilePath = Annotated[
    Annotated[Path, AfterValidator(_resolve)] | None,
    BeforeValidator(none_if_empty),
    Allowed('a path of a PEM file, or "" for none'),
]
OptionalProgramPath = Annotated[
    Annotated[Path, AfterValidator(_resolve)] | None,
    BeforeValidator(none_if_empty),
    Allowed('a path of a program, or "" for none'),
]
Host = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9._:-]{1,253}$"), Allowed("an IP address or a host name")
]
PublicUrl = Annotated[
    str,
    AfterValidator(_check_public_url),
    Allowed(
        "scheme, host, port and, where it lies below one, a path, e.g. "
        '"https://school.example.org/lessons"; or "" to derive it'
    ),
]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(normal_origin)], ...],
    BeforeValidator(split),
    Allowed('a list of origins, e.g. ["https://lessons.example.org"]'),
]
Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_check_network)], ...],
    BeforeValidator(split),
    Allowed('a list of IP addresses or networks, e.g. ["127.0.0.1", "10.0.0.0/8"]'),
]
FontPaths = Annotated[
    tuple[str, ...],
    BeforeValidator(split),
    Allowed('a list of paths, e.g. ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"]'),
]
StunUrls = Annotated[
    tuple[Annotated[str, AfterValidator(_check_stun_url)], ...],
    BeforeValidator(split),
    Allowed('a list of URLs, e.g. ["stun:turn.example.org:3478"]'),
]
TurnUrls = Annotated[
    tuple[Annotated[str, AfterValidator(_check_turn_url)], ...],
    BeforeValidator(split),
    Allowed('a list of URLs, e.g. ["turn:turn.example.org:3478?transport=udp"]'),
]
DatabaseUrl = Annotated[
    str,
    AfterValidator(_check_database_url),
    Allowed(
        '"" for SQLite in data_dir, or a URL that begins with sqlite+aiosqlite:/// or '
        "postgresql+asyncpg://"
    ),
]

_SECRET_WORDS = (
    f"at least {MIN_SECRET_BYTES} bytes from a random source, e.g. of `openssl rand -hex 32`"
)
Secret = Annotated[SecretStr, AfterValidator(_check_secret), Allowed(_SECRET_WORDS)]
OptionalSecret = Annotated[
    Secret | None, BeforeValidator(none_if_empty), Allowed(f'{_SECRET_WORDS}; or "" for none')
]
Secrets = Annotated[
    tuple[Secret, ...],
    BeforeValidator(_one_or_more),
    Allowed(f"{_SECRET_WORDS}; or a list of such, of which the first signs"),
]
KeyId = Annotated[str, AfterValidator(_check_key_id)]
KeyIdOrOwn = Annotated[
    str, AfterValidator(_check_issuer), Allowed('"lessonroom", or the id of one of auth.api_keys')
]
ApiKeys = Annotated[
    dict[KeyId, Secret],
    Allowed(f"a table of key ids (1 to 64 of A-Z a-z 0-9 _ -), each with {_SECRET_WORDS}"),
]


def _check_webhook_secret(value: SecretStr) -> SecretStr:
    decoded_secret(value.get_secret_value())
    return value


def _check_calcom_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < _MIN_CALCOM_BYTES:
        raise ValueError("is too short to be safe")
    return value


def _check_endpoint_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"{value!r} is not the URL of an endpoint")
    if parts.fragment or any(map(str.isspace, value)):
        raise ValueError(f"{value!r} is not the URL of an endpoint")
    return _with_valid_port(value)


_MIN_CALCOM_BYTES: Final = 16
_SIGNING_WORDS = (
    "whsec_ and 24 to 64 random bytes in base64, e.g. whsec_ and what `openssl rand -base64 32`"
    " prints"
)
WebhookSecret = Annotated[SecretStr, AfterValidator(_check_webhook_secret), Allowed(_SIGNING_WORDS)]
WebhookSecrets = Annotated[
    tuple[WebhookSecret, ...],
    BeforeValidator(_one_or_more),
    Allowed(f"{_SIGNING_WORDS}; or a list of such"),
]
CalcomSecrets = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_check_calcom_secret)], ...],
    BeforeValidator(_one_or_more),
    Allowed(f"at least {_MIN_CALCOM_BYTES} bytes, as typed in at cal.com; or a list of such"),
]
EndpointUrl = Annotated[str, AfterValidator(_check_endpoint_url)]
CollectorUrl = Annotated[
    str,
    AfterValidator(lambda value: _check_endpoint_url(value) if value else value),
    Allowed('the collector\'s address for traces, e.g. "http://localhost:4318/v1/traces"; or ""'),
]
