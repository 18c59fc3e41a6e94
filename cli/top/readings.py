"""What a server counts of itself, read at a moment, and what happened between two of them."""

from collections.abc import Mapping, Sequence
from typing import Final, Self

import msgspec
from prometheus_client.parser import text_string_to_metric_families

_PREFIX: Final = "lessonroom_"
_BUCKET: Final = "_bucket"

Buckets = Sequence[tuple[float, float]]
"""Upper end and how many values were at most that, ascending; the last end is infinite."""


class Reading(msgspec.Struct, frozen=True):
    """The metrics of one look; names are without `lessonroom_`.

    `values` are counters and gauges, added up over their labels; `by_label` has those with one
    label apart; `buckets` are histograms, cumulative.
    """

    at_s: float
    """On a clock that only goes on."""
    values: Mapping[str, float]
    by_label: Mapping[str, Mapping[str, float]]
    buckets: Mapping[str, Buckets]

    @classmethod
    def of(cls, text: str, *, at_s: float) -> Self:
        """Return what a scrape says, in the format of Prometheus.

        Raises:
            ValueError: it is in no such format.

        """
        values: dict[str, float] = {}
        by_label: dict[str, dict[str, float]] = {}
        buckets: dict[str, list[tuple[float, float]]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                name = sample.name.removeprefix(_PREFIX)
                if name.endswith(_BUCKET):
                    ends = buckets.setdefault(name.removesuffix(_BUCKET), [])
                    ends.append((float(sample.labels["le"]), sample.value))
                    continue
                values[name] = values.get(name, 0.0) + sample.value
                if len(sample.labels) == 1:
                    (label,) = sample.labels.values()
                    by_label.setdefault(name, {})[label] = sample.value
        return cls(at_s, values, by_label, buckets)

    def value(self, name: str) -> float:
        """Return a counter or gauge; 0 where the server has none of that name."""
        return self.values.get(name, 0.0)


class Interval(msgspec.Struct, frozen=True):
    """What happened between two looks. A server that began anew meanwhile counts from then on."""

    before: Reading
    after: Reading

    def per_s(self, name: str) -> float:
        """Return how fast a counter rose."""
        seconds = self.after.at_s - self.before.at_s
        return self._rise(self.before.value(name), self.after.value(name)) / seconds

    def rises(self, name: str) -> dict[str, float]:
        """Return by how much each of a counter's labels rose, where it did; the most first."""
        before = self.before.by_label.get(name, {})
        risen = {
            label: self._rise(before.get(label, 0.0), value)
            for label, value in self.after.by_label.get(name, {}).items()
        }
        most = sorted(risen.items(), key=lambda item: -item[1])
        return {label: rise for label, rise in most if rise > 0}

    def quantile(self, name: str, share: float) -> float | None:
        """Return what so many of a histogram's values were at most; None where there was none.

        Between the ends of a bucket values are taken to lie evenly, as Prometheus does; what is
        past the last end counts as that.
        """
        after = self.after.buckets.get(name, ())
        before = dict(self.before.buckets.get(name, ()))
        rises = [(end, self._rise(before.get(end, 0.0), count)) for end, count in after]
        if not rises or not rises[-1][1]:
            return None
        wanted = share * rises[-1][1]
        low_end = low_count = 0.0
        for end, count in rises:
            if count >= wanted and count > low_count:
                if end == float("inf"):
                    return low_end
                return low_end + (end - low_end) * (wanted - low_count) / (count - low_count)
            low_end, low_count = end, count
        return low_end

    @staticmethod
    def _rise(before: float, after: float) -> float:
        return after - before if after >= before else after
