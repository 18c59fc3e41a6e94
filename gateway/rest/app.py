"""The HTTP application, wired by hand."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from starlette.middleware.cors import CORSMiddleware

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig
from gateway.confinement.confinement import Confinement, shares_of
from gateway.documents.imports import DocumentImports
from gateway.documents.office import Office
from gateway.documents.spool import Spool
from gateway.export.undrawable import Undrawable
from gateway.formulas.formulas import Formulas
from gateway.held_refusals import HeldRefusals
from gateway.identity.revocations import Revocations
from gateway.identity.seat_keys import SeatKeys
from gateway.identity.sign_in import SignInCodes
from gateway.identity.tokens import Tokens
from gateway.lti.lti import Lti
from gateway.metrics import Metrics
from gateway.oidc.oidc import Oidc
from gateway.once import Locks
from gateway.pages import Pages, page_headers
from gateway.recordings.sealer import Sealer
from gateway.recordings.take_files import TakeFiles
from gateway.recordings.takes import Takes
from gateway.rest.endpoints import (
    bookings,
    feed,
    health,
    lifecycle,
    report,
    searching,
    sessions,
    stats,
    timeline,
)
from gateway.rest.endpoints.board import (
    assets,
    board_files,
    documents,
    exports,
    formulas,
    previews,
    snapshots,
)
from gateway.rest.endpoints.lti import launching as lti_launching
from gateway.rest.endpoints.lti import picking, registering
from gateway.rest.endpoints.lti.forms import LTI_PREFIX
from gateway.rest.endpoints.people import (
    chat,
    chat_files,
    joining,
    participants,
    school_account,
    signing_in,
)
from gateway.rest.endpoints.recordings import pack, pack_import, recording, replay, takes
from gateway.rest.endpoints.unrouted import Unrouted
from gateway.rest.operating import (
    lti as lti_platforms,
)
from gateway.rest.operating import (
    operator,
    operator_tables,
    outgoing,
    scraping,
    shelves,
    sign_ins,
    users,
)
from gateway.rest.planning import calendars, launching, next_lessons, series, shelf, whole_export
from gateway.rest.plumbing.bodies.intake import Intake
from gateway.rest.plumbing.guessing import GuessLimits
from gateway.rest.plumbing.holding import Holding
from gateway.rest.plumbing.large_answers import LargeAnswers
from gateway.rest.plumbing.replaying import REPLAYED
from gateway.rest.plumbing.services import Services
from gateway.rest.plumbing.shield import AtPublicAddress, FaultBarrier, SecurityHeaders
from gateway.rest.plumbing.throttle import Throttle
from gateway.rest.shapes.problems import Problem, answer_with_problems
from gateway.traces import Traces
from gateway.webhooks.booking_formats import BookingIn
from gateway.webhooks.webhooks import Webhooks
from lessonroom.rates import Buckets
from storage.images.asset_files import AssetFiles

CLASSROOM_PREFIX: Final = "/api/v1/classroom"
OPERATOR_PREFIX: Final = "/api/v1/operator"
_DOCUMENTS_EACH: Final = 8
"""Documents under way for each process that reads them: they take turns, a few pages each."""

_DESCRIPTION: Final = """\
Live lessons: create and run sessions, and get the token that opens a session's WebSocket.

