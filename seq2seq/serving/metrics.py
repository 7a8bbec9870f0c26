"""Counters, histograms and gauges in Prometheus's text format."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TypeVar

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128)

Labels = dict[str, str]
Sample = tuple[str, Labels, float]  # the ending of the name, the labels, the value

_Key = tuple[tuple[str, str], ...]  # labels as the key of a dictionary


class Counter:
    """A number per set of labels that only grows."""

    kind = "counter"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[_Key, int] = {}

    def add(self, **labels: str) -> None:
        """Counts one more."""
        key = tuple(labels.items())
        with self._lock:
            self._values[key] = self._values.get(key, 0) + 1

    def samples(self) -> Iterable[Sample]:
        """The number of each set of labels."""
        with self._lock:
            return [("", dict(key), value) for key, value in self._values.items()]


class Histogram:
    """How many values of each set of labels are at most as large as each bound.

    Args:
        bounds: The bounds in rising order; a last one, infinity, is added.
    """

    kind = "histogram"

    def __init__(self, bounds: tuple[float, ...]):
        self._bounds = bounds
        self._lock = threading.Lock()
        self._counts: dict[_Key, list[int]] = {}  # of each bound alone
        self._totals: dict[_Key, float] = {}

    def observe(self, value: float, **labels: str) -> None:
        """Counts a value."""
        key = tuple(labels.items())
        with self._lock:
            counts = self._counts.setdefault(key, [0] * (len(self._bounds) + 1))
            counts[bisect_left(self._bounds, value)] += 1
            self._totals[key] = self._totals.get(key, 0.0) + value

    def samples(self) -> Iterable[Sample]:
        """The buckets, the sum and the number of values of each set of labels."""
        with self._lock:
            series = [
                (dict(key), list(counts), self._totals[key]) for key, counts in self._counts.items()
            ]

        bounds = [*map(str, self._bounds), "+Inf"]
        for labels, counts, total in series:
            reached = 0
            for bound, count in zip(bounds, counts, strict=True):
                reached += count
                yield "_bucket", {**labels, "le": bound}, reached
            yield "_sum", labels, total
            yield "_count", labels, reached


class Gauge:
    """Numbers that are read when they are asked for.

    Args:
        read: Gives pairs of labels and a number.
    """

    kind = "gauge"

    def __init__(self, read: Callable[[], Iterable[tuple[Labels, float]]]):
        self._read = read

    def samples(self) -> Iterable[Sample]:
        """What the function gives now."""
        return [("", labels, value) for labels, value in self._read()]


_Metric = TypeVar("_Metric", Counter, Histogram, Gauge)


class Metrics:
    """The metrics of a server; more can be registered by name.

    Attributes:
        requests: Requests by route and status.
        seconds: Time of requests by route.
        batch_rows: Sizes of batches by model and signature.
        batch_seconds: Times of batches by model and signature.
    """

    def __init__(self) -> None:
        self._registered: dict[str, tuple[str, Counter | Histogram | Gauge]] = {}
        self.requests = self.register(
            "seq2seq_requests_total", "Requests, by their route and status.", Counter()
        )
        self.seconds = self.register(
            "seq2seq_request_seconds", "Time to the end of an answer.", Histogram(SECONDS)
        )
        self.batch_rows = self.register(
            "seq2seq_batch_rows", "Sentences per call of a model.", Histogram(ROWS)
        )
        self.batch_seconds = self.register(
            "seq2seq_batch_seconds", "Time of a call of a model.", Histogram(SECONDS)
        )

    def register(self, name: str, help_text: str, metric: _Metric) -> _Metric:
        """Adds a metric and returns it."""
        self._registered[name] = (help_text, metric)
        return metric

    def text(self) -> str:
        """All metrics as `text/plain; version=0.0.4`."""
        lines = []
        for name, (help_text, metric) in self._registered.items():
            lines.append(f"# HELP {name} {help_text}")
            lines.append(f"# TYPE {name} {metric.kind}")
            for suffix, labels, value in metric.samples():
                lines.append(f"{name}{suffix}{_braces(labels)} {value}")

        return "\n".join(lines) + "\n"


def _braces(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
