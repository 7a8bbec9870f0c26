"""What the tests of the model core share: tiny sentences, and tiny models whose weights are all random."""

import functools
import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.model.precision import flat_product, set_precision
from seq2seq.model.seq2seq import Seq2Seq

set_precision("float32")
flat_product(
    tf.eye(2), tf.eye(2)
)  # from here on nothing that a test does can change how this process multiplies
gc.set_threshold(
    10_000, 20, 25
)  # at its usual pace, going through TensorFlow's objects takes 6 % of the tests' time


def _randomize(layer, seed=0):
    """Gives every weight, biases too, a random value: nothing may hide behind an initial zero."""
    generator = np.random.default_rng(seed)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.5, size=variable.shape))
    return layer


def _make_model(*, depth=1, seed=0, **options):
    sizes = {
        "source_vocabulary_size": 11,
        "target_vocabulary_size": 11,
        "units": 8,
        "embedding_size": 6,
    }
    others = {"encoder_layers": depth, "decoder_layers": depth, "label_smoothing": 0.1}
    return _randomize(Seq2Seq(**(sizes | others | options)), seed)


@functools.cache
def _tiny_model(cell, attention, depth, bidirectional):
    return _make_model(cell=cell, attention=attention, depth=depth, bidirectional=bidirectional)


@pytest.fixture(scope="session")
def randomize():
    """`randomize(layer, seed=0)` gives a built layer random weights and returns it."""
    return _randomize


@pytest.fixture(scope="session")
def make_model():
    """`make_model(depth=1, seed=0, **options)` is a new tiny `Seq2Seq` with random weights."""
    return _make_model


@pytest.fixture(scope="session")
def tiny_model():
    """`tiny_model(cell, attention, depth=1, bidirectional=True)`, made once: for tests that leave it as it is."""

    def model(cell, attention, depth=1, bidirectional=True):
        return _tiny_model(cell, attention, depth, bidirectional)

    return model


@pytest.fixture(autouse=True)
def precision():
    """`precision(name)` sets the precision for the test; what a command has set in this process ends with it too."""
    yield set_precision
    set_precision("float32")


@pytest.fixture(scope="session")
def batch():
    """Three pairs of unequal lengths; the last source is empty, and so holds EOS alone."""
    source_tokens = [[4, 7, 5, 9, 3], [8, 6, 3, 0, 0], [3, 0, 0, 0, 0]]
    labels = [[5, 10, 4, 3], [7, 3, 0, 0], [9, 6, 3, 0]]
    return teacher_forced(tf.constant(source_tokens), tf.constant(labels))
