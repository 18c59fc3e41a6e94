"""The deterministic simulation: whole lessons out of a seed, with everything going wrong."""

import os

import pytest

from tests.proof.simulation.many import simulate_many
from tests.proof.simulation.sabotage import Sabotage
from tests.proof.simulation.simulate import Report, simulate
from tests.proof.support.figures import proof
from tests.recording import RecordProof

pytestmark = pytest.mark.slow

PUSH, PROOF = 2_000, proof(100_000)
CONTROL = 400
PINNED: tuple[int, ...] = (
    *(52, 66, 72, 118, 189, 481, 568, 2_827, 5_678, 7_722, 10_034, 11_509, 11_627, 12_613, 18_806),
)
"""Seeds that once showed a fault, of the server or of a client."""


@pytest.mark.parametrize(
    "seeds",
    [PUSH, pytest.param(PROOF, marks=pytest.mark.proof)],
)
def test_no_seed_breaks_a_promise(seeds: int, record_proof: RecordProof) -> None:
    """[T4] [P2] [P3] [P4] [P5] [P6] [P7] [P8] [P11] [P20] [P21] Real actors, core, clients.

    The network is late, drops, and lets connections overtake each other; commits fail, or succeed
    and say that they failed; servers are killed, stopped, and break; people are kicked, invited,
    lose and get permissions; the wall clock jumps by hours. Pages draw offline, far more at once
    than may be unanswered, are refused for the moment, and are loaded anew with what they kept.
    """
    summary = simulate_many(range(seeds), processes=os.cpu_count() or 1)
    counts = summary.counts
    passing = counts["refused unavailable"] + counts["refused rate_limited"]
    record_proof(
        "T4",
        f"simulated lessons: {counts['events']} events, {counts['kill'] + counts['stop']} restarts,"
        f" {counts['commit full'] + counts['commit ambiguous'] + counts['commit refused']} failed"
        f" commits, {passing} passing refusals,"
        f" {counts['strokes']} strokes in pieces, {counts['absorbed']} submissions squashed,"
        f" {counts['reload']} pages loaded anew, {counts['kick']} kicks",
        summary.seeds,
        lost=_broken(summary.reports, "[P1]", "[P2]", "[P5]"),
        doubled=_broken(summary.reports, "[P4"),
        diverged=_broken(summary.reports, "[P3]", "[P6]", "[P7"),
        crashed=_broken(summary.reports, "[P20]", "[P19]"),
    )
    assert summary.broken == 0, str(summary)
    for what in (
        *("kill", "stop", "break_room", "turn_wall_clock", "kick", "invite", "restore"),
        *("commit full", "commit ambiguous", "commit refused"),
        *("sync full", "sync delta", "acks", "refused unavailable", "refused permission_denied"),
        *("refused rate_limited", "refused conflict", "strokes", "absorbed", "reload", "flood"),
        *("close 1011", "close 1012", "close 4409", "close 4413", "close 4503"),
    ):
        assert counts[what] > 0, f"no seed has met {what}"


@pytest.mark.parametrize("seed", PINNED)
@pytest.mark.logs_errors
def test_a_seed_that_once_failed_does_not_fail_again(seed: int) -> None:
    """[T4] [P7] Pinned for ever."""
    assert simulate(seed).violations == []


@pytest.mark.logs_errors
def test_the_same_seed_is_the_same_lesson_in_another_process() -> None:
    """[T4] [P3] Or a seed that fails could not be looked at."""
    elsewhere = simulate_many(range(20), processes=1).traces
    assert [simulate(seed).trace for seed in range(20)] == elsewhere
    assert len(set(elsewhere)) == 20


@pytest.mark.proof
@pytest.mark.parametrize("sabotage", [kind for kind in Sabotage if kind is not Sabotage.NONE])
def test_sabotage_is_found_out(sabotage: Sabotage, record_proof: RecordProof) -> None:
    """[T4] [P1] [P4] [P5] [P11] The harness has teeth, for the server and for its clients."""
    summary = simulate_many(range(CONTROL), processes=os.cpu_count() or 1, sabotage=sabotage)
    record_proof(
        "T4",
        f"control: a server that {sabotage}",
        summary.seeds,
        control=f"found out by {summary.broken} seeds",
    )
    assert summary.broken > 0


def _broken(reports: list[Report], *promises: str) -> int:
    return sum(
        any(violation.startswith(promises) for violation in report.violations) for report in reports
    )
