"""How fast this machine trains: some seconds of steps of a preset's model, on random tokens."""

import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from seq2seq.cpu import split_cores
from seq2seq.data.teacher_forcing import Batch, teacher_forced
from seq2seq.diagnosis.costs import TOKENS_OF_A_SENTENCE, sizes_of
from seq2seq.ids import EOS_ID
from seq2seq.model.precision import set_precision
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.training.optimizer import Adam
from seq2seq.training.presets import Preset

_FIRST_ORDINARY = 4  # the ids below have meanings of their own
_WARM_UP = 3  # steps: the first is traced, and the kernels are compiled


@dataclass(frozen=True)
class Speed:
    """How fast training was.

    Attributes:
        tokens_per_second: Target tokens in a second.
        steps: The steps that were timed.
        precision: The type of the matrix products.
    """

    tokens_per_second: float
    steps: int
    precision: str


def time_training(preset: Preset, *, seconds: float) -> Speed:
    """Trains a new model of a preset on one batch of random tokens, as `seq2seq train` does.

    Nothing else should be at work on the machine. The batch is ready, so the input pipeline is not
    measured; it takes a small part of the time (see docs/speed.md).

    Args:
        preset: The sizes.
        seconds: How long, after some steps that are not timed.
    """
    parts = split_cores(2)
    precision = set_precision()
    model = _new_model(preset)
    model.micro_batches = parts
    model.compile(
        optimizer=Adam(preset.learning_rate),
        jit_compile=False,  # pyright: ignore[reportArgumentType]
    )
    model.optimizer.build(model.trainable_variables)

    batch = _random_batch(preset)
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    clock = _Clock(seconds)
    model.fit(
        dataset,
        steps_per_epoch=1_000_000,
        callbacks=[clock],
        verbose=0,  # pyright: ignore[reportArgumentType]
        shuffle=False,
    )
    tokens = int(tf.math.count_nonzero(batch["labels"]))
    return Speed(tokens * clock.steps / clock.elapsed, clock.steps, precision)


class _Clock(keras.callbacks.Callback):
    """Ends training after some seconds, of which the first steps are no part."""

    def __init__(self, seconds: float):
        super().__init__()
        self._seconds = seconds
        self._start = 0.0
        self.steps = 0
        self.elapsed = 0.0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Counts a step, and ends training when it is time."""
        now = time.perf_counter()
        if batch < _WARM_UP:
            self._start = now
            return

        self.steps += 1
        self.elapsed = now - self._start
        if self.elapsed >= self._seconds and self.model is not None:
            self.model.stop_training = True


def _new_model(preset: Preset) -> Seq2Seq:
    return Seq2Seq(
        sizes_of(preset),
        source_vocabulary_size=preset.vocabulary_size,
        target_vocabulary_size=preset.vocabulary_size,
        label_smoothing=preset.label_smoothing,
    )


def _random_batch(preset: Preset) -> Batch:
    """A batch of sentences of one length, as many as `batch_tokens` allow."""
    rows = max(1, preset.batch_tokens // TOKENS_OF_A_SENTENCE)
    shape = (2, rows, TOKENS_OF_A_SENTENCE)
    tokens = np.random.default_rng(1).integers(_FIRST_ORDINARY, preset.vocabulary_size, shape)
    tokens[:, :, -1] = EOS_ID
    source, labels = tf.constant(tokens, tf.int32)
    return teacher_forced(source, labels)
