"""Workers: several processes, one device each, that train one model together.

Each worker holds the whole model and takes its share of every batch. The gradients of all are added
up, weighted by their tokens, and all take the same step: N workers do what one process does that
cuts its batches into N micro-batches. The chief, worker 0, tells the others the learning rate and
what comes next. Each validates its share of the dev set; the chief alone scores and writes. The
others work in a copy of the model directory.

The cluster stands in the variable TF_CONFIG, as TensorFlow reads it. `launch` makes one for the
devices of this machine.

Reference:
    Synchronous data parallelism; https://www.tensorflow.org/guide/distributed_training.
"""

import contextlib
import enum
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import keras
import numpy as np
import tensorflow as tf

from seq2seq.data.teacher_forcing import Batch
from seq2seq.errors import InputError
from seq2seq.model.replicas import summed
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.cluster import place_of
from seq2seq.training.progress import ProgressDisplay

_SEED = "seed_generator_state"  # the last part of the paths of Keras's random states
_STRIDE = 7919  # between the seeds of two workers; any number that is no seed users would choose
_WORD = 2**32  # the values of a seed
_LOST = (
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
    tf.errors.UnavailableError,
)


class Order(enum.IntEnum):
    """What the chief tells all workers to do next."""

    STOP = 0
    STEP = 1
    VALIDATE = 2


