"""Small models of each cell, made and trained in seconds to be looked at."""

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.explain.gradient_flow import Texts, last_layer
from seq2seq.model.options import ModelOptions
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.training.optimizer import Adam

BATCH = 16  # texts

_UNITS = 64
_EMBEDDING = 32
_RATE = 3e-3


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Fixes the weights of the models that are made inside, and nothing outside."""
    # Keras draws its seeds here; seeding TensorFlow would unload all tokenizers.
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


def small_model(
    cell: str, tokenizers: tuple[Tokenizer, Tokenizer], *, clip: float, gain: float, seed: int
) -> Seq2Seq:
    """A model without attention, whose encoder reads in one direction.

    Args:
        cell: Its cell.
        tokenizers: Those of the two languages.
        clip: The norm that its gradients are scaled down to.
        gain: What its recurrent matrices are multiplied by.
        seed: Fixes its weights.
    """
    options = ModelOptions(
        cell=cell,
        attention="none",
        units=_UNITS,
        embedding_size=_EMBEDDING,
        bidirectional=False,
    )
    with seeded(seed):
        model = Seq2Seq(
            options,
            source_vocabulary_size=tokenizers[0].vocabulary_size,
            target_vocabulary_size=tokenizers[1].vocabulary_size,
            clip_norm=clip,
        )

    matrix = last_layer(model).cell.recurrent_kernel
    matrix.assign(gain * matrix)
    return model


def train(model: Seq2Seq, texts: Texts, steps: int) -> list[float]:
    """Trains a model; returns the norm of the gradients at each step, before they are clipped."""
    model.compile(optimizer=Adam(_RATE))
    model.optimizer.build(model.trainable_variables)
    train_step = tf.function(model.train_step, autograph=False)
    return [float(train_step(batch)["gradient_norm"]) for batch in _batches(texts, steps)]


def _batches(texts: Texts, steps: int) -> Iterator[dict[str, tf.Tensor]]:
    """A batch for each step, the texts in order and again from the first."""
    count = len(texts.labels)
    for step in range(steps):
        places = np.arange(step * BATCH, (step + 1) * BATCH) % count
        sources, labels = (tf.constant(side[places]) for side in texts)
        yield teacher_forced(sources, labels)
