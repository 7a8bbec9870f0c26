"""The threads that run TensorFlow, on the rows of as many requests at once as are waiting."""

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from seq2seq.cpu import rows_each
from seq2seq.serving.metrics import Gauge, Metrics
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.saved_model import Signature

MOST_WAITING = 10_000  # rows; more are refused

Tensors = dict[str, np.ndarray]


@dataclass(eq=False)
class _Job:
    signature: Signature
    inputs: Tensors
    rows: int
    future: Future = field(default_factory=Future)


class Batcher:
    """Runs signatures in batches.

    Jobs of the same signature, and so of the same version of a model, share a call. A job that finds a thread idle
    is run at once. Only after a batch of several jobs are more of them waited for, up to the delay, because those who
    were just answered ask again. Threads that are idle together share what waits.

    Args:
        max_batch_size: The most rows of a call.
        delay: Seconds.
        metrics: Where sizes and times of batches go.
        threads: Calls at once.
    """

    def __init__(self, *, max_batch_size: int, delay: float, metrics: Metrics, threads: int = 1):
        self.max_batch_size, self._delay, self._metrics = max_batch_size, delay, metrics
        self._jobs: deque[_Job] = deque()
        self._waiting = 0  # rows of these jobs
        self._changed = threading.Condition()
        self._closed = False
        self._gather_until = 0.0
        metrics.register(
            "seq2seq_queue_rows",
            "Sentences that wait for a call.",
            Gauge(lambda: [({}, self._waiting)]),
        )
        self._idle = threads
        self._threads = [
            threading.Thread(target=self._work, name="tensorflow", daemon=True)
            for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, signature: Signature, inputs: Tensors) -> list[Tensors]:
        """The outputs of each row of the inputs, whose first axis all have in common.

        Many rows are sorted by length and computed in parts: one for each thread at once, then others have their turn.
        The outputs of a row are as wide as the longest one of its batch.
        """
        rows, threads = len(next(iter(inputs.values()))), len(self._threads)
        size = rows_each(rows, threads, most=self._most_rows(signature))
        order = _by_length(inputs, rows) if rows > size else np.arange(rows)
        results: list[Tensors] = [{}] * rows

        async def compute(part):
            outputs = await self.call(
                signature, {name: array[part] for name, array in inputs.items()}
            )
            if not _has_rows(outputs, len(part)):
                raise Refusal(
                    400,
                    f"Expected a signature with a row per instance. Received: {signature.name}.",
                )
            for place, row in enumerate(part):
                results[row] = {name: array[place] for name, array in outputs.items()}

        parts = [order[start : start + size] for start in range(0, rows, size)]
        for start in range(0, len(parts), threads):
            await asyncio.gather(*map(compute, parts[start : start + threads]))
        return results

    async def call(self, signature: Signature, inputs: Tensors) -> Tensors:
        """The outputs of one call, which is shared with other requests where the signature allows it."""
        rows = len(next(iter(inputs.values()))) if signature.batches else 1
        job = _Job(signature, inputs, rows)
        with self._changed:
            if self._closed or self._waiting + rows > MOST_WAITING:
                raise Refusal(
                    503,
                    "Expected fewer sentences at once. Received more than can wait. Try again later.",
                )
            self._jobs.append(job)
            self._waiting += rows
            self._changed.notify_all()
        return await asyncio.wrap_future(job.future)

    def close(self) -> None:
        """Finishes what waits, and ends the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self):
        while (jobs := self._next()) is not None:
            jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if jobs:
                self._serve(jobs)
            del jobs  # a version that has been replaced ends with its last job
            with self._changed:
                self._idle += 1

    def _next(self):
        """The jobs of the next batch of a thread, which is not idle any more; None after the last one."""
        with self._changed:
            while (seconds := self._seconds_to_wait()) != 0:
                if self._closed and not self._jobs:
                    return None
                self._changed.wait(seconds)
            most = self._most_rows(self._jobs[0].signature)
            jobs = _fitting(self._jobs, rows_each(self._waiting, self._idle, most=most))
            chosen = set(map(id, jobs))
            self._jobs = deque(job for job in self._jobs if id(job) not in chosen)
            self._waiting -= sum(job.rows for job in jobs)
            self._idle -= 1
            self._gather_until = 0.0  # what is left is for the other idle threads
            return jobs

    def _most_rows(self, signature):
        """Of a call."""
        return min(self.max_batch_size, signature.most_rows or self.max_batch_size)

    def _seconds_to_wait(self):
        """0 if there are jobs to be begun, None if there are no jobs."""
        if not self._jobs:
            return None
        if self._closed or self._waiting >= self.max_batch_size:
            return 0
        return max(self._gather_until - time.monotonic(), 0)

    def _serve(self, jobs):
        started = time.monotonic()
        _compute(jobs)
        ended = time.monotonic()
        labels = {"model": jobs[0].signature.model, "signature": jobs[0].signature.name}
        self._metrics.batch_rows.observe(sum(job.rows for job in jobs), **labels)
        self._metrics.batch_seconds.observe(ended - started, **labels)
        if len(jobs) > 1:
            with self._changed:
                self._gather_until = ended + self._delay


def _by_length(inputs, rows):
    """The order of the rows by the length of their strings."""
    texts = [array for array in inputs.values() if array.dtype == object and array.ndim == 1]
    return np.argsort(
        [sum(len(array[row]) for array in texts) for row in range(rows)], kind="stable"
    )


def _has_rows(outputs, rows):
    return all(np.shape(array)[:1] == (rows,) for array in outputs.values())


def _fitting(jobs, max_batch_size):
    """The oldest job, and those of its signature that fit beside it."""
    chosen, rows = [], 0
    for job in jobs:
        if not chosen or (job.signature is chosen[0].signature and job.signature.batches):
            if chosen and rows + job.rows > max_batch_size:
                break  # not overtaken by a smaller one
            chosen.append(job)
            rows += job.rows
    return chosen


def _compute(jobs):
    """Settles the future of each job; where a call of several fails, each is tried alone."""
    first, *others = jobs
    try:
        if not others:
            first.future.set_result(first.signature(first.inputs))
            return
        inputs = {name: np.concatenate([job.inputs[name] for job in jobs]) for name in first.inputs}
        outputs = first.signature(inputs)
        if not _has_rows(outputs, sum(job.rows for job in jobs)):
            raise ValueError("Expected a row of output for each row of input.")
    except (
        Exception
    ) as error:  # whatever it is, it is the answer to this request, and the thread goes on
        if not others:
            first.future.set_exception(error)
            return
        for job in jobs:
            _compute([job])
        return
    start = 0
    for job in jobs:
        job.future.set_result(
            {name: array[start : start + job.rows] for name, array in outputs.items()}
        )
        start += job.rows
