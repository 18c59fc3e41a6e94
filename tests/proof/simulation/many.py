"""Many seeds, on several processes."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import msgspec
import structlog

from tests.proof.simulation.sabotage import Sabotage
from tests.proof.simulation.simulate import Report, simulate

_SEEDS_A_TASK: Final = 50
_MOST_REPORTS: Final = 5


class Summary(msgspec.Struct):
    """What many seeds came to. Of the seeds that broke a promise, only the first few are kept."""

    seeds: int = 0
    broken: int = 0
    reports: list[Report] = []
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    traces: list[str] = []

    def add(self, other: "Summary") -> None:
        """Take up what other seeds came to."""
        self.seeds += other.seeds
        self.broken += other.broken
        self.reports = [*self.reports, *other.reports][:_MOST_REPORTS]
        self.counts += other.counts
        self.traces += other.traces

    def __str__(self) -> str:
        lines = [f"{self.broken} of {self.seeds} seeds broke a promise"]
        for report in self.reports:
            lines.append(f"simulate({report.seed}):")
            lines += [f"    {violation}" for violation in report.violations[:_MOST_REPORTS]]
        return "\n".join(lines)


def simulate_many(seeds: range, *, processes: int, sabotage: Sabotage = Sabotage.NONE) -> Summary:
    """Live through all seeds and gather what they came to."""
    tasks = [seeds[first : first + _SEEDS_A_TASK] for first in range(0, len(seeds), _SEEDS_A_TASK)]
    context = multiprocessing.get_context("spawn")
    summary = Summary()
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_hush) as pool:
        for part in pool.map(_simulate_some, tasks, [sabotage] * len(tasks)):
            summary.add(part)
    return summary


def _hush() -> None:
    """Log nothing: what is made to fail fails thousands of times."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(50), cache_logger_on_first_use=True
    )


def _simulate_some(seeds: Iterable[int], sabotage: Sabotage) -> Summary:
    summary = Summary()
    for seed in seeds:
        report = simulate(seed, sabotage=sabotage)
        is_broken = bool(report.violations)
        summary.add(
            Summary(
                seeds=1,
                broken=is_broken,
                reports=[report] if is_broken else [],
                counts=Counter(report.counts),
                traces=[report.trace],
            )
        )
    return summary
