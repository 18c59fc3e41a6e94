"""`lessonroom serve`: the composition root. Read top to bottom, it is the story of start-up."""

import asyncio
import contextlib
import gc
import os
import shlex
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec
import structlog
import typer

from actors.config import RoomConfig
from actors.house.chores import HousekeepingConfig
from actors.house.housekeeper import Housekeeping
from actors.house.rooms import Rooms
from actors.house.writing.gathering import QUIET_SHARE
from actors.runtime import chance
from actors.runtime.clock import SystemClock
from cli.command_errors import CommandRefused
from cli.invocation import settings_of
from cli.lean import collector_at_rest
from cli.logs import configure_logging
from cli.server.announcing import Announcing, endpoints_of
from cli.server.data_dir import load_or_create_secret, prepare_data_dir
from cli.server.exclusive import holding
from cli.server.keeping import kept_before_upgrade
from cli.server.observing import Observing
from cli.server.process import FreedMemory, give_back_large_blocks, let_the_loop_go_first
from cli.server.school_account import oidc_config_of
from cli.server.server_files import (
    ASSETS,
    DOCUMENTS,
    OPERATOR_SOCKET,
    RECORDINGS,
    SERVER_FILE,
    Running,
    database_url,
)
from cli.settings.settings import Settings, SettingsError
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig, TurnConfig
from gateway.documents.imports import DocumentImports
from gateway.documents.office import fault_of
from gateway.documents.spool import Spool
from gateway.export import more_fonts
from gateway.identity.revocations import Revocations
from gateway.identity.sign_in import SignIn, SignInCodes
from gateway.identity.tokens import Tokens
from gateway.port import Address, Port
from gateway.recordings.keeping import TakeKeeping
from gateway.recordings.limits import TakeLimits
from gateway.recordings.take_files import TakeFiles
from gateway.recordings.takes import Takes
from gateway.rest.app import create_app
from gateway.socket.intake import Intake
from gateway.socket.socket_services import Connects, SocketServices
from lessonroom.codes import Refused
from lessonroom.limits import Limits
from lessonroom.rates import Backoff, Rate, Rates
from storage.errors import StorageError
from storage.images.asset_directory import AssetDirectory
from storage.records import Durability
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_REFUSED_HANDSHAKES_PER_MIN: Final = 30


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="TCP port to listen on; 0 picks a free one.")
    ] = None,
    tls: Annotated[
        str | None,
        typer.Option(
            metavar="self-signed",
            help="Encrypt with a certificate that the server makes for itself.",
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The configuration file.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the database and the secret are.")
    ] = None,
) -> None:
    """Run the server: lessons, pages and API on one port, one SQLite file.

    Prints `listening on URL` on stdout as soon as that is true. Stops on SIGTERM, SIGHUP or Ctrl-C:
    what was accepted is committed, everyone is told, and lessons go on when it is back.
    """
    settings = settings_of(
        context,
        config=config,
        data_dir=data_dir,
        flags={"server.host": host, "server.port": port, "server.tls": tls},
    )
    give_back_large_blocks()
    let_the_loop_go_first()
    try:
        home = prepare_data_dir(settings.storage.data_dir)
        configure_logging(settings.log.level, settings.log.format)
        with holding(home), contextlib.ExitStack() as starting:
            starting.enter_context(collector_at_rest())
            _run(_serve(settings, home, has_started=starting.close))
    except (SettingsError, StorageError) as error:
        raise CommandRefused(str(error)) from None
    except OSError as error:
        where = error.filename or f"{settings.server.host}:{settings.server.port}"
        raise CommandRefused(f"cannot listen on {where}: {error.strerror or error}") from None


