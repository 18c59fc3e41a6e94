"""`lessonroom token`: mint tokens, of which stdout has nothing else, and make them void."""

import re
import sys
from typing import Annotated, Final

import typer

from actors.runtime import chance
from actors.runtime.clock import SystemClock
from cli.command_errors import CommandRefused, ServerUnreachable
from cli.invocation import settings_of
from cli.options import ConfigOption, DataDirOption
from cli.printable import printable
from cli.rooms.session_ids import whole_id
from cli.server.data_dir import load_or_create_secret, prepare_data_dir
from cli.server.operator_client import OperatorClient
from cli.server.server_files import database_url
from cli.settings.settings import Settings, SettingsError
from gateway.identity.claims import MAX_TOKEN_BYTES, Scope
from gateway.identity.tokens import MAX_ROOM_TTL_S, MAX_USER_TTL_S, Tokens
from lessonroom.codes import Refused
from lessonroom.people import names
from lessonroom.people.permissions import Role

token_app = typer.Typer(
    name="token",
    help="Mint tokens for people and for seats, and make them void.\n\nOnly the token goes to"
    " stdout, so that a script can take it.",
    no_args_is_help=True,
    add_completion=False,
)

_MIN_TTL_S: Final = 60
_MAX_SUBJECT_CHARS: Final = 255
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION: Final = re.compile(r"([0-9]{1,9})([smhd]?)")
_SUBJECT_PREFIX: Final = "sub:"


def duration_s(text: str) -> int:
    """Return the seconds of `90`, `45s`, `30m`, `2h` or `7d`.

    Raises:
        typer.BadParameter: it is none of these.

    """
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no duration, allowed are 90, 45s, 30m, 2h, 7d")
    return int(found[1]) * _SECONDS[found[2]]


TtlOption = Annotated[
    int | None,
    typer.Option(
        "--ttl",
        parser=duration_s,
        metavar="DURATION",
        help="How long it is valid: 45m, 2h, 7d; from 1m on. The server's setting if not given.",
    ),
]


@token_app.command()
def user(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What others see.")],
    subject: Annotated[
        str | None,
        typer.Option(
            "--sub",
            metavar="ID",
            help="Your own id of the person; the same one is the same user. A new one if absent.",
        ),
    ] = None,
    scope: Annotated[
        Scope, typer.Option(help="operator opens every call that these commands make.")
    ] = Scope.USER,
    ttl_s: TtlOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Mint a user token: the REST API as that person. Works with the server down, too.

    Example: lessonroom token user "Ada Lovelace" --sub ada --ttl 8h
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    _check_ttl(ttl_s, most_s=MAX_USER_TTL_S)
    try:
        with OperatorClient(settings.storage.data_dir) as operator:
            token = operator.mint_user(name, subject=subject, scope=scope, ttl_s=ttl_s).token
    except ServerUnreachable:
        token = _minted_here(settings, name, subject=subject, scope=scope, ttl_s=ttl_s)
    typer.echo(token)


@token_app.command()
def room(
    context: typer.Context,
    session_id: Annotated[
        str, typer.Argument(metavar="ID", help="The session's id, or the beginning of it.")
    ],
    person: Annotated[
        str,
        typer.Option(
            "--user",
            metavar="USER",
            help="A user's number, or the --sub that they have; sub:4711 for one of digits.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="Of a person whom the server does not know yet.")
    ] = None,
    role: Annotated[Role, typer.Option(help="Of the seat, which is made if missing.")] = (
        Role.STUDENT
    ),
    ttl_s: TtlOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Mint a room token: one session, its WebSocket and its calls. Needs the server.

    Example: lessonroom token room 019a9c31-5a2b --user ada --name "Ada Lovelace" --role viewer
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    _check_ttl(ttl_s, most_s=MAX_ROOM_TTL_S)
    with OperatorClient(settings.storage.data_dir) as operator:
        whole = whole_id(session_id, database_url=database_url(settings))
        minted = operator.mint_room(whole, _person(person), name=name, role=role, ttl_s=ttl_s)
    typer.echo(minted.token)


@token_app.command()
def revoke(
    context: typer.Context,
    token: Annotated[
        str,
        typer.Argument(
            metavar="TOKEN",
            help="The user token; - reads it from stdin, where no list of processes shows it.",
        ),
    ],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Make a user token void before its time. Needs the server.

    Of one that a browser got by a sign-in link, the whole sign-in ends. For everything that one
    person has, see `lessonroom users sign-out`.

    Example: lessonroom token revoke - < token.txt
    """
    settings = settings_of(context, config=config, data_dir=data_dir)
    given = sys.stdin.read(2 * MAX_TOKEN_BYTES).strip() if token == "-" else token  # noqa: S105 - not a secret
    with OperatorClient(settings.storage.data_dir) as operator:
        subject = operator.revoke_token(given)
    typer.echo(f"a token of {printable(subject)} is void")


def _person(given: str) -> int | str:
    if given.isascii() and given.isdecimal():
        return int(given)
    return given.removeprefix(_SUBJECT_PREFIX)


def _check_ttl(ttl_s: int | None, *, most_s: int) -> None:
    if ttl_s is not None and not _MIN_TTL_S <= ttl_s <= most_s:
        raise typer.BadParameter(
            f"{ttl_s} s is out of range, allowed are 1m to {most_s // 3_600}h", param_hint="--ttl"
        )


def _minted_here(
    settings: Settings, name: str, *, subject: str | None, scope: Scope, ttl_s: int | None
) -> str:
    """Mint with the secret of the data directory; the server makes the user at the first use."""
    if subject is not None and not 1 <= len(subject) <= _MAX_SUBJECT_CHARS:
        raise CommandRefused(f"--sub has {len(subject)} characters, allowed are 1 to 255")
    try:
        shown_name = names.cleaned(name)
        secrets = [secret.get_secret_value().encode() for secret in settings.auth.secret]
        if not secrets:
            secrets = [load_or_create_secret(prepare_data_dir(settings.storage.data_dir))]
    except Refused as refused:
        raise CommandRefused(f"{refused.field}: {refused.message}") from None
    except SettingsError as error:
        raise CommandRefused(str(error)) from None
    return Tokens(secrets, leeway_s=settings.auth.leeway_s, clock=SystemClock()).mint_user(
        subject or chance.new_guest_subject(),
        shown_name,
        scope=scope,
        ttl_s=ttl_s or settings.auth.user_token_ttl_s,
        token_id=chance.new_token_id(),
    )
