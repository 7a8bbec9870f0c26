"""Weights are compared with the model before either takes memory."""

import dataclasses

import numpy as np
import pytest

from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES, ModelOptions
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.archive import DAMAGED
from seq2seq.storage.directory import WEIGHTS
from seq2seq.storage.weights import expect_enough_weights, load_weights, save_weights

SIZES = (40, 30)
OPTIONS = ModelOptions(units=16, embedding_size=8)


def make(options):
    source, target = SIZES
    return Seq2Seq(options, source_vocabulary_size=source, target_vocabulary_size=target)


@pytest.mark.parametrize("cell", CELL_NAMES)
@pytest.mark.parametrize("attention", ATTENTION_NAMES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"encoder_layers": 3, "decoder_layers": 2, "decoder_units": 6},
        {"bidirectional": False, "shared_vocabulary": True},
    ],
)
def test_model_has_the_fewest_weights_and_at_most_twice_as_many(cell, attention, changes):
    options = dataclasses.replace(OPTIONS, cell=cell, attention=attention, **changes)
    count = make(options).count_params()
    assert count / 2 < options.fewest_weights(*SIZES) <= count


def test_sizes_far_beyond_the_weights_are_refused_before_a_model_is_made(tmp_path):
    save_weights(tmp_path, make(OPTIONS))
    expect_enough_weights(tmp_path, OPTIONS, SIZES)
    for change in ({"units": 65_536}, {"encoder_layers": 100}, {"embedding_size": 65_536}):
        options = dataclasses.replace(OPTIONS, **change)
        with pytest.raises(DAMAGED, match="a model of these options has at least"):
            expect_enough_weights(tmp_path, options, SIZES)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(tmp_path, value):
    model = make(OPTIONS)
    weight = model.trainable_variables[3]
    weight.assign(np.full(weight.shape, value))
    save_weights(tmp_path, model)
    with pytest.raises(DAMAGED, match="holds a number that is not finite"):
        load_weights(tmp_path, model)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32, np.complex64])
def test_weights_of_another_type_are_refused(tmp_path, dtype):
    model = make(OPTIONS)
    save_weights(tmp_path, model)
    with np.load(tmp_path / WEIGHTS) as arrays:
        others = {name: values.astype(dtype) for name, values in arrays.items()}
    np.savez(tmp_path / WEIGHTS, **others)
    with pytest.raises(DAMAGED, match=f"{WEIGHTS} has {np.dtype(dtype)} .* not float32"):
        load_weights(tmp_path, model)