@dataclass(frozen=True)
class Workers:
    """The workers of a run, as one of them sees them.

    Attributes:
        rank: The number of this one, from 0.
        count: How many there are.
        strategy: How their tensors are added up.
    """

    rank: int
    count: int
    strategy: tf.distribute.Strategy

    @property
    def is_chief(self) -> bool:
        """Whether this one leads, scores and writes."""
        return self.rank == 0

    @property
    def are_several(self) -> bool:
        """Whether there is more than one."""
        return self.count > 1

    def own_display(self, display: ProgressDisplay) -> ProgressDisplay:
        """The display for the chief; for the others one that nobody sees."""
        return display if self.is_chief else ProgressDisplay(io.StringIO())

    def share(self, batch: Batch) -> Batch:
        """The rows of a batch that this worker takes; all where they are fewer than workers.

        No worker is without a sentence then. The weighting by tokens keeps the mean as it is; the
        tokens themselves are counted more than once.
        """
        rows = tf.shape(batch["labels"])[0]
        limits = tf.stack([rows * self.rank, rows * (self.rank + 1)]) // self.count
        first, last = tf.unstack(tf.where(rows < self.count, tf.stack([0, rows]), limits))
        return {name: tensor[first:last] for name, tensor in batch.items()}

    def training_step(self, model: Seq2Seq) -> Callable[[Batch], Batch]:
        """Returns the compiled function that takes a step on this worker's share of a batch."""

        @tf.function(reduce_retracing=True, autograph=False)
        def step(batch: Batch) -> Batch:
            return self.strategy.run(model.train_step, args=(self.share(batch),))

        return step

    def agree(self, model: Seq2Seq, order: Order = Order.STOP) -> Order:
        """Takes the learning rate, the guidance and the order from the chief.

        Args:
            model: The model that all of them train.
            order: What comes next. That of the chief counts.
        """
        if not self.are_several:
            return order

        rate = model.optimizer.learning_rate
        weight = model.guided_alignment_weight
        told = self.broadcast([rate.numpy(), weight.numpy(), np.float32(order)])
        rate.assign(told[0])
        weight.assign(told[1])
        return Order(int(told[2]))

    def broadcast(self, values: Sequence[Any]) -> list[np.ndarray]:
        """The chief's arrays or numbers; those of the others only tell shapes and types."""
        own = [array if self.is_chief else np.zeros_like(array) for array in values]
        return [total.numpy() for total in self._sum(own)]

    def gather(self, data: bytes) -> list[bytes]:
        """The data of every worker, by rank; all of them call it together."""
        sizes = np.zeros(self.count, np.int32)
        sizes[self.rank] = len(data)
        (sizes,) = (total.numpy() for total in self._sum([sizes]))

        rows = np.zeros([self.count, max(sizes)], np.int32)  # TensorFlow adds up no bytes
        rows[self.rank, : len(data)] = np.frombuffer(data, np.uint8)
        (rows,) = (total.numpy() for total in self._sum([rows]))
        return [
            row[:size].astype(np.uint8).tobytes() for row, size in zip(rows, sizes, strict=True)
        ]

    def set_apart(self, model: keras.Model) -> None:
        """Gives the random states of this worker a seed of their own: its dropout is its own.

        The chief's stay as they are. They are what is saved, and what all begin with on resuming.
        """
        for variable in model.variables:
            if variable.path.endswith(_SEED):
                seed, steps = variable.numpy().tolist()
                variable.assign([(seed + _STRIDE * self.rank) % _WORD, steps])

    def expect_same(self, identity: str, variables: Sequence[keras.Variable]) -> None:
        """Refuses workers that do not begin alike: they would drift apart, and no one would see it.

        Args:
            identity: Identifies the corpora and the options.
            variables: What the run begins with.

        Raises:
            InputError: The chief begins with something else.
        """
        if not self.are_several:
            return

        digest = hashlib.sha256(identity.encode())
        for variable in variables:
            digest.update(np.ascontiguousarray(variable.numpy()).tobytes())
        own = np.frombuffer(digest.digest()[:8], np.int32)
        (chiefs,) = self.broadcast([own])
        (differ,) = self._sum([np.int32((own != chiefs).any())])
        if differ:
            raise InputError(
                "Expected workers that begin with the same corpus, options and weights. "
                f"Received: {int(differ)} of {self.count} that do not. Give all of them the same "
                "command, the same files, and processors of one kind or --precision float32."
            )

    def end_together(self, model: Seq2Seq) -> None:
        """Gives all workers the weights that the chief ends with."""
        if not self.are_several:
            return
        variables = model.trainable_variables
        for variable, value in zip(
            variables, self.broadcast([variable.numpy() for variable in variables]), strict=True
        ):
            variable.assign(value)

    def _sum(self, arrays: Sequence[Any]) -> list[tf.Tensor]:
        """The sums of arrays over all workers."""
        return self._add([tf.constant(array) for array in arrays])

    @cached_property
    def _add(self) -> Callable[[list[tf.Tensor]], list[tf.Tensor]]:
        """The compiled sum of tensors over all workers."""

        def add_up(tensors: list[tf.Tensor]) -> list[tf.Tensor]:
            return summed([tf.identity(tensor) for tensor in tensors])  # on the worker's device

        return tf.function(
            lambda tensors: self.strategy.run(add_up, args=(tensors,)), autograph=False
        )

    @contextlib.contextmanager
    def naming_loss(self) -> Iterator[None]:
        """Turns what TensorFlow reports when a worker has gone into one clear line.

        Raises:
            InputError: A worker has gone.
        """
        try:
            yield
        except _LOST as error:
            if not self.are_several:
                raise
            self._report_loss(error)

    def _report_loss(self, error: tf.errors.OpError) -> NoReturn:
        reason = " ".join(error.message.split())[:100]
        raise InputError(
            f"Expected {self.count} workers to the end. Received: one that has gone ({reason}). "
            "Start all of them again with --resume; they go on from the last checkpoint."
        ) from error


@contextlib.contextmanager
def own_directory(directory: ModelDirectory) -> Iterator[ModelDirectory]:
    """The model directory for the chief; for the others a copy, which is deleted in the end.

    It is made before `join_workers`, because the chief changes the directory after that.
    """
    if place_of(os.environ).rank == 0:
        yield directory
        return

    with tempfile.TemporaryDirectory(prefix="seq2seq-worker-") as temporary:
        copy = Path(temporary, "model")
        if directory.path.is_dir():
            shutil.copytree(directory.path, copy)
        yield ModelDirectory(copy)


def join_workers() -> Workers:
    """Joins the workers that TF_CONFIG names; this process alone if it names none.

    Returns when all of them have started.

    Raises:
        InputError: TF_CONFIG cannot be read, or a worker cannot be reached.
    """
    place = place_of(os.environ)
    if place.count == 1:
        return Workers(0, 1, tf.distribute.get_strategy())

    try:
        return Workers(place.rank, place.count, tf.distribute.MultiWorkerMirroredStrategy())
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        reason = " ".join(str(error).split())[:100]
        raise InputError(
            f"Expected to reach the {place.count} workers of {json.dumps(place.addresses)}. "
            f"Received: {reason}. Check TF_CONFIG, and train before anything else is computed."
        ) from error