async def _serve(settings: Settings, home: Path, *, has_started: Callable[[], None]) -> None:
    clock = SystemClock()
    secrets = [secret.get_secret_value().encode() for secret in settings.auth.secret]
    tokens = Tokens(
        secrets or [load_or_create_secret(home)],
        api_keys={
            name: secret.get_secret_value().encode()
            for name, secret in settings.auth.api_keys.items()
        },
        leeway_s=settings.auth.leeway_s,
        clock=clock,
    )
    certificate, key = _certificate(settings, home)
    gateway_config = gateway_config_of(settings)
    room_config = room_config_of(settings)

    if kept := await kept_before_upgrade(settings, now_ms=clock.now_ms()):
        _log.info("the database is upgraded; as it was it is kept", file=str(kept))
    store = await Store.open(
        database_url(settings),
        durability=Durability(settings.storage.durability),
        endpoints=endpoints_of(settings),
        snapshot_bytes_per_session=settings.limits.snapshot_bytes_per_session,
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        for warning in store.warnings:
            _log.warning(warning)
        observing = Observing.start(settings.traces, clock=clock, stack=stack)
        rooms = Rooms.start(store, clock=clock, config=room_config, observer=observing.observer)
        observing.metrics.watch(rooms)
        housekeeping = Housekeeping.start(
            rooms,
            clock=clock,
            config=HousekeepingConfig(
                expire_after_h=settings.rooms.expire_after_h,
                pause_when_empty_min=settings.rooms.pause_when_empty_min,
                end_when_empty_min=settings.rooms.end_when_empty_min,
                end_when_empty_days=settings.rooms.end_when_empty_days,
                retention_days=settings.storage.retention_days,
                seat_key_days=settings.rooms.seat_key_days,
                asset_files=AssetDirectory(home / ASSETS),
            ),
        )
        # Called by the port when it stops, and once more here: the second time nothing is left.
        stopping = contextlib.AsyncExitStack()
        stopping.push_async_callback(rooms.stop)
        stopping.push_async_callback(housekeeping.stop)
        announcing = Announcing.start(settings, home, rooms=rooms, tokens=tokens, clock=clock)
        stopping.push_async_callback(announcing.stop)
        stack.push_async_callback(stopping.aclose)
        freed_memory = FreedMemory(clock)
        freed_memory.start()
        stack.callback(freed_memory.stop)
        app = create_app(
            rooms=rooms,
            tokens=tokens,
            clock=clock,
            config=gateway_config,
            asset_files=AssetDirectory(home / ASSETS),
            spool=Spool(home / DOCUMENTS),
            take_files=TakeFiles(home / RECORDINGS),
            webhooks=announcing.webhooks,
            lti=announcing.lti,
            metrics=observing.metrics,
            traces=observing.traces,
        )
        revocations: Revocations = app.state.services.revocations
        await revocations.load()
        documents: DocumentImports = app.state.services.documents
        await documents.load()
        stopping.push_async_callback(app.state.services.stop)
        takes: Takes = app.state.services.takes
        await asyncio.to_thread(takes.files.sweep_work)
        keeping = TakeKeeping(takes, clock, late_upload_h=settings.recording.late_upload_h)
        keeping.start()
        stopping.push_async_callback(keeping.stop)
        running = Port(
            app,
            sockets=SocketServices(
                rooms=rooms,
                tokens=tokens,
                revocations=revocations,
                clock=clock,
                config=gateway_config,
                room_config=room_config,
                proxies=TrustedProxies(gateway_config.trusted_proxies),
                held_refusals=app.state.services.held_refusals,
                refused_handshakes=Backoff(_REFUSED_HANDSHAKES_PER_MIN),
                connects=Connects(
                    per_min_user=gateway_config.connects_per_min_user,
                    per_min_address=gateway_config.connects_per_min_address,
                ),
                intake=Intake(clock, interval_s=room_config.fanout_interval_s / QUIET_SHARE),
                sockets=set(),
            ),
            address=Address(
                host=settings.server.host,
                port=settings.server.port,
                operator_socket=home / OPERATOR_SOCKET,
                certificate=certificate,
                key=key,
                request_timeout_s=settings.server.handshake_timeout_s,
                shutdown_timeout_s=settings.server.shutdown_timeout_s,
            ),
            stop_rooms=stopping.aclose,
        )
        # What start-up made stays for the life of the process: the collector need not look at it.
        gc.collect()
        gc.freeze()
        has_started()
        stack.callback((home / SERVER_FILE).unlink, missing_ok=True)
        code, public = "", gateway_config.public
        if sys.stdout.isatty():
            printed = chance.new_sign_in_code()
            # A database that cannot be written now may be soon; `signin-link` makes one then.
            with contextlib.suppress(Refused):
                await SignInCodes(rooms).add(printed, SignIn())
                code = printed
        await running.serve(
            lambda url: _announce(url, home, public_url=public.url if public else "", code=code)
        )


def _certificate(settings: Settings, home: Path) -> tuple[Path | None, Path | None]:
    """Return the certificate and the key to serve with; say how to recognise one of our own."""
    server = settings.server
    if server.tls_key is None and server.tls != "self-signed":
        return server.tls_cert, None
    from cli.server.certificates import (  # noqa: PLC0415 - a server without TLS does without
        own_names,
        require_private,
        self_signed,
    )

    if server.tls_key is not None:
        require_private(server.tls_key)
    if server.tls != "self-signed":
        return server.tls_cert, server.tls_key
    public_host = urlsplit(server.public_url).hostname
    names = own_names(server.host, *([public_host] if public_host else []))
    made = self_signed(home, names=names, now=datetime.now(UTC))
    typer.echo(f"certificate for {', '.join(sorted(made.names))}")
    typer.echo(f"SHA-256 fingerprint: {made.fingerprint}")
    return made.certificate, made.key


def _announce(url: str, home: Path, *, public_url: str, code: str) -> None:
    """Say that the server listens. Without a code stdout may be a log, which others read."""
    draft = home / f"{SERVER_FILE}.new"
    draft.write_bytes(msgspec.json.encode(Running(os.getpid(), url)))
    draft.chmod(0o600)
    draft.replace(home / SERVER_FILE)
    typer.echo(f"listening on {url}")
    if code:
        typer.echo(f"sign in (works once, for an hour): {public_url or url}/signin#{code}")
    more = f"lessonroom signin-link --data-dir {shlex.quote(str(home))}"
    typer.echo(f"{'another link' if code else 'to sign in, print a link'}: {more}")
    _log.info("listening", url=url)


def gateway_config_of(settings: Settings) -> GatewayConfig:
    """Return what the gateway is told by the settings."""
    secret = settings.webrtc.turn_secret
    is_proxied = settings.server.behind_proxy
    return GatewayConfig(
        public_url=settings.server.public_url,
        allowed_origins=tuple(settings.server.allowed_origins),
        frame_ancestors=tuple(settings.server.frame_ancestors),
        is_openapi_served=settings.server.openapi,
        are_calendars_served=settings.server.calendars,
        trusted_proxies=tuple(map(str, settings.server.trusted_proxies)) if is_proxied else (),
        allows_query_token=settings.auth.allow_query_token,
        max_connections=settings.server.max_connections,
        room_token_ttl_s=settings.auth.room_token_ttl_s,
        user_token_ttl_s=settings.auth.user_token_ttl_s,
        seat_key_days=settings.rooms.seat_key_days,
        reopen_days=settings.rooms.reopen_days,
        sign_in_ttl_s=settings.auth.sign_in_days * 86_400,
        is_tls=bool(settings.server.tls or settings.server.tls_cert),
        max_participants=settings.rooms.max_participants,
        requests_per_min_address=settings.limits.requests_per_min_address,
        requests_per_min_user=settings.limits.requests_per_min_user,
        connects_per_min_user=settings.limits.connects_per_min_user,
        connects_per_min_address=settings.limits.connects_per_min_address,
        metrics_allowed=tuple(settings.server.metrics_allowed),
        max_upload_bytes=settings.limits.upload_bytes,
        max_chat_file_bytes=settings.limits.chat_file_bytes,
        max_image_pixels=settings.limits.image_pixels,
        asset_bytes_per_user=settings.limits.asset_bytes_per_user,
        uploads_per_min=settings.limits.uploads_per_min,
        exports_per_min=settings.limits.exports_per_min,
        formulas_per_min=settings.limits.formulas_per_min,
        sessions_per_min=settings.limits.sessions_per_min,
        launches_per_min=settings.limits.launches_per_min,
        sessions_per_user=settings.limits.sessions_per_user,
        shelf_items_per_user=settings.limits.shelf_items_per_user,
        export_fonts=_fonts(settings),
        exports_at_once=settings.limits.exports_at_once,
        images_at_once=settings.limits.images_at_once,
        documents_at_once=settings.limits.documents_at_once,
        max_document_bytes=settings.limits.document_bytes,
        max_pack_bytes=settings.limits.pack_bytes,
        retention_days=settings.storage.retention_days,
        document_pages=settings.limits.document_pages,
        office=_office_of(settings),
        oidc=oidc_config_of(settings),
        chunk_bytes=settings.recording.chunk_bytes,
        take_limits=TakeLimits(
            per_session=settings.recording.bytes_per_session,
            per_host=settings.recording.bytes_per_user,
            total=settings.recording.bytes_total,
            free=settings.recording.free_bytes,
        ),
        join_attempts_per_min=settings.auth.join_attempts_per_min,
        turn=TurnConfig(
            stun_urls=tuple(settings.webrtc.stun_urls),
            turn_urls=tuple(settings.webrtc.turn_urls),
            turn_secret=secret.get_secret_value().encode() if secret else b"",
        ),
    )


def _office_of(settings: Settings) -> Path | None:
    """Return what makes PDF of office documents, where it can be used."""
    program = settings.documents.office
    if program is not None and (fault := fault_of(program)) is not None:
        _log.warning("office documents are not taken", reason=fault)
        return None
    return program


def _fonts(settings: Settings) -> tuple[str, ...]:
    try:
        return more_fonts.found(settings.export.fonts)
    except more_fonts.NoFont as wrong:
        raise CommandRefused(f"export.fonts = {wrong}") from None


def room_config_of(settings: Settings) -> RoomConfig:
    """Return what the rooms are told by the settings."""
    limits = settings.limits
    return RoomConfig(
        limits=Limits(**{name: getattr(limits, name) for name in Limits.__struct_fields__}),
        rates=Rates(
            board=Rate(limits.board_per_s, limits.board_burst),
            pointer=Rate(limits.pointer_per_s, 2 * limits.pointer_per_s),
            signal=Rate(limits.signal_per_s, 4 * limits.signal_per_s),
            command=Rate(limits.command_per_s, 3 * limits.command_per_s),
            chat=Rate(limits.chat_per_s, 3 * limits.chat_per_s),
            room=Rate(limits.room_board_per_s, 2 * limits.room_board_per_s),
        ),
        grace_s=round(settings.rooms.grace_s),
        pause_when_empty_s=settings.rooms.pause_when_empty_min * 60,
        ice_policy=settings.webrtc.rooms_ice_policy,
        can_record=settings.recording.enabled,
        fanout_interval_s=settings.rooms.fanout_interval_ms / 1000,
        autosave_s=settings.rooms.autosave_s,
        snapshot_events=settings.rooms.snapshot_events,
        resume_window=settings.rooms.resume_window,
        outbox_soft_bytes=limits.outbox_soft_bytes,
        outbox_hard_bytes=limits.outbox_hard_bytes,
        intake_messages=limits.intake_messages,
        intake_bytes=limits.intake_bytes,
        journal_queue=limits.journal_queue,
        first_message_s=settings.server.handshake_timeout_s,
        idle_timeout_s=settings.server.idle_timeout_s,
        ping_interval_s=settings.server.idle_timeout_s / 3,
    )


def _run(main: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)
