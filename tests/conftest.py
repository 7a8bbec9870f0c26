"""What all tests share: tiny sentences, and tiny models whose weights are all random."""

import dataclasses
import functools
import gc
import os
from pathlib import Path

# Before TensorFlow is imported. The models of the tests are too small to be shared out among
# threads, and two processes of tests have two cores.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.model.options import ModelOptions
from seq2seq.model.precision import matmul, set_precision
from seq2seq.model.seq2seq import Seq2Seq

# oneDNN decides at the first product how this process multiplies. No test can change it after this.
set_precision("float32")
matmul(tf.eye(2), tf.eye(2))

# At its usual pace, garbage collection among TensorFlow's objects takes 6 % of the tests' time.
gc.set_threshold(10_000, 20, 25)


# The files that take longest, longest first. Two processes that take the next file in this order
# end at about the same time; a long one at the end would leave a process without work.
_LONGEST = """
test_documented_commands.py
exports/test_tflite.py
training/test_run.py
training/test_workers.py
cli/test_train.py
cli/test_directions.py
test_examples.py
training/test_run_ends.py
exports/test_saved_model.py
scripts/test_bench_decoding.py
exports/test_fixed_shapes.py
scripts/test_bench_chaos.py
serving/test_repository.py
translation/test_translator.py
test_api.py
test_notebook.py
cli/test_recipe.py
""".split()


def pytest_configure(config):
    """Lets pytest-xdist, where it is in use, keep the order of the files."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Puts the longest files first."""
    place = {Path(__file__).parent / name: rank for rank, name in enumerate(_LONGEST)}
    if gone := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"Expected test files. Received: {gone} in conftest.py")

    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_sessionfinish():
    """Exempts all that is left from the collections that pytest ends with, which take seconds."""
    gc.freeze()


_OPTION_NAMES = {field.name for field in dataclasses.fields(ModelOptions)}


def _randomize(layer, seed=0):
    """Gives every weight, biases too, a random value: nothing may hide behind an initial zero."""
    generator = np.random.default_rng(seed)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.5, size=variable.shape))
    return layer


def _make_model(*, depth=1, seed=0, **options):
    own = {
        "units": 8,
        "embedding_size": 6,
        "encoder_layers": depth,
        "decoder_layers": depth,
    }
    training = {
        "source_vocabulary_size": 11,
        "target_vocabulary_size": 11,
        "label_smoothing": 0.1,
    }
    for name, value in options.items():
        (own if name in _OPTION_NAMES else training)[name] = value

    return _randomize(Seq2Seq(ModelOptions(**own), **training), seed)


@functools.cache
def _tiny_model(cell, attention, depth, bidirectional):
    return _make_model(cell=cell, attention=attention, depth=depth, bidirectional=bidirectional)


@pytest.fixture(scope="session")
def randomize():
    """`randomize(layer, seed=0)` gives a built layer random weights and returns it."""
    return _randomize


@pytest.fixture(scope="session")
def make_model():
    """`make_model(depth=1, seed=0, **options)` is a new tiny `Seq2Seq` with random weights.

    The options are those of `ModelOptions` and of `Seq2Seq`.
    """
    return _make_model


@pytest.fixture(scope="session")
def tiny_model():
    """`tiny_model(cell, attention, depth=1, bidirectional=True)`, made once for each choice.

    It is for tests that leave it as it is.
    """

    def model(cell, attention, depth=1, bidirectional=True):
        return _tiny_model(cell, attention, depth, bidirectional)

    return model


@pytest.fixture(autouse=True)
def precision():
    """`precision(name)` sets the precision for the test.

    After every test it is float32 again, also where a command has set another in this process.
    """
    yield set_precision
    set_precision("float32")


@pytest.fixture(scope="session")
def batch():
    """Three pairs of unequal lengths; the last source is empty, and so holds EOS alone."""
    source_tokens = [[4, 7, 5, 9, 3], [8, 6, 3, 0, 0], [3, 0, 0, 0, 0]]
    labels = [[5, 10, 4, 3], [7, 3, 0, 0], [9, 6, 3, 0]]
    return teacher_forced(tf.constant(source_tokens), tf.constant(labels))


@pytest.fixture(scope="session", autouse=True)
def write_own_tflite():
    """Leaves a TFLite model in a model directory. Trainings do not, for it takes 5 s of each.

    `exports/test_own_tflite.py` holds that they do, and how it is used.
    """
    from seq2seq.exports import own_tflite

    write = own_tflite.write_own_tflite
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(own_tflite, "write_own_tflite", lambda translator, place: None)
        yield write
