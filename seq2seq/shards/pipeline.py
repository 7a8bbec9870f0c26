"""Shards on Apache Beam: `Create(numbers) | Reshuffle | ParDo`, on any runner that Beam has.

An element of the pipeline is the number of a shard, not a line: lines would lose their order and
their batches of similar lengths. Nothing flows back. What a worker has done lies in the folder of
the shards, which all workers have to see, as they have to see input and models. A runner may
therefore repeat an element, and a job that has died is run again.

Reference:
    https://beam.apache.org/documentation/programming-guide/
"""

import contextlib
import io
import logging
from collections.abc import Callable, Iterator, Sequence

import apache_beam as beam  # pyright: ignore[reportMissingImports]
from apache_beam.metrics import Metrics  # pyright: ignore[reportMissingImports]
from apache_beam.options.pipeline_options import (  # pyright: ignore[reportMissingImports]
    PipelineOptions,
)
from apache_beam.runners.runner import (  # pyright: ignore[reportMissingImports]
    PipelineState,
    create_runner,
)
from apache_beam.utils.shared import Shared  # pyright: ignore[reportMissingImports]

from seq2seq.errors import InputError
from seq2seq.shards.job import Job, Shards, Translate

# Beam's own choice, the Prism runner, first fetches a program from the network.
_RUNNERS = {"direct": "FnApiRunner"}

_NAMESPACE = "seq2seq"
COUNTERS = ("shards", "lines", "there", "refused")

_MOST_OF_A_REASON = 300  # characters of Beam's message

_log = logging.getLogger(__name__)


def run_pipeline(
    job: Job,
    shards: Sequence[int],
    load: Callable[[], Translate],
    *,
    runner: str,
    options: Sequence[str] = (),
) -> dict[str, int]:
    """Translates shards on a runner, and waits until it has ended.

    Args:
        job: The job, as all workers find its files.
        shards: The numbers of the shards.
        load: Loads what translates, once in each worker process.
        runner: "direct", "flink", "spark", "dataflow", or any other name that Beam knows.
        options: Options of Beam and of the runner, such as "parallelism=8".

    Returns:
        What the workers have counted: `shards` and `lines` that they translated, shards that were
        `there`, and those that they `refused`, for a mistake that a repetition would not mend. A
        runner may count repetitions twice, or nothing at all.

    Raises:
        InputError: Beam knows no such runner or takes no such option, or the pipeline failed. The
            shards that are done stay.
    """
    chosen = _find_runner(runner)
    parsed = _parse(options)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    try:
        pipeline = beam.Pipeline(runner=chosen, options=parsed)
        spread = pipeline | "Shards" >> beam.Create(list(shards)) | "Spread" >> beam.Reshuffle()
        _ = spread | "Translate" >> beam.ParDo(_DoShard(job, load))
        result = pipeline.run()
        state = result.wait_until_finish()
    except Exception as error:  # of any runner
        raise _failure(runner, str(error)) from error

    if state != PipelineState.DONE:
        raise _failure(runner, f"it ended as {state}")
    return _counts(result)


class _DoShard(beam.DoFn):
    """Does the shards whose numbers it is given."""

    def __init__(self, job: Job, load: Callable[[], Translate]):
        self._job = job
        self._load = load
        self._shared = Shared()  # by all threads of a worker process
        self._counters = {name: Metrics.counter(_NAMESPACE, name) for name in COUNTERS}

    def setup(self) -> None:
        """Loads the models, unless another thread of the process has."""
        self._translate = self._shared.acquire(self._load)
        self._shards = Shards(self._job)

    def process(self, element: int) -> Iterator[int]:
        """Does a shard, and yields nothing: the folder holds what comes of it."""
        try:
            done = self._shards.do(element, self._translate)
        except InputError as error:
            _log.error("%s", error)
            self._counters["refused"].inc()
            return

        if done:
            self._counters["shards"].inc()
            self._counters["lines"].inc(len(self._shards.ranges[element]))
        else:
            self._counters["there"].inc()
        yield from ()


def _parse(options: Sequence[str]) -> PipelineOptions:
    """The options as Beam understands them.

    Raises:
        InputError: It refuses one. Those that it does not know it leaves to the runner.
    """
    messages = io.StringIO()
    try:
        with contextlib.redirect_stderr(messages):
            parsed = PipelineOptions([f"--{option}" for option in options])
            parsed.get_all_options(retain_unknown_options=True)
    except SystemExit as error:
        _, _, reason = messages.getvalue().rpartition("error: ")
        raise InputError(
            "Expected --runner-option NAME=VALUE as Apache Beam takes it. "
            f"Received: {_shortened(reason)}. Give another."
        ) from error
    return parsed


def _find_runner(name: str) -> object:
    """Makes the runner of a name.

    Raises:
        InputError: Beam has none of this name, or its packages are missing.
    """
    try:
        return create_runner(_RUNNERS.get(name, name))
    except (ImportError, ValueError, AttributeError) as error:
        raise InputError(
            "Expected a runner of Apache Beam: direct, flink, spark, dataflow or another. "
            f"Received: {name}: {_shortened(str(error))}."
        ) from error


def _counts(result: object) -> dict[str, int]:
    """What the workers have counted; nothing from a runner that keeps no count."""
    counts: dict[str, int] = dict.fromkeys(COUNTERS, 0)
    try:
        counters = result.metrics().query()["counters"]  # pyright: ignore[reportAttributeAccessIssue]
    except (AttributeError, NotImplementedError, ValueError):
        return counts

    for counter in counters:
        if counter.key.metric.namespace == _NAMESPACE:
            counts[counter.key.metric.name] += counter.result
    return counts


def _failure(runner: str, reason: str) -> InputError:
    return InputError(
        f"Expected the runner {runner} to end well. Received: {_shortened(reason)}. "
        "The shards that are there stay: run the same command to go on."
    )


def _shortened(reason: str) -> str:
    return " ".join(reason.split())[:_MOST_OF_A_REASON].rstrip(". ")