Errors are problem documents (RFC 9457); switch on their `code`. Times are UTC."""


def create_app(  # noqa: PLR0913 - the neighbours of all routes
    *,
    rooms: Rooms,
    tokens: Tokens,
    clock: Clock,
    config: GatewayConfig,
    asset_files: AssetFiles,
    spool: Spool,
    take_files: TakeFiles,
    webhooks: Webhooks | None = None,
    lti: Lti | None = None,
    metrics: Metrics | None = None,
    traces: Traces | None = None,
) -> FastAPI:
    """Return the application: the HTTP API, and the pages below everything else.

    Run uvicorn with `proxy_headers=False` and `server_header=False`: whom to believe is decided
    here. A request whose scope has `state["is_operator"]` is the operator's.
    """
    confinement = Confinement(
        shares_of(
            exports=config.exports_at_once,
            images=config.images_at_once,
            documents=config.documents_at_once,
        )
    )
    if metrics is not None:
        metrics.watch_work(confinement)
    revocations = Revocations(rooms)
    app = _bare_app(
        openapi_url="/openapi.json" if config.is_openapi_served else None, traces=traces
    )
    once = Locks()
    app.state.services = Services(
        rooms=rooms,
        tokens=tokens,
        clock=clock,
        config=config,
        proxies=TrustedProxies(config.trusted_proxies),
        guesses=GuessLimits(config.join_attempts_per_min),
        uploads=Buckets(config.uploads_per_min, burst=config.uploads_per_min),
        exports=Buckets(config.exports_per_min, burst=config.exports_per_min),
        formula_rate=Buckets(config.formulas_per_min, burst=config.formulas_per_min),
        creations=Buckets(config.sessions_per_min, burst=2 * config.sessions_per_min),
        launches=Buckets(config.launches_per_min, burst=max(1, config.launches_per_min // 2)),
        confinement=confinement,
        undrawable=Undrawable(),
        formulas=Formulas(confinement),
        assets=asset_files,
        intake=Intake(rooms.config.limits.board_bytes + config.max_body_bytes),
        spool=spool,
        spooling=Intake(config.max_document_bytes),
        packing=Intake(config.max_pack_bytes),
        documents=DocumentImports(
            confinement,
            spool,
            pages_most=config.document_pages,
            at_once=_DOCUMENTS_EACH * config.documents_at_once,
            office=Office(config.office, confinement, spool) if config.office else None,
        ),
        guest_joins=Buckets(config.guest_joins_per_min, burst=2 * config.guest_joins_per_min),
        sign_in_codes=SignInCodes(rooms),
        oidc=None if config.oidc is None else Oidc(config.oidc, tokens, clock),
        lti=lti,
        provider_answers=Buckets(
            config.provider_answers_per_min, burst=config.provider_answers_per_min
        ),
        revocations=revocations,
        seat_keys=SeatKeys(rooms, revocations, lasts_days=config.seat_key_days),
        once=once,
        takes=Takes(
            rooms,
            tokens,
            clock,
            files=take_files,
            sealer=Sealer(confinement, take_files),
            once=once,
            limits=config.take_limits,
        ),
        webhooks=webhooks or Webhooks(),
        by_user=Buckets(
            config.requests_per_min_user, burst=max(1, config.requests_per_min_user // 2)
        ),
        held_refusals=HeldRefusals(clock),
        large_answers=LargeAnswers(),
        metrics=metrics,
        metrics_allowed=TrustedProxies(config.metrics_allowed),
    )
    if metrics is not None:
        metrics.watch_takes(app.state.services.takes)
    _add_routes(app)
    public = config.public
    headers = page_headers(
        frame_ancestors=config.frame_ancestors,
        # Below a path the host is shared: whether all of it is to be https is not said here.
        is_tls=public is not None and public.is_tls and not public.path,
    )
    root = public.path if public else ""
    pages = Pages(headers, root=root, framing=lti.platforms.origins if lti else None)
    app.mount("/", Unrouted(pages, iter_route_contexts(app.routes)))
    answer_with_problems(app)
    _add_shields(app, config)
    app.openapi = lambda: _openapi(app, root=root)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def api_document() -> dict[str, Any]:
    """Return the OpenAPI document, for which nothing has to run."""
    app = _bare_app(openapi_url=None)
    _add_routes(app)
    return _openapi(app)


def _bare_app(*, openapi_url: str | None, traces: Traces | None = None) -> FastAPI:
    return FastAPI(
        title="lessonroom",
        version="1",
        description=_DESCRIPTION,
        # The pages of /docs load their scripts from a CDN: the page has none (SECURITY).
        docs_url=None,
        redoc_url=None,
        openapi_url=openapi_url,
        redirect_slashes=False,
        # FastAPI has them on, and takes what the environment says of them (OTEL_…).
        telemetry={
            "tracing": traces is not None,
            "tracer_provider": traces.provider if traces else None,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )


def _add_routes(app: FastAPI) -> None:
    for router in (sessions.router, lifecycle.router, joining.router, participants.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (snapshots.router, timeline.router, chat.router, stats.router, report.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (chat_files.sending, chat_files.router, board_files.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (sessions.creating, exports.router, assets.uploads, assets.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (documents.importing, documents.router, previews.router, formulas.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (recording.router, takes.opening, takes.sending, takes.closing, takes.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (replay.router, pack.router, pack_import.router):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (
        next_lessons.router,
        launching.router,
        series.router,
        calendars.router,
        calendars.reading,
        searching.router,
        shelf.router,
        whole_export.router,
    ):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (bookings.router, feed.router, signing_in.router, signing_in.signed_in):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (school_account.router, school_account.telling):
        app.include_router(router, prefix=CLASSROOM_PREFIX)
    for router in (
        lti_launching.router,
        lti_launching.coming,
        picking.router,
        registering.router,
    ):
        app.include_router(router, prefix=LTI_PREFIX)
    for router in (operator.router, operator_tables.router, outgoing.router):
        app.include_router(router, prefix=OPERATOR_PREFIX)
    for router in (sign_ins.router, shelves.router, users.router, lti_platforms.router):
        app.include_router(router, prefix=OPERATOR_PREFIX)
    app.include_router(health.router)
    app.include_router(scraping.router)


def _add_shields(app: FastAPI, config: GatewayConfig) -> None:
    """Add what stands around the routes; the last one added is the outermost."""
    app.add_middleware(FaultBarrier)
    # Inside of CORS: a page of another origin has to be able to read that it must wait.
    app.add_middleware(Throttle, per_min=config.requests_per_min_address)
    app.add_middleware(Holding)
    if config.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(config.allowed_origins),
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
            expose_headers=["ETag", "Retry-After", REPLAYED],
            allow_credentials=False,
        )
    if config.public is not None:
        app.add_middleware(AtPublicAddress, address=config.public)
    app.add_middleware(SecurityHeaders)


def _openapi(app: FastAPI, *, root: str = "") -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=[{"url": root}] if root else None,
        )
        # Routes refer to these by name: problems are not application/json, and the body of a
        # booking is read once its signature was checked.
        for model in (Problem, BookingIn):
            described = model.model_json_schema(ref_template="#/components/schemas/{model}")
            more = {**described.pop("$defs"), model.__name__: described}
            schema["components"]["schemas"] = more | schema["components"]["schemas"]
        app.openapi_schema = schema
    return app.openapi_schema
