"""TensorBoard event files, by TensorFlow's own operations: `tf.summary` needs TensorBoard."""

import os
import uuid
from collections.abc import Mapping

import tensorflow as tf


class EventFile:
    """A new event file in a directory.

    Args:
        directory: The directory that `tensorboard --logdir` is given.
    """

    def __init__(self, directory: str | os.PathLike[str]):
        # Writers of one name are one writer: a run that failed would get the events of the next.
        name = f"seq2seq-{uuid.uuid4().hex}"
        self._writer = tf.raw_ops.SummaryWriter(shared_name=name, container="")
        tf.raw_ops.CreateSummaryFileWriter(
            writer=self._writer,
            logdir=os.fspath(directory),
            max_queue=100,
            flush_millis=10_000,
            filename_suffix=".seq2seq",
        )

    def write(self, step: int, scalars: Mapping[str, float]) -> None:
        """Adds a value to each named curve, and flushes."""
        for name, value in scalars.items():
            tf.raw_ops.WriteScalarSummary(
                writer=self._writer, step=tf.cast(step, tf.int64), tag=name, value=float(value)
            )

        tf.raw_ops.FlushSummaryWriter(writer=self._writer)

    def close(self) -> None:
        """Closes the file."""
        tf.raw_ops.CloseSummaryWriter(writer=self._writer)
