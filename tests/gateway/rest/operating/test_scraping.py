"""`/metrics`: who may read it, and that it tells the truth.

Tests also: gateway/metrics.py.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.config import GatewayConfig
from gateway.metrics import LoopLag, Metrics
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock

_SCRAPER = "198.51.100.7"
ALLOWING = GatewayConfig(metrics_allowed=("198.51.100.0/29",))


async def scraped(school: School) -> dict[str, float]:
    """Return all samples, by name and labels."""
    response = await school.call("GET", "/metrics", address=_SCRAPER)
    assert response.status_code == 200, response.text
    return samples(response.text)


def samples(text: str) -> dict[str, float]:
    return {
        sample.name + _labels(sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _labels(labels: Mapping[str, str]) -> str:
    return "".join(f"{{{name}={value}}}" for name, value in sorted(labels.items()))


async def test_allowed_addresses_and_the_socket_read_it_and_nobody_else_does(opened: Open) -> None:
    """[API metrics] Others get 404; a token of the operator's is not asked for."""
    async with opened(config=ALLOWING, metrics=Metrics()) as school:
        assert (await school.call("GET", "/metrics", address=_SCRAPER)).status_code == 200
        assert (await school.operate("GET", "/metrics")).status_code == 200
        refused = await school.call("GET", "/metrics", address="198.51.100.8")
        assert refused.status_code == 404


async def test_an_address_behind_a_proxy_is_that_of_the_client(opened: Open) -> None:
    """[SECURITY X-Forwarded-For] Allowing loopback opens it to nobody behind a proxy."""
    config = GatewayConfig(metrics_allowed=("127.0.0.1",), trusted_proxies=("127.0.0.1",))
    async with opened(config=config, metrics=Metrics()) as school:
        direct = await school.call("GET", "/metrics", address="127.0.0.1")
        assert direct.status_code == 200
        passed_on = await school.call(
            "GET", "/metrics", address="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.9"}
        )
        assert passed_on.status_code == 404


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/plain"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics"),
    ],
)
async def test_it_comes_in_the_format_that_was_asked_for(
    opened: Open, accept: str, media_type: str
) -> None:
    """[Prometheus exposition formats] Text, or OpenMetrics for who asks for that."""
    async with opened(config=ALLOWING, metrics=Metrics()) as school:
        response = await school.call(
            "GET", "/metrics", address=_SCRAPER, headers={"Accept": accept}
        )
        assert response.headers["content-type"].startswith(media_type)


async def test_what_happens_is_counted(opened: Open) -> None:
    """[API metrics] Rooms, people, events, commits and refusals, by code."""
    async with opened(config=ALLOWING, metrics=Metrics()) as school:
        before = await scraped(school)
        assert before["lessonroom_rooms"] == 0
        assert before["lessonroom_database_writable"] == 1
        session = await school.session()
        joined = await school.join(session, name="Grace")
        await school.connect(joined)
        await school.call("GET", f"{API}/sessions/nothing/", token=school.user_token("Ada"))
        after = await scraped(school)
        assert after["lessonroom_rooms"] == 1
        assert after["lessonroom_participants"] == 1
        # The room's opening, the seat, the first arrival: all but what began the session.
        live = school.app.state.services.rooms.live()
        assert after["lessonroom_events_total"] == live[0].head - 1
        assert after["lessonroom_commit_seconds_count"] >= 1
        assert after["lessonroom_commit_events_sum"] == after["lessonroom_events_total"]
        assert after["lessonroom_flush_seconds_count"] >= 1
        assert after["lessonroom_refusals_total{code=not_found}"] == 1
        assert after["lessonroom_refusals_total{code=rate_limited}"] == 0


async def test_no_series_names_a_session_or_a_person(opened: Open) -> None:
    """[API metrics] Labels are codes, bounds of histograms, and what the platform is."""
    async with opened(config=ALLOWING, metrics=Metrics()) as school:
        session = await school.session(title="Fractions")
        await school.join(session, name="Grace")
        text = (await school.call("GET", "/metrics", address=_SCRAPER)).text
        assert session["session_id"] not in text
        assert "Grace" not in text
        names = {
            label
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            for label in sample.labels
        }
        platform = {"implementation", "major", "minor", "patchlevel", "version", "generation"}
        assert names <= {"code", "le", "work", "outcome"} | platform


class HeldUpClock(ManualClock):
    """Calls what was scheduled when the test says that the loop got to it."""

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Any:  # noqa: ANN401 - as in the clock
        self.callback = callback
        # The loop is busy with something else: it calls when the test does.
        return super().call_later(delay_s, lambda: None)


def test_the_loops_lag_is_how_late_it_calls() -> None:
    """[API metrics] A loop that was held up for 0.3 s shows as 0.3 s."""
    clock, metrics = HeldUpClock(), Metrics()
    lag = LoopLag(metrics, clock)
    lag.start()
    clock.advance(0.8)
    clock.callback()
    lag.stop()
    text, _ = metrics.rendered("")
    found = samples(text.decode())
    assert found["lessonroom_loop_lag_seconds_count"] == 1
    assert found["lessonroom_loop_lag_seconds_sum"] == pytest.approx(0.3)


async def test_the_operators_guide_lists_every_metric(opened: Open) -> None:
    """[issue 3 item 9] Each of ours, with its type; those of the process are Prometheus's own."""
    guide = (Path(__file__).parents[4] / "docs" / "operations.md").read_text()
    told = set(re.findall(r"^\| `(lessonroom_\w+)` \| (\w+) \|", guide, re.MULTILINE))
    async with opened(config=ALLOWING, metrics=Metrics()) as school:
        text = (await school.operate("GET", "/metrics")).text
    counted = {
        (family.name + ("_total" if family.type == "counter" else ""), family.type)
        for family in text_string_to_metric_families(text)
        if family.name.startswith("lessonroom_") and not family.name.endswith("_created")
    }
    assert counted == told
