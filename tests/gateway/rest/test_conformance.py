"""The API does what its OpenAPI document says, whatever is sent: schemathesis in all its phases."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.python import asgi
from schemathesis.schemas import BaseSchema
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gateway.config import GatewayConfig
from gateway.identity.claims import Scope
from gateway.identity.tokens import Tokens
from gateway.rest.plumbing.services import BEARER
from gateway.rest.shapes.views import Health
from gateway.webhooks.webhook_signatures import decoded_secret
from gateway.webhooks.webhooks import Webhooks
from tests.gateway.rest.attended_app import AttendedApp
from tests.gateway.rest.conftest import SECRET, Open
from tests.gateway.rest.school import API
from tests.manual_clock import ManualClock
from tests.recording import RecordProof

pytestmark = pytest.mark.slow

BOOKING_KEY = decoded_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
UNLIMITED = 10**9
CONFIG = GatewayConfig(
    is_openapi_served=True,
    # The clock stands still: a bucket that is empty would stay so.
    uploads_per_min=UNLIMITED,
    exports_per_min=UNLIMITED,
    join_attempts_per_min=UNLIMITED,
    guest_joins_per_min=UNLIMITED,
    requests_per_min_address=UNLIMITED,
    requests_per_min_user=UNLIMITED,
)
EXPECTED_OF_VALID = ["2xx", "401", "403", "404", "409", "410", "412", "415", "422"]
"""What a request that its schema allows may come to. 410, 412 and 422 are of what JSON Schema
cannot say: the end of a session, its tag, one time after another, either of two fields. 415 is of
images: any bytes are valid binary."""

EXPECTED_OF_INVALID = ["400", "401", "403", "404", "409", "410", "412", "413", "415", "422", "429"]
"""What a request that its schema does not allow may come to. 413 is of a body that is nested deeper
than anybody needs: it is refused before it is looked at."""


class Findings(NamedTuple):
    """What came of a run."""

    failures: dict[tuple[str, str], str]
    statuses: Counter[int]
    """How many answers of each status, which is the number of cases."""
    phases: set[str]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def attended(opened: Open) -> Iterator[AttendedApp]:
    """The application, over real rooms and a real database file."""
    webhooks = Webhooks(inbound_keys=(BOOKING_KEY,))
    yield AttendedApp(opened(config=CONFIG, webhooks=webhooks), BOOKING_KEY)
    asgi.shutdown_lifespans()


def schema_of(
    app: AttendedApp, clock: ManualClock, *, max_examples: int, only: str | None = None
) -> BaseSchema:
    """Return what is to be run, as an operator who also hosts lessons; one path alone if said."""
    tokens = Tokens((SECRET,), leeway_s=30, clock=clock)
    token = tokens.mint_user("Ada", "Ada", scope=Scope.OPERATOR, ttl_s=3_600, token_id="jti-Ada")
    config: dict[str, Any] = {
        "seed": 4_711,
        # Ranges of pages are a pattern that few strings match: which of them are tried is a matter
        # of the seed, and whatever else is in the document changes it.
        "suppress-health-check": ["filter_too_much"],
        # A finding is to be read whole: the keys here are made up.
        "output": {"sanitization": {"enabled": False}},
        "generation": {"max-examples": max_examples, "database": "none"},
        "auth": {"openapi": {"HTTPBearer": {"bearer": token}}},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": EXPECTED_OF_VALID},
            "negative_data_rejection": {"expected-statuses": EXPECTED_OF_INVALID},
        },
        "operations": [
            # `include()` of a schema leaves all others in what the engine runs.
            *([{"exclude-path": only, "enabled": False}] if only else []),
            {
                # A 404 there is of the person whom the body names, not of the session just made.
                "include-operation-id": "set_permissions",
                "checks": {"ensure_resource_availability": {"enabled": False}},
            },
            # Drawings of all pages, each in a process of its own: a second for every answer.
            *(
                {
                    "include-operation-id": name,
                    "generation": {"max-examples": 1},
                    "phases": {"coverage": {"enabled": False}},
                }
                for name in ("pack_lesson", "get_report")
            ),
            # They void the very token with which all else is asked; see test_signing_in.py.
            *(
                {"include-operation-id": name, "enabled": False}
                for name in ("sign_out", "sign_user_out", "revoke_token")
            ),
        ],
    }
    return schemathesis.openapi.from_asgi(
        "/openapi.json", app, config=SchemathesisConfig.from_dict(config)
    )


@schemathesis.serializer("application/pdf", "application/zip")
def _as_it_is(_: object, value: Any) -> bytes:  # noqa: ANN401 - whatever was generated
    """Send a generated document as its bytes; it has no serializer for this type of its own."""
    content = getattr(value, "data", value)
    return content if isinstance(content, bytes) else str(content).encode(errors="replace")


def findings_of(schema: BaseSchema) -> Findings:
    """Run all phases and return what is wrong, by operation and kind."""
    found = Findings({}, Counter(), set())
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found.phases.add(event.phase.value)
            note(event.recorder, found)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.failures["engine", type(event).__name__] = repr(event)
    return found


def note(recorder: Any, found: Findings) -> None:  # noqa: ANN401 - schemathesis keeps its type to itself
    for interaction in recorder.interactions.values():
        found.statuses[int(interaction.response.status_code)] += 1
    for case_id, checks in recorder.checks.items():
        operation = recorder.cases[case_id].value.operation.label
        for check in checks:
            if check.failure_info is not None:
                told = f"{check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                found.failures.setdefault((operation, check.failure_info.failure.title), told)


TAKEN = "Schema-violating request accepted"


def explained(failures: dict[tuple[str, str], str]) -> str:
    return "\n\n".join(
        f"{operation}: {title}\n{told}" for (operation, title), told in failures.items()
    )


@pytest.mark.parametrize(
    ("max_examples", "least_cases"),
    [
        pytest.param(5, 1_000, id="1,000 cases"),
        pytest.param(90, 5_000, id="5,000 cases", marks=pytest.mark.proof),
    ],
)
def test_the_api_is_what_its_document_says(
    attended: AttendedApp,
    clock: ManualClock,
    max_examples: int,
    least_cases: int,
    record_proof: RecordProof,
) -> None:
    """[T8] No 5xx, no status, content type, header or body but the documented, no ignored token."""
    found = findings_of(schema_of(attended, clock, max_examples=max_examples))
    broken = sum(count for status, count in found.statuses.items() if status >= 500)
    record_proof(
        "T8",
        f"requests by schemathesis, in {len(found.phases)} phases; {len(found.failures)} answers"
        " that the OpenAPI document does not have",
        found.statuses.total(),
        errors_5xx=broken,
    )
    assert not found.failures, explained(found.failures)
    assert found.phases >= {"examples", "coverage", "fuzzing", "stateful"}
    assert found.statuses.total() >= least_cases
    # Not only refusals: much of what was sent was done.
    done = sum(count for status, count in found.statuses.items() if status < 300)
    assert done >= least_cases // 5
    assert broken == 0


BROKEN = f"{API}/broken/"
SEAT = "#/components/schemas/SeatIn"


@pytest.mark.parametrize(
    ("response", "title"),
    [
        (JSONResponse({}, status_code=500), "Server error"),
        (JSONResponse({}, status_code=418), "Undocumented status code"),
        (PlainTextResponse("{}"), "Undocumented Content-Type"),
        (JSONResponse({"status": 7}), "Response violates schema"),
        (JSONResponse({"status": "ok"}), "API accepts requests without authentication"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_route_that_does_something_else_is_found(
    attended: AttendedApp, clock: ManualClock, response: Response, title: str
) -> None:
    """Or the test above could not fail. The last one says that it wants a token, and takes none."""
    app: Any = attended
    with asgi.get_client(app, max_stream_events=1):
        assert attended.school is not None
    break_at(attended.school.app, response)
    schema = schema_of(attended, clock, max_examples=5, only=BROKEN)
    assert (f"GET {BROKEN}", title) in findings_of(schema).failures


def break_at(app: FastAPI, response: Response) -> None:
    """Add a route that answers with `response`, whatever its document says."""

    @app.get(BROKEN, dependencies=BEARER, response_model=Health)
    async def broken() -> Response:
        return response

    # In front: the pages answer to every path that is left.
    app.router.routes.insert(0, app.router.routes.pop())


def test_a_route_that_takes_what_it_should_not_is_found(
    attended: AttendedApp, clock: ManualClock
) -> None:
    """One that says of its body what a seat's key is like, and looks at nothing."""
    app: Any = attended
    with asgi.get_client(app, max_stream_events=1):
        assert attended.school is not None
    school = attended.school.app

    body = {"required": True, "content": {"application/json": {"schema": {"$ref": SEAT}}}}

    @school.post(BROKEN, response_model=Health, openapi_extra={"requestBody": body})
    async def careless() -> Response:
        return JSONResponse({"status": "ok"})

    school.router.routes.insert(0, school.router.routes.pop())
    schema = schema_of(attended, clock, max_examples=20, only=BROKEN)
    assert (f"POST {BROKEN}", TAKEN) in findings_of(schema).failures
