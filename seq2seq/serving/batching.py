"""The threads that run TensorFlow, on the rows of as many requests at once as are waiting."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from seq2seq.cpu import rows_each
from seq2seq.serving import outputs as output_rows
from seq2seq.serving.aside import aside
from seq2seq.serving.metrics import Gauge, Metrics
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.version import Signature, Tensors

MOST_WAITING = 10_000  # rows; more are refused

# What is done at once, because a thread takes a while, too.
_FEW_ROWS = 4096  # that are sorted
_FEW_VALUES = 256 * 2**10  # of which what is kept is copied


@dataclass(eq=False)
class _Job:
    """A call that a request asks for."""

    signature: Signature
    inputs: Tensors
    rows: int
    future: "Future[Tensors]" = field(default_factory=Future)


class Batcher:
    """Runs signatures in batches.

    Jobs of the same signature, and so of the same version of a model, share a call. A job that
    finds an idle thread runs at once. After a batch of several jobs the thread waits for more of
    them, up to the delay, because clients that have just been answered tend to ask again. Threads
    that are idle at the same time share the jobs that wait.

    Args:
        max_batch_size: The most rows of a call.
        delay: The longest wait for more jobs, in seconds.
        metrics: Where sizes and times of batches go.
        threads: Calls at once.
    """

    def __init__(self, *, max_batch_size: int, delay: float, metrics: Metrics, threads: int = 1):
        self.max_batch_size = max_batch_size
        self._delay = delay
        self._metrics = metrics

        self._changed = threading.Condition()  # guards all that follows
        self._jobs: deque[_Job] = deque()
        self._waiting = 0  # rows of these jobs
        self._idle = threads
        self._gather_until = 0.0
        self._closed = False

        metrics.register(
            "seq2seq_queue_rows",
            "Sentences that wait for a call.",
            Gauge(lambda: [({}, self._waiting)]),
        )
        self._threads = [
            threading.Thread(target=self._work, name="tensorflow", daemon=True)
            for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(
        self,
        signature: Signature,
        inputs: Tensors,
        *,
        keep: output_rows.Keep = output_rows.own,
        check: Callable[[int], None] | None = None,
    ) -> list[Tensors]:
        """Runs a signature on any number of rows.

        Many rows are sorted by length and computed in parts. As many parts as there are threads are
        queued at a time, so that other requests have their turn in between.

        Args:
            signature: The signature; its inputs have the batch as their first axis.
            inputs: Its inputs, all of the same number of rows.
            keep: Makes what is kept of a row; it copies, so that the batch does not stay in memory.
            check: Raises a `Refusal` if so many values are too many for an answer.

        Returns:
            What is kept of the outputs of each row.

        Raises:
            Refusal: The signature does not return a row for each row, or too many rows wait.
        """
        rows = len(next(iter(inputs.values())))
        threads = len(self._threads)
        size = rows_each(rows, threads, most=self._most_rows(signature))
        order = np.arange(rows)
        if rows > _FEW_ROWS:
            order = await aside(_by_length, inputs, rows)
        elif rows > size:
            order = _by_length(inputs, rows)
        results: list[Tensors] = [{}] * rows
        values = 0

        async def compute(part: np.ndarray) -> None:
            of_part = {name: array[part] for name, array in inputs.items()}
            outputs = await self.call(signature, of_part)
            if not _has_rows(outputs, len(part)):
                raise Refusal(
                    400,
                    f"Expected a signature with a row per instance. Received: {signature.name}.",
                )

            kept = await _kept(outputs, len(part), keep)
            for row, own in zip(part, kept, strict=True):
                results[row] = own

            nonlocal values
            values += sum(map(output_rows.values, kept))
            if check:
                check(values)

        parts = [order[start : start + size] for start in range(0, rows, size)]
        if len(parts) == 1:  # as of most requests: a task of its own would take longer than it
            await compute(parts[0])
            return results

        for start in range(0, len(parts), threads):
            await asyncio.gather(*map(compute, parts[start : start + threads]))

        return results

    async def call(self, signature: Signature, inputs: Tensors) -> Tensors:
        """Runs a signature once, together with other requests if the signature allows it.

        Raises:
            Refusal: Too many rows wait, or the batcher is closed.
        """
        rows = len(next(iter(inputs.values()))) if signature.batches else 1
        job = _Job(signature, inputs, rows)

        with self._changed:
            if self._closed or self._waiting + rows > MOST_WAITING:
                raise Refusal(
                    503,
                    "Expected fewer sentences at once. Received more than can wait. "
                    "Try again later.",
                )
            self._jobs.append(job)
            self._waiting += rows
            self._changed.notify_all()

        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            self._forget(job)
            raise

    def _forget(self, job: _Job) -> None:
        """Takes a job whose client has gone out of the queue, which has room for others then."""
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)
                self._waiting -= job.rows

    def close(self) -> None:
        """Finishes what waits, and ends the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        """What each thread does until the batcher is closed."""
        while (jobs := self._next()) is not None:
            jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if jobs:
                self._serve(jobs)

            del jobs  # a job keeps its version in memory, even one that has been replaced
            with self._changed:
                self._idle += 1

    def _next(self) -> list[_Job] | None:
        """Waits for the next batch of a thread, which then is not idle; None after the last one."""
        with self._changed:
            while (seconds := self._seconds_to_wait()) != 0:
                if self._closed and not self._jobs:
                    return None
                self._changed.wait(seconds)

            most = self._most_rows(self._jobs[0].signature)
            jobs = _fitting(self._jobs, rows_each(self._waiting, self._idle, most=most))
            chosen = {id(job) for job in jobs}
            self._jobs = deque(job for job in self._jobs if id(job) not in chosen)

            self._waiting -= sum(job.rows for job in jobs)
            self._idle -= 1
            self._gather_until = 0.0  # what is left is for the other idle threads
            return jobs

    def _most_rows(self, signature: Signature) -> int:
        """The most rows of a call of the signature."""
        return min(self.max_batch_size, signature.most_rows or self.max_batch_size)

    def _seconds_to_wait(self) -> float | None:
        """0 if a batch can begin, None if there are no jobs."""
        if not self._jobs:
            return None
        if self._closed or self._waiting >= self.max_batch_size:
            return 0
        return max(self._gather_until - time.monotonic(), 0)

    def _serve(self, jobs: list[_Job]) -> None:
        started = time.monotonic()
        _compute(jobs)
        ended = time.monotonic()

        labels = {"model": jobs[0].signature.model, "signature": jobs[0].signature.name}
        self._metrics.batch_rows.observe(sum(job.rows for job in jobs), **labels)
        self._metrics.batch_seconds.observe(ended - started, **labels)

        if len(jobs) > 1:
            with self._changed:
                self._gather_until = ended + self._delay


