"""Counters, histograms and gauges in Prometheus's text format."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128)

Labels = dict[str, str]


class Counter:
    """A number per set of labels that only grows."""

    kind = "counter"

    def __init__(self):
        self._lock, self._values = threading.Lock(), {}

    def add(self, **labels: str) -> None:
        key = tuple(labels.items())
        with self._lock:
            self._values[key] = self._values.get(key, 0) + 1

    def samples(self) -> Iterable[tuple[str, Labels, float]]:
        with self._lock:
            return [("", dict(key), value) for key, value in self._values.items()]


class Histogram:
    """How often each set of labels met values up to each bound."""

    kind = "histogram"

    def __init__(self, bounds: tuple[float, ...]):
        self._bounds, self._lock, self._series = bounds, threading.Lock(), {}

    def observe(self, value: float, **labels: str) -> None:
        key = tuple(labels.items())
        with self._lock:
            counts, total = self._series.get(key) or ([0] * (len(self._bounds) + 1), 0.0)
            counts[bisect_left(self._bounds, value)] += 1
            self._series[key] = (counts, total + value)

    def samples(self) -> Iterable[tuple[str, Labels, float]]:
        with self._lock:
            series = [
                (dict(key), list(counts), total) for key, (counts, total) in self._series.items()
            ]
        for labels, counts, total in series:
            reached = 0
            for bound, count in zip([*map(str, self._bounds), "+Inf"], counts, strict=True):
                reached += count
                yield "_bucket", {**labels, "le": bound}, reached
            yield "_sum", labels, total
            yield "_count", labels, reached


class Gauge:
    """What a function says at the time of asking: pairs of labels and a number."""

    kind = "gauge"

    def __init__(self, read: Callable[[], Iterable[tuple[Labels, float]]]):
        self._read = read

    def samples(self) -> Iterable[tuple[str, Labels, float]]:
        return [("", labels, value) for labels, value in self._read()]


class Metrics:
    """The metrics of a server; more can be registered by name."""

    def __init__(self):
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

    def register(self, name: str, help_text: str, metric):
        """Adds a metric and returns it."""
        self._registered[name] = (help_text, metric)
        return metric

    def text(self) -> str:
        """All of it, as `text/plain; version=0.0.4`."""
        lines = []
        for name, (help_text, metric) in self._registered.items():
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {metric.kind}"]
            lines += [
                f"{name}{suffix}{_braces(labels)} {value}"
                for suffix, labels, value in metric.samples()
            ]
        return "\n".join(lines) + "\n"


def _braces(labels):
    if not labels:
        return ""
    escaped = {
        name: str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