async def _kept(outputs: Tensors, rows: int, keep: output_rows.Keep) -> list[Tensors]:
    """What is kept of each row; of many values it is made in a thread."""

    def kept() -> list[Tensors]:
        return [keep({name: array[row] for name, array in outputs.items()}) for row in range(rows)]

    return kept() if output_rows.values(outputs) < _FEW_VALUES else await aside(kept)


def _by_length(inputs: Tensors, rows: int) -> np.ndarray:
    """The order of the rows by the length of their strings."""
    texts = [array for array in inputs.values() if array.dtype == object and array.ndim == 1]
    lengths = [sum(len(array[row]) for array in texts) for row in range(rows)]
    return np.argsort(lengths, kind="stable")


def _has_rows(outputs: Tensors, rows: int) -> bool:
    return all(np.shape(array)[:1] == (rows,) for array in outputs.values())


def _fitting(jobs: Iterable[_Job], most_rows: int) -> list[_Job]:
    """The oldest job, and the jobs of its signature that fit beside it."""
    first, *others = jobs
    chosen = [first]
    rows = first.rows
    if not first.signature.batches:
        return chosen

    for job in others:
        if job.signature is not first.signature:
            continue
        if rows + job.rows > most_rows:
            break  # smaller ones behind it do not overtake it
        chosen.append(job)
        rows += job.rows

    return chosen


def _compute(jobs: list[_Job]) -> None:
    """Sets the results of the jobs; if a shared call fails, each job is tried alone."""
    if len(jobs) == 1:
        _compute_alone(jobs[0])
        return

    try:
        outputs = _call_together(jobs)
    except Exception:  # trying each job alone shows which one fails
        for job in jobs:
            _compute_alone(job)
        return

    start = 0
    for job in jobs:
        end = start + job.rows
        job.future.set_result({name: array[start:end] for name, array in outputs.items()})
        start = end


def _compute_alone(job: _Job) -> None:
    try:
        outputs = job.signature(job.inputs)
    except Exception as error:  # any error is the answer to this request; the thread goes on
        job.future.set_exception(error)
    else:
        job.future.set_result(outputs)


def _call_together(jobs: list[_Job]) -> Tensors:
    signature = jobs[0].signature
    names = jobs[0].inputs
    inputs = {name: np.concatenate([job.inputs[name] for job in jobs]) for name in names}

    outputs = signature(inputs)
    if not _has_rows(outputs, sum(job.rows for job in jobs)):
        raise ValueError("Expected a row of output for each row of input.")
    return outputs
